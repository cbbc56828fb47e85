"""What tests of checkpoints share: a model that lasts a while, comparison of results, kills at random moments."""
import glob
import os
import random
import shutil
import signal
import tempfile

import h5py
import numpy as np

from loligo_test import (SLOWNESS, check, equal, finish, kill, read_report, run, run_model, session, start, wait_until,
                         write_model)

ENDLESS = 1e9  # ms: of a run that is stopped or killed first
DURATION = 10000 // SLOWNESS  # ms: of one that is killed often on its way to the end
BALLAST = 2500  # silent cells by which a run lasts longer than it takes to kill it


def changes_until(duration):
    """Two a time, off the intervals, and now and then a law for some cells."""
    law = {"uniform": {"low": "195 pF", "high": "215 pF"}}
    return [{"at": round(9.7 + 98.3 * k, 1),
             "set": {"populations.L.params.I_e": 380 + 40 * (k % 2), "inputs.noise.rate": 1900 + 50 * (k % 5),
                     **({"populations.E[0:120:3].params.C_m": law} if k % 7 == 3 else {})}}
            for k in range(duration // 100)]


def model_of(duration, ballast=0, **keys):
    """Three populations with delays up to 5 ms, drives, weights that learn; spikes, states and synapses recorded. One with
    ballast changes as it goes."""
    cells = {"E": {"model": "hh_cond_exp_traub", "size": 120, "params": {"C_m": {"uniform": {"low": 190, "high": 210}}}},
             "I": {"model": "hh_cond_exp_traub", "size": 30},
             "L": {"model": "iaf_psc_exp", "size": 50, "params": {"I_e": "400 pA"},
                   "init": {"V_m": {"uniform": {"low": -70, "high": -56}}}}}
    if ballast:
        cells["B"] = {"model": "hh_cond_exp_traub", "size": ballast}
        keys["schedule"] = changes_until(duration)
    delay = {"uniform": {"low": 0.5, "high": 5}}
    projections = [{"source": source, "target": target, "rule": {"fixed_indegree": degree}, "weight": weight,
                    "receptor": receptor, "delay": delay, "name": source + target}
                   for source, target, degree, weight, receptor in
                   [("E", "E", 10, 3, "exc"), ("E", "I", 10, 3, "exc"), ("I", "E", 8, 30, "inh"),
                    ("I", "I", 8, 30, "inh"), ("L", "E", 5, 2, "exc"), ("L", "L", 5, -20, "inh")]]
    projections[3]["synapse"] = {"model": "tsodyks2", "tau_rec": "100 ms"}
    projections[4]["synapse"] = {"model": "stdp", "lambda": 0.05, "Wmax": "4 nS", "pairing": "nearest"}
    projections[5]["synapse"] = {"model": "stdp_dopamine", "modulator": "I", "Wmax": "-40 pA", "b": 0.002}
    inputs = {"noise": {"model": "poisson", "target": "E", "rate": 2000, "weight": 1.5},
              "wave": {"model": "sine", "target": "I", "amplitude": "300 pA", "frequency": "10 Hz"}}
    record = {"state": {"v": {"target": "E[3:70]", "variables": ["V_m", "h"], "interval": "1 ms"},
                        "late": {"target": "L", "variables": ["V_m"], "interval": "0.5 ms", "start": "90 ms"}},
              "weights": {"w": {"projection": "LE", "interval": "7.3 ms", "targets": "E[0:90:2]"},
                          "taught": {"projection": "LL", "interval": "11.1 ms"}},
              "connectivity": ["IE", "LE", "LL"]}
    return {"simulation": {"dt": 0.1, "duration": duration, "seed": 5}, "populations": cells,
            "projections": projections, "inputs": inputs, "record": record, **keys}


def contents(path):
    """{name: value or values} of everything in a file but its provenance."""
    found = {}

    def keep(name, item):
        if name.startswith("provenance"):
            return
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]
        for key, value in item.attrs.items():
            found[f"{name}@{key}"] = value

    with h5py.File(path, "r") as file:
        file.visititems(keep)
    return found


def check_same_file(got, wanted):
    ours, theirs = contents(got), contents(wanted)
    equal(sorted(ours), sorted(theirs), f"contents of {got}")
    for name, value in theirs.items():
        check(np.array_equal(np.asarray(ours[name]), np.asarray(value)), f"{name} of {got} differs")
    with h5py.File(got, "r") as file:
        equal(file["provenance/complete"][()], 1, f"complete of {got}")


def check_same(directory, reference):
    """A result that equals the one of an uninterrupted run, with nothing left over."""
    ours, theirs = read_report(directory), read_report(reference)
    for key in ["status", "spikes_checksum", "spikes", "synaptic_events", "synapses", "model_time_ms", "populations",
                "plastic_events", "plastic_projections"]:
        equal(ours.get(key), theirs.get(key), f"{key} in the report of {directory}")
    names = lambda folder: {name for name in os.listdir(folder) if name.endswith(".h5")}
    equal(names(directory), names(reference), f"files of {directory}")
    for name in names(reference):
        check_same_file(f"{directory}/{name}", f"{reference}/{name}")
    check(not os.path.exists(f"{directory}/segments"), f"{directory}/segments is left over")


wholes = tempfile.TemporaryDirectory(prefix="loligo_wholes_")


def reference(duration, ballast=0):
    """Directory of the uninterrupted run, without checkpoints; it is made once for all tests of a script."""
    whole = f"{wholes.name}/{duration}_{ballast}"
    if not os.path.exists(whole):
        run_model(model_of(duration, ballast), whole, ranks=2)
    return whole


# -- a run in the folder out --


def checkpoints():
    """Their paths, the oldest first."""
    return sorted(glob.glob("out/checkpoints/step-*.h5"))


def time_of(checkpoint):
    """What its name says, ms."""
    return int(checkpoint[-15:-3]) / 10


def start_run(ranks=2, every="100 ms", **keys):
    """One without end, with checkpoints."""
    write_model("model.yaml", model_of(ENDLESS, checkpoint={"every": every, **keys}))
    return start("run", "model.yaml", "--output", "out", "--quiet", ranks=ranks)


def stop_midway(**keys):
    """The same, that was asked to stop after its first checkpoint."""
    process = start_run(**keys)
    check(wait_until(lambda: len(checkpoints()) > 0 or process.poll() is not None, 30), "no checkpoint is written")
    os.kill(process.pid, signal.SIGUSR2)
    done = finish(process)
    equal((done.status, done.err), (75, []), "exit status and stderr")
    equal(read_report("out")["status"], "stopped", "status")
    check_opens("out")


def end_after(reached):
    """An end for such a run that lies behind what it reached, ms."""
    return 100 * (int(reached) // 100 + 2)


def until(end):
    """Arguments by which it ends there."""
    return "--set", f"simulation.duration={end}"


def resume(*args, ranks=2, expect=0):
    return run("run", "model.yaml", "--output", "out", "--resume", "--quiet", *args, ranks=ranks, expect=expect)


# -- what is compared --


def closed_files(directory):
    """Everything that has a final name: files of the result, good segments, checkpoints."""
    for folder, _, names in os.walk(directory):
        if ".part" not in folder:
            yield from (os.path.join(folder, name) for name in names if name.endswith(".h5"))


def check_opens(directory):
    for path in closed_files(directory):
        with h5py.File(path, "r") as file:
            check(len(file) > 0, f"{path} is empty")


def killed(process, whom):
    """Kills the ranks or the launcher of a started process without mercy; waits until nothing is left."""
    ranks = [pid for pid, name in session(process).items() if name == "loligo"]
    victims = {"one rank": ranks[:1], "all ranks": ranks, "launcher": [process.pid]}[whom] or [process.pid]
    for pid in victims:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    if not wait_until(lambda: process.poll() is not None and not session(process), 10):
        kill(process)
    process.communicate()


def kill_until_done(dice, path, output, every, longest, choose=lambda dice: []):
    """One run that is killed at random moments, each time on another number of ranks, until it ends; `choose` gives what
    else each life is told. Returns how many lives it took."""
    lives = 0
    for lives in range(1, 100):
        ranks = dice.choice([1, 2, 3])
        is_last = lives > 5  # enough: let it end, and not for the most part with checkpoints
        process = start("run", path, "--output", output, "--resume", "--quiet", *choose(dice), "--set",
                        f"checkpoint.every={'1 s wall' if is_last else every}", ranks=ranks)
        if is_last:
            break
        wait = dice.uniform(0.2, longest)
        wait_until(lambda: process.poll() is not None, wait)
        if process.poll() is not None:
            break
        killed(process, dice.choice(["one rank", "all ranks", "launcher"]) if ranks > 1 else "launcher")
        check_opens(output)
    done = finish(process, 600)
    equal(done.status, 0, f"exit status after {lives} lives; {done.err}")
    return lives


def kill_and_resume(seed, whole, every, longest):
    """A run with ballast, killed at random moments, ends as the whole one."""
    write_model("cut.yaml", model_of(DURATION, BALLAST, checkpoint={"every": every}))
    shutil.rmtree("cut", ignore_errors=True)
    methods = ["block", "round_robin", "balanced"]
    lives = kill_until_done(random.Random(seed), "cut.yaml", "cut", every, longest,
                            lambda dice: ["--set", f"partition.method={dice.choice(methods)}"])
    check_same("cut", whole)
    return lives
