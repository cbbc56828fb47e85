"""Recording: megabytes per second of spikes and states against the raw disk, and what it costs a run."""
import glob
import os
import time

import cobahh
import microcircuit
from bench import number, table

STEPS = 400


def files_size(bench):
    return sum(os.path.getsize(path) for path in glob.glob(os.path.join(bench.results, "run", "*.h5")))


def raw_disk(bench, size):
    """Seconds to write `size` bytes into a new file, and until they are on the disk."""
    path, block = os.path.join(bench.results, "raw"), os.urandom(2**20)
    begin = time.monotonic()
    with open(path, "wb", buffering=0) as file:
        for _ in range(size // len(block)):
            file.write(block)
        written = time.monotonic() - begin
        os.fsync(file.fileno())
        synced = time.monotonic() - begin
    os.remove(path)
    return written, synced


def streams(megabytes):
    """Models that do little but record: a spike takes 16 bytes, a sample 4."""
    per_step = megabytes * 1e6 / STEPS
    simulation = {"dt": "0.1 ms", "duration": f"{STEPS * 0.1} ms", "seed": 1}
    cells = 40000
    spikes = {"simulation": simulation, "record": {"spikes": "all"},
              "populations": {"cells": {"model": "poisson_source", "size": cells,
                                        "params": {"rate": per_step / 16 / cells / 1e-4}}}}
    state = {"simulation": simulation,
             "record": {"spikes": "none", "state": {"all": {"target": "cells", "variables": ["V_m"],
                                                            "interval": "0.1 ms"}}},
             "populations": {"cells": {"model": "iaf_psc_exp", "size": round(per_step / 4)}}}
    return {"spikes": spikes, "state": state}


def measure_stream(bench, name, model, ranks):
    """Megabytes per second of the time that recording adds to the run."""
    bare = bench.run({**model, "record": {"spikes": "none"}}, ranks)["run_seconds"]
    report = bench.run(model, ranks)
    size = files_size(bench)
    written, synced = raw_disk(bench, size)
    rates = {"loligo": size / 1e6 / (report["run_seconds"] - bare), "raw_write": size / 1e6 / written,
             "raw_write_fsync": size / 1e6 / synced}
    bench.record("recording", {"what": name, "ranks": ranks, "bytes": size},
                 {name + "_MB_per_second": rate for name, rate in rates.items()}, report)
    return [name, ranks, number(size / 1e6), *(number(rate) for rate in rates.values())]


def best_in_turn(bench, models, ranks):
    """The fastest run of each model; they take turns, so that a slow minute of the machine meets all."""
    rounds = [[bench.run(model, ranks, repeats=1) for model in models] for _ in range(bench.choose(3, 5, 7))]
    return [min(reports, key=lambda report: report["run_seconds"]) for reports in zip(*rounds)]


def measure_cost(bench, name, model, ranks):
    """Percent that recording all spikes and ten cells' potentials adds to the time of a run."""
    population = next(iter(model["populations"]))
    state = {"some": {"target": f"{population}[0:10]", "variables": ["V_m"], "interval": "1 ms"}}
    bare, full = best_in_turn(bench, [{**model, "record": {"spikes": "none"}},
                                      {**model, "record": {"spikes": "all", "state": state}}], ranks)
    percent = 100 * (full["run_seconds"] / bare["run_seconds"] - 1)
    bench.record("recording_cost", {"network": name, "ranks": ranks}, {"percent": percent}, full)
    return [name, ranks, number(bare["run_seconds"], bare), number(full["run_seconds"], full), number(percent)]


def run(bench):
    models = streams(bench.choose(50, 400, 2000))
    networks = {"cobahh, 1 s": cobahh.model_of(4000, 1000), "cobahh, 10 s": cobahh.model_of(4000, 10000)}
    if bench.size > 0:
        networks["microcircuit, 1 s"] = microcircuit.model_of("dc", 1)
    table(["network", "ranks", "s without", "s with", "cost %"],
          [measure_cost(bench, name, model, 2) for name, model in networks.items()])
    table(["recording", "ranks", "MB", "loligo MB/s", "raw write MB/s", "raw write + fsync MB/s"],
          [measure_stream(bench, name, model, ranks) for name, model in models.items() for ranks in (1, 2)])
