"""Other simulators from Debian packages, beside this one: Brian2 and NEURON, one core."""
import glob
import json
import os
import subprocess
import sys

import cobahh
import neurons
from bench import HERE, Watch, number, table, wait_for_cores

CELLS, MILLISECONDS, STEPS_PER_MS = 1000, 100, 40


def is_there(package):
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", f"import {package}"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        print(f"{package} is not there: left out (jobs/bench/run --peers installs it)")
    return done.returncode == 0


def call_program(bench, command):
    """What a program prints as JSON."""
    wait_for_cores(1, bench.patience)
    watch = Watch()
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=1800, check=False, cwd=bench.results)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr}")
    return {**json.loads(done.stdout.splitlines()[-1]), "disturbed": watch.others() > os.cpu_count() - 0.85}


def best_program(bench, command):
    """The fastest of several calls, with what number() wants to know."""
    found = sorted((call_program(bench, command) for _ in range(bench.choose(1, 2, 3))), key=lambda d: d["seconds"])
    spread = found[1]["seconds"] / found[0]["seconds"] if found[1:] else None
    return {**found[0], "best_of": len(found), "spread": spread}


def best_call(bench, script, *arguments):
    """The same of a script of peer/."""
    return best_program(bench, [sys.executable, "-W", "ignore", os.path.join(HERE, "peer", script + ".py"), *arguments])


def build_with_nest(bench, name):
    """Path of a program of peer/, built with the NEST that the bench was told of."""
    program, parts = os.path.join(bench.results, name), ["models", "nestkernel", "libnestutil"]
    with open(os.path.join(bench.nest, "CMakeCache.txt")) as file:
        source = next(line.partition("=")[2].strip() for line in file if line.startswith("CMAKE_HOME_DIRECTORY"))
    libraries = [path for part in parts for path in glob.glob(os.path.join(bench.nest, part, "*.a"))]
    folders = [f"-I{os.path.join(root, part)}" for root in (source, bench.nest) for part in [*parts, "thirdparty"]]
    subprocess.run(["c++", "-O3", "-std=c++20", "-w", *folders, "-o", program,
                    os.path.join(HERE, "peer", name + ".cpp"), "-Wl,--start-group", *libraries, "-Wl,--end-group",
                    "-ldl"], check=True)
    return program


def folder(bench):
    return os.path.join(bench.results, "brian")


def squid_peers(bench):
    """(name, a call that gives seconds for CELLS squid cells); only of simulators that are there."""
    size = CELLS, MILLISECONDS
    peers = []
    if is_there("neuron"):
        peers += [("NEURON, tables", ["neuron_hh", "tables", 0, STEPS_PER_MS, *size]),
                  ("NEURON, exact rates", ["neuron_hh", "exact", 0, STEPS_PER_MS, *size]),
                  ("NEURON, exact rates, second order", ["neuron_hh", "exact", 2, STEPS_PER_MS, *size])]
    if is_there("brian2"):
        peers += [("Brian2, exponential Euler", ["brian_hh", "exponential_euler", STEPS_PER_MS, *size, folder(bench)]),
                  ("Brian2, RK4", ["brian_hh", "rk4", STEPS_PER_MS, *size, folder(bench)])]
    return peers


def measure_squid(bench, name, command):
    """Updates per second of a peer."""
    best = best_call(bench, *command)
    rate = CELLS * MILLISECONDS * STEPS_PER_MS / best["seconds"]
    bench.record("peer_squid", {"peer": name}, {"updates_per_second": rate}, best)
    return rate, best


def run_squid(bench, peers):
    seconds, report = neurons.measure(bench, "hh_psc_exp", CELLS)
    rows = [["Loligo, staggered Crank-Nicolson", number(1e-6 / seconds, report), "1"]]
    for name, command in peers:
        rate, best = measure_squid(bench, name, command)
        rows.append([name, number(1e-6 * rate, best), number(1 / seconds / rate)])
    table([f"squid, {CELLS} cells", "M updates/s", "Loligo is times faster"], rows)


def run_cobahh(bench):
    ours = bench.run(cobahh.model_of(4000, 1000))
    rows = [["Loligo", number(ours["run_seconds"], ours), "1"]]
    for name, command in (("Brian2, C++ standalone", ["standalone", folder(bench)]), ("Brian2, Cython", ["cython"])):
        best = best_call(bench, "brian_cobahh", *command)
        ratio = best["seconds"] / ours["run_seconds"]
        bench.record("peer_cobahh", {"peer": name}, {"seconds": best["seconds"], "loligo_times_faster": ratio}, best)
        rows.append([f"{name} ({best['rate_hz']:.1f} Hz)", number(best["seconds"], best), number(ratio)])
    table(["COBAHH, 4000 cells, 1 s, one core", "run s", "Loligo is times faster"], rows)


def run(bench):
    peers = squid_peers(bench)
    run_squid(bench, peers)
    if any(command[0] == "brian_hh" for _, command in peers):
        run_cobahh(bench)
