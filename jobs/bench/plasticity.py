"""Events of synapses that learn or tire, per second and core, one rank: each synapse model in the same network."""
from bench import mean_seconds, number, table
from peers import best_call, folder, is_there

CELLS = 4000
DRIVE = {"model": "poisson", "target": "cells", "rate": "8 kHz", "weight": "45 pA"}  # some 10 Hz
PARAMS = {"C_m": "100 pF", "tau_m": "10 ms", "t_ref": "2 ms", "E_L": "0 mV", "V_reset": "0 mV", "V_th": "20 mV",
          "tau_syn_ex": "0.5 ms", "tau_syn_in": "0.5 ms"}
WMAX = {"Wmax": "1 fA"}  # too little to be felt: the cells fire alike whatever they learn
CASES = {
    "static": {},
    "tsodyks2": {"U": 0.5, "tau_rec": "100 ms", "tau_fac": "500 ms"},
    "tsodyks": {"U": 0.5, "tau_rec": "100 ms", "tau_fac": "500 ms"},
    "stdp, additive": {**WMAX, "lambda": 0.001, "mu_plus": 0, "mu_minus": 0},
    "stdp, multiplicative": {**WMAX, "lambda": 0.001},
    "stdp_inhibitory": WMAX,
    "stdp_triplet": WMAX,
    "stdp_pl": {**WMAX, "lambda": 0.001, "alpha": 0.1},
    "stdp, power 0.4": {**WMAX, "lambda": 0.001, "mu_plus": 0.4, "mu_minus": 0.4},
}


def model_of(case, inputs, milliseconds):
    """A spike of a source reaches as many cells as each cell has inputs."""
    return {
        "simulation": {"dt": "0.1 ms", "duration": f"{milliseconds} ms", "seed": 1},
        "populations": {"cells": {"model": "iaf_psc_exp", "size": CELLS, "params": PARAMS,
                                  "init": {"V_m": {"uniform": {"low": "0 mV", "high": "20 mV"}}}}},
        "projections": [{"source": "cells", "target": "cells", "rule": {"fixed_indegree": inputs}, "weight": "0.5 fA",
                         "delay": "1.5 ms", "synapse": {"model": case.split(",")[0], **CASES[case]}}],
        "inputs": {"drive": DRIVE}, "record": {"spikes": "none"}}


def measure(bench, case, inputs):
    events = bench.choose(2e7, 1e8, 3e8)
    report = bench.run(model_of(case, inputs, round(events / inputs / CELLS / 10 * 1000)),
                       seconds=lambda r: mean_seconds(r, "deliver"))
    rate = report["synaptic_events"] / mean_seconds(report, "deliver")
    hertz = report["spikes"] / CELLS / report["model_time_ms"] * 1000
    bench.record("plasticity", {"model": case, "inputs": inputs}, {"events_per_second": rate, "rate_hz": hertz}, report)
    return rate, report


def run_peers(bench):
    """The same cells and as many synapses; what they take beyond cells without any, by difference."""
    inputs, milliseconds = 100, bench.choose(1000, 2000, 5000)
    if not is_there("brian2"):
        return
    rate, report = measure(bench, "stdp, additive", inputs)
    best = best_call(bench, "brian_stdp", CELLS, inputs, milliseconds, folder(bench))
    theirs = best["events"] / best["seconds"]
    bench.record("peer_plasticity", {"peer": "Brian2"}, {"events_per_second": theirs, "times": rate / theirs}, best)
    table([f"additive STDP, {inputs} inputs, one core", "M events/s", "Loligo is times faster"],
          [["Loligo", number(1e-6 * rate, report), "1"],
           ["Brian2, C++ standalone", number(1e-6 * theirs, best), number(rate / theirs)]])


def run(bench):
    lengths = bench.choose([100, 1000], [100, 1000, 4000], [100, 1000, 4000])
    rows = [[case, *(number(1e-6 * rate, report) for rate, report in (measure(bench, case, n) for n in lengths))]
            for case in CASES]
    table(["M events/s per core, deliver phase", *(f"{n:,} synapses of a source" for n in lengths)], rows)
    print(f"{CELLS} cells at some 10 Hz: as many spikes of targets as of sources act on a synapse\n")
    run_peers(bench)
