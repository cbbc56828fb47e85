"""Planned beside measured: seconds by phase, peak of memory, with a machine file of this machine and the rates of the run."""
import os
import re
import statistics
import subprocess

import yaml
from bench import ROOT, number, table  # it knows where loligo.program is
from loligo.program import environment_wanted

MODELS = {"brunel": 300, "cobahh": 500, "microcircuit": 200}  # ms
PHASES = {"update": ["update"], "deliver": ["deliver"], "exchange": ["exchange"], "write": ["record"],
          "build": ["build_cells", "build_synapses", "build_exchange"]}
MEBIBYTE = 2**20
UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def launcher(ranks):
    return ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []


def calibrate(bench, ranks):
    """Path of the machine file; made anew each time, as others may be at work."""
    path = os.path.join(bench.results, f"machine_{ranks}.yaml")
    with open(path, "w") as file:
        subprocess.run([*launcher(ranks), bench.program, "calibrate", "--output", bench.results], check=True, stdout=file,
                       env={**os.environ, **environment_wanted()}, timeout=600)
    return path


def measured(bench, name, ranks):
    """Medians over runs, per model second but for the build; rates by population; bytes at the peak."""
    with open(os.path.join(ROOT, "jobs/models", name + ".yaml")) as file:
        model = yaml.safe_load(file)
    model["simulation"]["duration"] = f"{MODELS[name]} ms"
    path, directory = os.path.join(bench.results, "model.yaml"), os.path.join(bench.results, "run")
    with open(path, "w") as file:
        yaml.safe_dump(model, file, sort_keys=False)
    reports = [bench.run_once(path, directory, ranks) for _ in range(bench.choose(3, 5, 9))]

    def median(phases, seconds):
        return statistics.median(sum(r["phases"][phase]["mean"] for phase in phases) / seconds for r in reports)

    found = {what: median(phases, 1 if what == "build" else MODELS[name] / 1000) for what, phases in PHASES.items()}
    found["peak"] = reports[-1]["peak_memory_bytes"]["max"]
    return found, {p: values["rate_hz"] for p, values in reports[-1]["populations"].items()}, path


def planned(bench, path, ranks, machine, rates):
    told = [word for name, rate in rates.items() for word in ("--rate", f"{name}={rate}")]
    out = subprocess.run([bench.program, "plan", path, "--ranks", str(ranks), "--machine", machine, *told], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    rows = out[out.index("seconds per model second"):]
    found = {name: float(re.search(rf"^  {name}[a-z, ]* +\S+ +(\S+)", rows, re.M).group(1)) for name in PHASES}
    amount, unit = re.search(r"^  peak .* ([\d.]+) (\w+)$", out, re.M).groups()
    return {**found, "peak": float(amount) * UNITS[unit]}


def run(bench):
    rows = []
    for ranks in 1, 2:
        machine = calibrate(bench, ranks)
        for name in MODELS:
            found, rates, path = measured(bench, name, ranks)
            told = planned(bench, path, ranks, machine, rates)
            bench.record("plan", {"model": name, "ranks": ranks}, {"planned": told, "measured": found})
            for what in [*PHASES, "peak"]:
                scale = MEBIBYTE if what == "peak" else 1
                rows.append([name, ranks, what, number(told[what] / scale), number(found[what] / scale),
                             number(told[what] / found[what]) if found[what] else "-"])
    table(["model", "ranks", "", "planned", "measured", "ratio"], rows)
    print("seconds per model second, of the mean rank; build in seconds; peak of the largest rank in MiB; median of runs")
