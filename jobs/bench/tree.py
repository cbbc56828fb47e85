"""Compartment updates per second and core: cells with dendrites alone, one rank."""
from bench import number, table

CELLS, DT = 10_000, 0.025
PASSIVE = {"g_L": "0.6 nS", "E_L": "-65 mV"}
ACTIVE = {"g_Na": "750 nS", "g_K": "225 nS", "g_L": "1.9 nS", "E_Na": "50 mV", "E_K": "-77 mV", "E_L": "-54 mV"}
CASES = {  # branches of so many compartments each, membrane, receptors of each compartment
    "13 compartments, passive": (3, 4, "passive", []),
    "13 compartments, passive, exc and inh": (3, 4, "passive", ["exc", "inh"]),
    "13 compartments, active": (3, 4, "hh", []),
    "65 compartments, passive": (4, 16, "passive", []),
    "65 compartments, active": (4, 16, "hh", []),
    "257 compartments, active": (8, 32, "hh", []),
    "265 compartments, passive, soma of 12 channels": (11, 24, "passive", []),
    "89 compartments, passive, soma of 12 channels": (11, 8, "passive", []),
}
OF_CHANNELS = "soma of 12 channels"
SOMA = {"C_m": "4 pF", "channels": {  # nS: a cell of the Allen Cell Types Database on a soma of 12 um
    "passive": {"g_L": "0.03 nS", "E_L": "-92 mV"}, "Im": {"g": "5.4 nS"}, "Ih": {"g": "0.19 nS"}, "NaTs": {"g": "4400 nS"},
    "Nap": {"g": "0.95 nS"}, "K_P": {"g": "234 nS"}, "K_T": {"g": "3.3 nS"}, "SK": {"g": "0.87 nS"}, "Kv3_1": {"g": "260 nS"},
    "Ca_HVA": {"g": "2.4 nS"}, "Ca_LVA": {"g": "32 nS"}, "CaDynamics": {"gamma": 0.00125, "decay": "718 ms", "area": "452 um2"}}}
LEAST_STEPS = 64


def branches(count, compartments, membrane):
    return {"b": {"count": count, "parent": "soma", "compartments": compartments, "C_m": "6 pF", "g_axial": "30 nS",
                  "g_parent": "60 nS", "membrane": membrane, "params": PASSIVE if membrane == "passive" else ACTIVE}}


def synapses(count, compartments, receptors):
    """One onto each receptor of each cell, of a source that is silent."""
    return [{"source": "silent", "target": "cells", "rule": "all_to_all", "receptor": receptor, "weight": "1 nS",
             "delay": f"{8 * DT} ms", "compartment": f"b{i}[{k}]"}
            for receptor in receptors for i in range(count) for k in range(compartments)]


def model_of(case, cells, updates):
    count, compartments, membrane, receptors = CASES[case]
    steps = max(LEAST_STEPS, round(updates / cells / (1 + count * compartments)))
    kind = {"model": "hh_cond_exp_tree", "params": {"I_e": "1000 pA"}}
    if OF_CHANNELS in case:
        kind = {"model": "biophysical", "params": {"I_e": "100 pA"}, "soma": SOMA}
    populations = {"cells": {**kind, "size": cells, "init": {"V_m": {"normal": {"mean": "-65 mV", "std": "5 mV"}}},
                             "branches": branches(count, compartments, membrane)},
                   "silent": {"model": "spike_source", "size": 1, "params": {"times": []}}}
    return steps, {"simulation": {"dt": f"{DT} ms", "duration": f"{steps * DT} ms", "seed": 1},
                   "populations": populations, "projections": synapses(count, compartments, receptors),
                   "record": {"spikes": "none"}}


def run(bench):
    rows = []
    for case, (count, compartments, _, _) in CASES.items():
        steps, model = model_of(case, CELLS, bench.choose(1e8, 4e8, 1e9))
        report = bench.run(model)
        rate = steps * CELLS * (1 + count * compartments) / report["run_seconds"]
        bench.record("tree", {"case": case, "cells": CELLS, "dt_ms": DT}, {"updates_per_second": rate}, report)
        rows.append([case, number(1e-6 * rate, report)])
    table(["compartments", "M updates/s per core"], rows)
