"""Neuron updates per second and core: each model alone, one rank."""
from bench import number, table

NOISE = {"mean": "-65 mV", "std": "5 mV"}
SQUID = {"dt": 0.025, "params": {"I_e": "1000 pA"}, "init": {"V_m": {"normal": NOISE}}}
TRAUB = {**SQUID, "params": {"I_e": "200 pA"}}
LIF = {"dt": 0.1, "init": {"V_m": {"uniform": {"low": "-70 mV", "high": "-55 mV"}}}}
ADEX = {**LIF, "params": {"I_e": "700 pA"}}
FINE = {"dt": 0.01}  # forward Euler needs small steps
CASES = {
    "hh_psc_exp": SQUID, "hh_cond_exp": SQUID, "hh_cond_exp_traub": TRAUB,
    "tv_lif_hh_psc_exp": {**SQUID, **FINE}, "tv_lif_hh_cond_exp": {**SQUID, **FINE},
    "tv_lif_hh_cond_exp_traub": {**TRAUB, **FINE},
    "iaf_psc_exp": {**LIF, "params": {"I_e": "450 pA"}}, "iaf_psc_delta": {**LIF, "params": {"I_e": "450 pA"}},
    "iaf_cond_exp": {**LIF, "params": {"I_e": "400 pA"}},
    "iaf_psc_alpha": {**LIF, "params": {"I_e": "450 pA"}}, "iaf_cond_alpha": {**LIF, "params": {"I_e": "400 pA"}},
    "aeif_psc_exp": ADEX, "aeif_psc_alpha": ADEX, "aeif_cond_exp": ADEX, "aeif_cond_alpha": ADEX,
    "izhikevich": {**LIF, "params": {"I_e": "10 pA"}}, "mat2_psc_exp": {**LIF, "params": {"I_e": "450 pA"}},
    "hh_psc_alpha": SQUID, "hh_cond_beta": SQUID, "hh_cond_beta_traub": TRAUB,
    "s_lif2hh": {"dt": 0.1, "params": {"I_e": "900 pA"}}, "lif4": {"dt": 0.1, "params": {"I_e": "900 pA"}},
    "poisson_source": {"dt": 0.1, "params": {"rate": "10 Hz"}},
    "iaf_psc_exp + poisson": {**LIF, "params": {"I_e": "0 pA"},
                              "input": {"model": "poisson", "rate": "16 kHz", "weight": "0.1 pA"}},
}
LEAST_STEPS = 256


def model_of(name, case, cells, updates):
    steps = max(LEAST_STEPS, round(updates / cells))
    population = {"model": name.split()[0], "size": cells, "params": case["params"], "init": case.get("init", {})}
    inputs = {"drive": {**case["input"], "target": "cells"}} if "input" in case else {}
    return steps, {"simulation": {"dt": f"{case['dt']} ms", "duration": f"{steps * case['dt']} ms", "seed": 1},
                   "populations": {"cells": population}, "inputs": inputs, "record": {"spikes": "none"}}


def measure(bench, name, cells):
    """Seconds per update, with the report it comes from."""
    steps, model = model_of(name, CASES[name], cells, bench.choose(2e7, 5e7, 1e8))
    report = bench.run(model)
    seconds = report["run_seconds"] / (steps * cells)
    bench.record("neurons", {"model": name, "cells": cells, "dt_ms": CASES[name]["dt"]},
                 {"updates_per_second": 1 / seconds}, report)
    return seconds, report


def run(bench):
    sizes = [10 ** n for n in range(3, bench.choose(4, 5, 6) + 1)]
    rows, plain, driven = [], [], []
    for name in CASES:
        found = [measure(bench, name, cells) for cells in sizes]
        rows.append([name, *(number(1e-6 / seconds, report) for seconds, report in found)])
        plain = found if name == "iaf_psc_exp" else plain
        driven = found if "input" in CASES[name] else driven
    samples = [1 / (with_drive[0] - without[0]) for with_drive, without in zip(driven, plain)]
    for cells, rate in zip(sizes, samples):
        bench.record("poisson_drive", {"cells": cells, "mean_per_step": 1.6}, {"samples_per_second": rate})
    rows.append(["Poisson drive: samples (difference)", *(number(1e-6 * rate) for rate in samples)])
    table(["M updates/s per core", *(f"{cells:,} cells" for cells in sizes)], rows)
