"""Exchange: microseconds per interval against ranks, spikes per interval and method; an idle interval."""
import os

from bench import mean_seconds, number, table

METHODS = ["allgather", "alltoall", "neighbor"]
SOURCES = 20000
DT = 0.1  # ms; the smallest delay is one step, so an interval is one


def model_of(method, spikes, steps):
    rate = spikes / SOURCES / (DT * 1e-3)
    return {
        "simulation": {"dt": f"{DT} ms", "duration": f"{steps * DT} ms", "seed": 1},
        "populations": {"sources": {"model": "poisson_source", "size": SOURCES, "params": {"rate": rate}},
                        "targets": {"model": "iaf_psc_exp", "size": 2000}},
        "projections": [{"source": "sources", "target": "targets", "rule": {"fixed_outdegree": 8}, "weight": "0.01 pA",
                         "delay": f"{DT} ms"}],
        "exchange": {"method": method}, "record": {"spikes": "none"}}


def seconds(report):
    return mean_seconds(report, "exchange", "wait")


def measure(bench, method, ranks, spikes):
    steps = bench.choose(1000, 2000, 2000) // (10 if ranks > os.cpu_count() else 1)
    report = bench.run(model_of(method, spikes, steps), ranks, seconds, repeats=5)
    microseconds = 1e6 * seconds(report) / steps
    bench.record("exchange", {"method": method, "ranks": ranks, "spikes": spikes}, {"microseconds": microseconds},
                 report)
    return number(microseconds, report)


def idle(bench):
    """An interval of a network of two cells that never fire: what the loop itself costs."""
    steps = bench.choose(20000, 100000, 200000)
    model = {"simulation": {"dt": "0.1 ms", "duration": f"{steps * DT} ms"},
             "populations": {"cells": {"model": "iaf_psc_exp", "size": 2}},
             "projections": [{"source": "cells", "target": "cells", "rule": "all_to_all", "weight": 1,
                              "delay": f"{DT} ms"}],
             "record": {"spikes": "none"}}
    rows = []
    for ranks in (1, 2):
        report = bench.run(model, ranks)
        microseconds = 1e6 * report["run_seconds"] / steps
        bench.record("idle", {"ranks": ranks}, {"microseconds": microseconds}, report)
        rows.append([ranks, number(microseconds, report)])
    table(["ranks", "us per idle interval, all phases"], rows)


def run(bench):
    loads = bench.choose([0, 100], [0, 10, 100, 1000], [0, 10, 100, 1000, 10000])
    rows = [[method, ranks, *(measure(bench, method, ranks, spikes) for spikes in loads)]
            for method in METHODS for ranks in bench.choose([1, 2], [1, 2, 4], [1, 2, 4, 8])]
    table(["method", "ranks", *(f"{spikes:,} spikes" for spikes in loads)], rows)
    print(f"us per interval in exchange and wait; more than {os.cpu_count()} ranks share cores here\n")
    idle(bench)
