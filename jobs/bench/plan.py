"""Planned beside measured: seconds by phase, peak of memory, with a machine file made here and the rates of the run.

A machine that others share is another one a minute later: calibrations and runs take turns, and what is compared are
the medians of both.
"""
import os
import re
import statistics
import subprocess

import yaml
from bench import ROOT, number, read_model, table  # it knows where loligo.program is
from loligo.program import environment_wanted

PHASES = {"update": ["update"], "deliver": ["deliver"], "exchange": ["exchange"], "write": ["record"],
          "build": ["build_cells", "build_synapses", "build_exchange"]}
MEBIBYTE = 2**20
UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
AREAS, FARTHEST = 32, 3
CLOSE = 0.2  # a ratio that is nearer to 1 is as planned
SHORT = 0.01  # seconds of a run: phases that take less, planned and measured, are judged together


def areas():
    """Areas of excitatory and inhibitory cells, dense within, and sparse to those that are next in a ring."""
    cell = {"model": "iaf_psc_exp"}
    populations, projections, inputs = {}, [], {}
    for a in range(AREAS):
        both = [f"E{a}", f"I{a}"]
        populations.update({f"E{a}": {**cell, "size": 800}, f"I{a}": {**cell, "size": 200}})
        projections += [
            {"name": f"E{a}", "source": f"E{a}", "target": both, "rule": {"fixed_indegree": 80}, "weight": "40 pA",
             "delay": "1.5 ms"},
            {"name": f"I{a}", "source": f"I{a}", "target": both, "rule": {"fixed_indegree": 20}, "weight": "-600 pA",
             "delay": "1 ms"}]
        projections += [
            {"name": f"E{a} to {b % AREAS}", "source": f"E{a}", "target": [f"E{b % AREAS}"],
             "rule": {"fixed_indegree": 10}, "weight": "40 pA", "delay": f"{5 * (b - a)} ms"}
            for b in range(a + 1, a + 1 + FARTHEST)]
        inputs.update({f"to {p}": {"model": "poisson", "target": p, "rate": "5 Hz", "sources": 1000, "weight": "40 pA"}
                       for p in both})
    return {"simulation": {"dt": "0.1 ms", "seed": 1}, "populations": populations, "projections": projections,
            "inputs": inputs, "record": {"spikes": "all"}}


MODELS = {"brunel": (lambda: read_model("brunel"), 300), "cobahh": (lambda: read_model("cobahh"), 500),
          "microcircuit": (lambda: read_model("microcircuit"), 200), "areas": (areas, 300)}  # with ms to run


def launcher(ranks):
    return ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []


def calibrate(bench, ranks):
    done = subprocess.run([*launcher(ranks), bench.program, "calibrate", "--output", bench.results], check=True,
                          stdout=subprocess.PIPE, env={**os.environ, **environment_wanted()}, timeout=900)
    return yaml.safe_load(done.stdout)


def median_of(values):
    """Of numbers, with a unit behind them or without."""
    amounts = sorted(str(value).split(" ", 1) for value in values)
    return " ".join([f"{statistics.median(float(amount[0]) for amount in amounts):.4g}", *amounts[0][1:]])


def median_machine(bench, machines, ranks):
    """Path of a machine file with the median of each number."""
    middle = {name: {key: median_of(machine[name][key] for machine in machines) for key in keys}
              for name, keys in machines[0].items() if name != "measured"}
    path = os.path.join(bench.results, f"machine_{ranks}.yaml")
    with open(path, "w") as file:
        yaml.safe_dump(middle, file, sort_keys=False)
    return path


def write_model(bench, name):
    make, ms = MODELS[name]
    model = make()
    model["simulation"]["duration"] = f"{ms} ms"
    path = os.path.join(bench.results, f"plan_{name}.yaml")
    with open(path, "w") as file:
        yaml.safe_dump(model, file, sort_keys=False)
    return path


def look(bench, paths, ranks):
    """A calibration, and a report of each model."""
    machine = calibrate(bench, ranks)
    directory = os.path.join(bench.results, "run")
    return machine, {name: bench.run_once(path, directory, ranks) for name, path in paths.items()}


def measured(reports, ms):
    """Medians over runs, per model second but for the build; rates by population; bytes at the peak."""
    def median(phases, seconds):
        return statistics.median(sum(r["phases"][phase]["mean"] for phase in phases) / seconds for r in reports)

    found = {what: median(phases, 1 if what == "build" else ms / 1000) for what, phases in PHASES.items()}
    found["peak"] = reports[-1]["peak_memory_bytes"]["max"]
    return found, {p: values["rate_hz"] for p, values in reports[-1]["populations"].items()}


def planned(bench, path, ranks, machine, rates):
    told = [word for name, rate in rates.items() for word in ("--rate", f"{name}={rate}")]
    out = subprocess.run([bench.program, "plan", path, "--ranks", str(ranks), "--machine", machine, *told], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    rows = out[out.index("seconds per model second"):]
    found = {name: float(re.search(rf"^  {name}[a-z, ]* +\S+ +(\S+)", rows, re.M).group(1)) for name in PHASES}
    amount, unit = re.search(r"^  peak .* ([\d.]+) (\w+)$", out, re.M).groups()
    return {**found, "peak": float(amount) * UNITS[unit]}


def join_short(told, found, ms):
    """The same with all short phases as one, called by their names."""
    seconds = {what: 1 if what == "build" else ms / 1000 for what in PHASES}
    short = [what for what in PHASES if max(told[what], found[what]) * seconds[what] < SHORT]
    if len(short) < 2: return told, found
    name = ", ".join(short)
    return [{name: sum(values[what] for what in short), **{what: values[what] for what in values if what not in short}}
            for values in (told, found)]


def rows_of(name, ranks, told, found):
    for what in told:
        scale = MEBIBYTE if what == "peak" else 1
        ratio = told[what] / found[what] if found[what] else None
        off = "" if ratio and abs(ratio - 1) <= CLOSE else "*"
        yield [name, ranks, what, number(told[what] / scale), number(found[what] / scale), number(ratio) + off]


def run(bench):
    rows = []
    paths = {name: write_model(bench, name) for name in MODELS}
    for ranks in 1, 2:
        machines, reports = zip(*[look(bench, paths, ranks) for _ in range(bench.choose(3, 5, 9))])
        machine = median_machine(bench, machines, ranks)
        for name, path in paths.items():
            found, rates = measured([report[name] for report in reports], MODELS[name][1])
            told = planned(bench, path, ranks, machine, rates)
            bench.record("plan", {"model": name, "ranks": ranks}, {"planned": told, "measured": found})
            rows += rows_of(name, ranks, *join_short(told, found, MODELS[name][1]))
    table(["model", "ranks", "", "planned", "measured", "ratio"], rows)
    print("seconds per model second, of the mean rank; build in seconds; peak of the largest rank in MiB; "
          f"medians of as many calibrations as runs, in turns; phases of less than {1000 * SHORT:g} ms together; "
          f"* further off than {CLOSE:.0%}")
    off = [" ".join(map(str, row[:3])) for row in rows if str(row[-1]).endswith("*")]
    print(f"beyond {CLOSE:.0%}: {'; '.join(off) if off else 'nothing'}")
