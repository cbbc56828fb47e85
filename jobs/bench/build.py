"""Building: nanoseconds and bytes at the peak per synapse, by connection rule, one rank."""
from bench import mean_seconds, number, table

CELLS = 10000
LAW = {"normal_clipped": {"mean": "80 pA", "std": "8 pA", "low": "0 pA"}}
DELAY = {"normal_clipped": {"mean": "1.5 ms", "std": "0.75 ms", "low": "0.05 ms"}}
PLAIN, DRAWN = {"weight": "80 pA", "delay": "1.5 ms"}, {"weight": LAW, "delay": DELAY}


def cases(synapses):
    """(rule, weights and delays, what the case is called)"""
    degree = synapses // CELLS
    once = {"multapses": False, "autapses": False}
    return [({"fixed_indegree": degree}, PLAIN, "constant"), ({"fixed_indegree": degree}, DRAWN, "drawn"),
            ({"fixed_indegree": degree}, {**PLAIN, **once}, "constant, each once"),
            ({"fixed_outdegree": degree}, PLAIN, "constant"), ({"fixed_outdegree": degree}, DRAWN, "drawn"),
            ({"fixed_total_number": synapses}, PLAIN, "constant"), ({"fixed_total_number": synapses}, DRAWN, "drawn"),
            ({"pairwise_bernoulli": degree / CELLS}, PLAIN, "constant"),
            ({"pairwise_bernoulli": degree / CELLS}, DRAWN, "drawn"), ("all_to_all", PLAIN, "constant")]


def measure(bench, rule, synapse, drawn):
    model = {"simulation": {"dt": "0.1 ms", "duration": "1 ms", "seed": 1},
             "populations": {"cells": {"model": "iaf_psc_exp", "size": CELLS}},
             "projections": [{"source": "cells", "target": "cells", "rule": rule, **synapse}],
             "record": {"spikes": "none"}}
    report = bench.run(model, seconds=lambda r: r["build_seconds"])
    name = rule if isinstance(rule, str) else next(iter(rule))
    each = 1e9 * mean_seconds(report, "build_synapses") / report["synapses"]
    bench.record("build", {"rule": name, "synapses": report["synapses"], "weights": drawn},
                 {"ns_per_synapse": each, "bytes_per_synapse": report["bytes_per_synapse"]}, report)
    return [name, drawn, f"{report['synapses']:,}", number(each, report), number(report["bytes_per_synapse"])]


def run(bench):
    table(["rule", "weights, delays", "synapses", "ns per synapse", "bytes per synapse"],
          [measure(bench, *case) for case in cases(bench.choose(5_000_000, 20_000_000, 50_000_000))])
