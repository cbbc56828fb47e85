"""Targets: what was last measured of this build on this machine, against what must be and what we reach for."""
from bench import number, table

SQUID, TRAUB, LIF = ({"model": model, "cells": 10000} for model in ("hh_psc_exp", "hh_cond_exp_traub", "iaf_psc_exp"))
DC, POISSON = {"drive": "dc", "ranks": 2}, {"drive": "poisson", "ranks": 2}
UPDATES, EVENTS, TIMES, MILLION = "updates_per_second", "events_per_second", "loligo_times_faster", 1e-6
ROW = {"inputs": 1000}
SHORT_TERM = {"model": "tsodyks2", **ROW}
FORWARD = {"form": "A B^T", "m": 128, "n": 128, "k": 784}

# (what, measurement, case, value, scale, must, reach for); less is better where we reach for less than we must
TARGETS = [
    ("squid HH, M updates/s", "neurons", SQUID, UPDATES, MILLION, 220, 350),
    ("Traub cell, M updates/s", "neurons", TRAUB, UPDATES, MILLION, 180, 280),
    ("iaf_psc_exp, M updates/s", "neurons", LIF, UPDATES, MILLION, 1000, 2000),
    ("passive compartments with synapses, M updates/s", "tree", {"case": "13 compartments, passive, exc and inh"}, UPDATES, MILLION, 250, 500),
    ("active compartments, M updates/s", "tree", {"case": "65 compartments, active"}, UPDATES, MILLION, 180, 280),
    ("Poisson drive, M samples/s", "poisson_drive", {"cells": 10000}, "samples_per_second", MILLION, 300, 600),
    ("69th spike to 0.1 ms, times NEURON as it comes", "precision", {"solver": "NEURON, tables"}, TIMES, 1, 20, 50),
    ("... times NEURON at its best", "precision", {"peer": "NEURON"}, TIMES, 1, 20, 50),
    ("... times Brian2, exponential Euler", "precision", {"solver": "Brian2, exponential Euler"}, TIMES, 1, 20, 50),
    ("... times Brian2 at its best", "precision", {"peer": "Brian2"}, TIMES, 1, 20, 50),
    ("COBAHH, times the best of Brian2", "peer_cobahh", {}, TIMES, 1, 15, 25),
    ("microcircuit, M events/s per core", "microcircuit", DC, "events_per_second_per_core", MILLION, 400, 650),
    ("microcircuit DC, real-time factor", "microcircuit", DC, "real_time_factor", 1, 1.5, 0.9),
    ("microcircuit Poisson, real-time factor", "microcircuit", POISSON, "real_time_factor", 1, 2.5, 1.5),
    ("microcircuit, bytes per synapse", "microcircuit", DC, "bytes_per_synapse", 1, 6, 4.6),
    ("microcircuit, build s", "microcircuit", DC, "build_seconds", 1, 8, 4),
    ("microcircuit, 1 to 2 ranks", "microcircuit_scaling", {}, "one_to_two_ranks", 1, 1.8, 1.95),
    ("short-term synapses, M events/s", "plasticity", SHORT_TERM, EVENTS, MILLION, 300, 400),
    ("stdp, additive, M events/s", "plasticity", {"model": "stdp, additive", **ROW}, EVENTS, MILLION, 90, 120),
    ("stdp_triplet, M events/s", "plasticity", {"model": "stdp_triplet", **ROW}, EVENTS, MILLION, 60, 80),
    ("stdp_pl, M events/s", "plasticity", {"model": "stdp_pl", **ROW}, EVENTS, MILLION, 45, 60),
    ("matrix product of a forward pass, % of the core", "matrix_ceiling", FORWARD, "percent", 1, 60, 75),
    ("training lif_step, images/s", "learning", {"model": "lif_step"}, "images_per_second", 1, 45_000, 75_000),
    ("training s_lif2hh_layer, images/s", "learning", {"model": "s_lif2hh_layer"}, "images_per_second", 1, 15_600, 26_000),
    ("training squid HH, ns per cell and step", "learning", {"model": "hh_psc_exp"}, "ns_per_cell_and_step", 1, 23, 14),
    ("idle interval on 2 ranks, us", "idle", {"ranks": 2}, "microseconds", 1, 5, 2),
    ("recording, at most %", "recording_cost", {}, "percent", 1, 5, 2),
    ("checkpoint of 10^6 cells, s", "checkpoint", {"cells": 1_000_000}, "seconds", 1, 5, 1),
    ("the loop while no checkpoint is due, %", "checkpoint_idle", {}, "loop_percent", 1, 1, 0.2),
]


def verdict(value, must, reach):
    better = -1 if reach < must else 1
    if better * value >= better * reach:
        return "reached"
    if better * value >= better * must:
        return "good enough"
    return f"not yet: {max(value / must, must / value):.2g} times off"


def row(bench, what, measurement, case, key, scale, must, reach):
    """The least favourable of the cases that fit."""
    found = bench.recorded(measurement, **case)
    lines = [line for line in found if key in line["values"]]
    if not lines:
        return [what, "-", must, reach, "it never gets there" if found else "not measured"]
    line = (max if reach < must else min)(lines, key=lambda line: line["values"][key])
    value = scale * line["values"][key]
    return [what, number(value, line if "spread" in line else None), must, reach, verdict(value, must, reach)]


def run(bench):
    table(["measure", "now", "must", "reach for", ""], [row(bench, *target) for target in TARGETS])
