"""Events of synapses that learn or tire, per second and core, one rank: each synapse model in the same network."""
from bench import mean_seconds, number, table
from peers import best_call, best_program, build_with_nest, folder, is_there

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
    "e_prop": {"Wmax": 1, "eta": 0, "optimiser": "sgd"},
}
TRIAL = "1 s"


def model_of(case, inputs, milliseconds):
    """A spike of a source reaches as many cells as each cell has inputs."""
    return {
        "simulation": {"dt": "0.1 ms", "duration": f"{milliseconds} ms", "seed": 1},
        "populations": {"cells": {"model": "iaf_psc_exp", "size": CELLS, "params": PARAMS,
                                  "init": {"V_m": {"uniform": {"low": "0 mV", "high": "20 mV"}}}}},
        "projections": [{"source": "cells", "target": "cells", "rule": {"fixed_indegree": inputs}, "weight": "0.5 fA",
                         "delay": "1.5 ms", "synapse": {"model": case.split(",")[0], **CASES[case]}}],
        "inputs": {"drive": DRIVE}, "record": {"spikes": "none"}}


def taught_model(inputs, milliseconds):
    """The same with cells that can be taught, by the error of one cell that listens to all; whole trials."""
    synapse = {"model": "e_prop", **CASES["e_prop"]}
    return {
        "simulation": {"dt": "1 ms", "duration": f"{max(1, round(milliseconds / 1000))} s", "seed": 1},
        "populations": {"cells": {"model": "eprop_iaf", "size": CELLS, "params": {"tau_m": "20 ms", "trial": TRIAL}},
                        "readout": {"model": "eprop_readout", "size": 1, "params": {"trial": TRIAL}}},
        "projections": [{"source": "cells", "target": "cells", "rule": {"fixed_indegree": inputs}, "weight": 1e-9,
                         "delay": "1 ms", "synapse": synapse},
                        {"source": "cells", "target": "readout", "rule": "all_to_all", "weight": 0.01, "delay": "1 ms",
                         "synapse": synapse}],
        "inputs": {"drive": {"model": "poisson", "target": "cells", "rate": "60 Hz", "weight": 0.25}},
        "record": {"spikes": "none"}}


def measure(bench, case, inputs):
    events = bench.choose(2e7, 1e8, 3e8)
    make = taught_model if case == "e_prop" else lambda *size: model_of(case, *size)
    report = bench.run(make(inputs, round(events / inputs / CELLS / 10 * 1000)),
                       seconds=lambda r: mean_seconds(r, "deliver"))
    rate = report["synaptic_events"] / mean_seconds(report, "deliver")
    hertz = report["spikes"] / CELLS / report["model_time_ms"] * 1000
    bench.record("plasticity", {"model": case, "inputs": inputs}, {"events_per_second": rate, "rate_hz": hertz}, report)
    return rate, report


# NEST's names: model, parameters; of pA
NEST = {
    "static": ["static_synapse"],
    "tsodyks2": ["tsodyks2_synapse", "U=0.5", "tau_rec=100", "tau_fac=500"],
    "stdp, additive": ["stdp_synapse_hom", "Wmax=1e-3", "lambda=0.001", "mu_plus=0", "mu_minus=0"],
    "stdp, multiplicative": ["stdp_synapse_hom", "Wmax=1e-3", "lambda=0.001"],
    "stdp_inhibitory": ["vogels_sprekeler_synapse", "Wmax=1e-3"],
    "stdp_triplet": ["stdp_triplet_synapse", "Wmax=1e-3"],
    "stdp_pl": ["stdp_pl_synapse_hom", "lambda=0.001", "alpha=0.1"],
}


def ours_and_theirs(bench, ours, case, inputs, peer, best):
    """A row: both rates, and how many times ours theirs is."""
    rate, report = ours[case, inputs]
    theirs = best["events"] / best["seconds"]
    bench.record("peer_plasticity", {"peer": peer, "model": case, "inputs": inputs},
                 {"events_per_second": theirs, "loligo_times_faster": rate / theirs}, best)
    return [case, number(1e-6 * rate, report), number(1e-6 * theirs, best), number(rate / theirs)]


def run_peers(bench, ours):
    """The same cells and as many synapses; what they take beyond cells without any, by difference.

    ours  what measure() found, by case and inputs
    """
    milliseconds = bench.choose(1500, 3000, 6000)
    header = ["M events/s, one core", "Loligo", "peer", "Loligo is times faster"]
    if is_there("brian2"):
        best = best_call(bench, "brian_stdp", CELLS, 100, milliseconds, folder(bench))
        table(header, [ours_and_theirs(bench, ours, "stdp, additive", 100, "Brian2", best)])
        print("peer: Brian2, C++ standalone, 100 synapses of a source\n")
    if bench.nest:
        program = build_with_nest(bench, "nest_plasticity")
        rows = [ours_and_theirs(bench, ours, case, 1000, "NEST",
                                best_program(bench, [program, model[0], CELLS, 1000, milliseconds, *model[1:]]))
                for case, model in NEST.items()]
        table(header, rows)
        print("peer: NEST, 1000 synapses of a source\n")


def run(bench):
    lengths = bench.choose([100, 1000], [100, 1000, 4000], [100, 1000, 4000])
    ours = {(case, n): measure(bench, case, n) for case in CASES for n in lengths}
    rows = [[case, *(number(1e-6 * rate, report) for rate, report in (ours[case, n] for n in lengths))]
            for case in CASES]
    table(["M events/s per core, deliver phase", *(f"{n:,} synapses of a source" for n in lengths)], rows)
    print(f"{CELLS} cells at some 10 Hz: as many spikes of targets as of sources act on a synapse\n")
    run_peers(bench, ours)
