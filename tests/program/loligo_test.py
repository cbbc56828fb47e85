"""Runs the built program as a user would, alone or under mpirun, with limits of time, and reads what it leaves.

A script imports this, defines functions test_*, and ends with main(globals()). Each test runs in an empty directory of
its own. The first argument of the script is the build directory.
"""
import collections
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../jobs/python"))
sys.dont_write_bytecode = True
import loligo  # noqa: E402 (its folder comes first)
import loligo.program  # noqa: E402
from loligo.program import own_lines  # noqa: E402

LOLIGO = os.path.join(os.path.abspath(sys.argv[1]), "loligo")
MODELS = os.path.normpath(os.path.join(HERE, "../../jobs/models"))
TIMEOUT = 60  # seconds of one run
SKIPPED = 77  # exit status where nothing can be tested
HANG = 240  # seconds after which a test is taken to wait for what does not come
SLOWNESS = int(os.environ.get("LOLIGO_TEST_SLOWNESS", "1"))  # times that the program takes longer than it should
SANITIZED = "ASAN_OPTIONS" in os.environ  # by what keeps memory that was freed
DEFAULTS = {**loligo.program.environment_wanted(), "OMPI_MCA_mpi_yield_when_idle": "1"}

Finished = collections.namedtuple("Finished", "status out err")  # err: the lines of loligo, without those of mpirun


class Skipped(Exception):
    """A test that this machine cannot run."""

started = []  # processes of the test that runs


# -- processes --


def environment(mpi_io=None):
    """The user's own, without what the program chooses by itself: a component of MPI-IO, unless one is named, and no daemon."""
    chosen = {"OMPI_MCA_io": mpi_io} if mpi_io else {}
    own = {"OMPI_MCA_io", "OMPI_MCA_ess_singleton_isolated", "OMPI_MCA_orte_create_session_dirs"}
    return {**DEFAULTS, **{k: v for k, v in os.environ.items() if k not in own}, **chosen}


def command(args, ranks):
    launcher = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks else []
    return launcher + [LOLIGO, *map(str, args)]


def start(*args, ranks=0, stdout=subprocess.PIPE, stderr=subprocess.PIPE, mpi_io=None, **options):
    """The program as a process in a session of its own; ranks=0: without mpirun."""
    process = subprocess.Popen(command(args, ranks), stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, text=True,
                               env=environment(mpi_io), start_new_session=True, **options)
    started.append(process)
    return process


def session(leader):
    """{pid: program} of what lives in the session of a started process, without its leader."""
    return loligo.program.session(leader.pid)


def ranks_among(pids):
    """Those processes that are ranks of a job, in order of rank."""
    found = {}
    for pid in pids:
        try:
            with open(f"/proc/{pid}/environ") as file:
                variables = dict(v.partition("=")[::2] for v in file.read().split("\0"))
        except OSError:
            continue
        if "OMPI_COMM_WORLD_RANK" in variables:  # a moment after it was started
            found[int(variables["OMPI_COMM_WORLD_RANK"])] = pid
    return [found[rank] for rank in sorted(found)]


def udp_sockets(pid):
    """(address, port) where a process gets datagrams."""
    links = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
    found = []
    for name, family in [("udp", socket.AF_INET), ("udp6", socket.AF_INET6)]:
        with open(f"/proc/{pid}/net/{name}") as file:
            rows = [line.split() for line in file][1:]
        for address, port in [row[1].split(":") for row in rows if f"socket:[{row[9]}]" in links]:
            words = [bytes.fromhex(address[i:i + 8])[::-1] for i in range(0, len(address), 8)]
            found.append((socket.inet_ntop(family, b"".join(words)), int(port, 16)))
    return sorted(found)


def kill(process):
    """Ends a process and its session: first asks, then kills."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in [process.pid, *session(process)]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        if wait_until(lambda: process.poll() is not None and not session(process), 3):
            return


def wait_until(condition, seconds):
    """Whether a condition came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def finish(process, timeout=TIMEOUT):
    """Waits for the end of a started process, which is killed if it takes too long."""
    try:
        out, err = process.communicate(timeout=timeout * SLOWNESS)
    except subprocess.TimeoutExpired:
        kill(process)
        raise AssertionError(f"not finished after {timeout * SLOWNESS} s: {' '.join(process.args)}") from None
    return Finished(process.returncode, out, own_lines(err or ""))


def run(*args, ranks=0, timeout=TIMEOUT, expect=None, **options):
    """Runs the program to its end; `expect` is the exit status that it must return."""
    done = finish(start(*args, ranks=ranks, **options), timeout)
    if expect is not None and done.status != expect:
        what = f"exit status {done.status}, expected {expect}: {' '.join(command(args, ranks))}"
        raise AssertionError("\n  ".join([what, *done.err]))
    return done


def run_model(model, output, *args, ranks=0, expect=0, **options):
    """Runs a model, a mapping or the path of a file, into a directory; returns its report."""
    path = model if isinstance(model, str) else write_model(f"{output}.yaml", model)
    run("run", path, "--output", output, "--quiet", *args, ranks=ranks, expect=expect, **options)
    return read_report(output)


# -- models and results --


def write_model(path, model):
    """Writes a model as JSON, which is YAML; returns its path."""
    with open(path, "w") as file:
        json.dump(model, file, indent=1)
    return path


def read_yaml(path):
    with open(path) as file:
        return yaml.safe_load(file)


def read_report(directory):
    return loligo.load(directory).report


def read_spikes(directory):
    """{population: (times, ids)} of spikes.h5."""
    return {name: (spikes.times, spikes.ids) for name, spikes in loligo.load(directory).spikes.items()}


def read_state(directory, name):
    """(times, ids, data) of a state file that holds one population."""
    state = loligo.load(directory).states[name]
    return state.times, state.ids, state[:]


# -- tests --


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def equal(got, wanted, what):
    check(got == wanted, f"{what}: {got!r} instead of {wanted!r}")


def one_line(done, *words):
    """The run said exactly one line on stderr, with these words in it."""
    check(len(done.err) == 1, f"{len(done.err)} lines instead of one: {done.err}")
    for word in words:
        check(word in done.err[0], f"{word!r} is not in {done.err[0]!r}")


def end_what_is_left():
    """Of a test that failed."""
    for process in started:
        if process.poll() is None:
            kill(process)
    started.clear()


def give_up(*_):
    raise TimeoutError("it waits for what does not come")


def main(namespace, hang=HANG):
    """Runs every test_* of a script in order and exits with 1 if one failed, SKIPPED if none could be run. No test may take
    longer than `hang` seconds."""
    passed, failed = False, False
    signal.signal(signal.SIGALRM, give_up)
    for name, test in [item for item in namespace.items() if item[0].startswith("test_")]:
        with tempfile.TemporaryDirectory(prefix="loligo_") as work:
            os.chdir(work)
            begin = time.monotonic()
            signal.alarm(hang * SLOWNESS)
            try:
                test()
                passed = True
                print(f"passed  {name} in {time.monotonic() - begin:.1f} s")
            except Skipped as reason:
                print(f"skipped {name}: {reason}")
            except Exception:
                failed = True
                print(f"FAILED  {name}\n{traceback.format_exc()}")
            finally:
                signal.alarm(0)
                os.chdir("/")
                end_what_is_left()
    sys.exit(1 if failed else 0 if passed else SKIPPED)
