"""At scale. COBAHH as a network of Hodgkin-Huxley neurons and of tv-LIF units: how long the same, and at what cost."""
import collections

import numpy as np

from lab import GREY, HH, TV_LIF, as_tv_lif, read_model

STEPS = (0.02, 0.01, 0.005)  # ms
POPULATIONS = ("E", "I")

ORDERS = ("exact", "published")
KICKS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)  # mV

# Of two networks: times (ms) and largest difference (mV) of the recorded potentials; ms of the first spike that only
# one of them has; bins (ms) and the share of the spikes in them that both have; their reports.
Pair = collections.namedtuple("Pair", "times apart parted bins shared hh tv_lif")


def make_model(cells, duration, dt):
    """COBAHH; beyond 4000 cells with the inputs per cell of 4000."""
    model = read_model("cobahh")
    model["simulation"] |= {"dt": f"{dt} ms", "duration": f"{duration} ms"}
    model["populations"]["E"]["size"], model["populations"]["I"]["size"] = cells * 4 // 5, cells // 5
    if cells != 4000:
        for projection, indegree in zip(model["projections"], (64, 16)):
            projection["rule"] = {"fixed_indegree": indegree}
    return model


def spike_keys(result, dt):
    """One number for each spike, its step and cell, ascending; and the number of cells, which divides it."""
    cells = sum(result.report["populations"][name]["cells"] for name in POPULATIONS)
    keys, offset = [], 0
    for name in POPULATIONS:
        ids, times = result.spikes[name]
        keys.append(np.round(times / dt).astype(np.int64) * cells + offset + ids)
        offset += result.report["populations"][name]["cells"]
    return np.sort(np.concatenate(keys)), cells


def in_order(model, order):
    """The network of tv-LIF units whose soma steps in that order."""
    model = as_tv_lif(model)
    for population in model["populations"].values():
        population["params"] = {**population["params"], "order": order}
    return model


def compare(hh, tv_lif, duration, dt):
    (a, n), (b, _) = spike_keys(hh, dt), spike_keys(tv_lif, dt)
    single, both = np.setxor1d(a, b, assume_unique=True), np.intersect1d(a, b, assume_unique=True)
    bins = np.linspace(0, duration, 101)
    alone, common = (np.histogram(keys // n * dt, bins)[0] for keys in (single, both))
    shared = np.where(alone + common, common / np.maximum(alone + common, 1), np.nan)
    hh_cells, tv_lif_cells = hh.state("cells"), tv_lif.state("cells")
    return Pair(times=hh_cells.times, apart=np.abs(hh_cells[:] - tv_lif_cells[:]).max(axis=1),
                parted=single[0] // n * dt if len(single) else np.inf, bins=bins, shared=shared,
                hh=hh.report, tv_lif=tv_lif.report)


def measure(lab, cells, duration, dt, orders=ORDERS):
    """{(order, dt): Pair} of the Hodgkin-Huxley network and its tv-LIF network in each order."""
    model = make_model(cells, duration, dt)
    label = f"cobahh/{cells}_for_{duration}_at_{dt}"
    hh = lab.run(label + "_hh", model, lab.ranks)
    return {(order, dt): compare(hh, lab.run(f"{label}_{order}", in_order(model, order), lab.ranks), duration, dt)
            for order in orders}


def kicked(model, dt, kick):
    """The network in which each excitatory cell is pushed by `kick` (mV) in one step, 10 ms after the start."""
    capacitance = 200  # pF
    current = {"model": "dc", "target": "E", "amplitude": kick * capacitance / dt, "start": 10, "stop": 10 + dt}
    return {**model, "inputs": {"kick": current}}


def measure_kicks(lab, cells, duration, dt, kicks=KICKS):
    """When (ms) a Hodgkin-Huxley network parts from itself kicked, for each kick."""
    model = make_model(cells, duration, dt)
    label = f"cobahh/{cells}_for_{duration}_at_{dt}"
    calm = lab.run(label + "_hh", model, lab.ranks)
    return [compare(calm, lab.run(f"{label}_kicked", kicked(model, dt, kick), lab.ranks), duration, dt).parted
            for kick in kicks]


def draw(lab, name, pairs):
    colors = dict(zip(STEPS, (GREY, HH, TV_LIF)))
    with lab.figure(name, 2, size=(7, 4.5), sharex=True) as (trace, spikes):
        for (order, dt), pair in pairs.items():
            style = {"color": colors[dt], "ls": "-" if order == "exact" else ":", "lw": 0.7,
                     "label": f"{order}, dt {dt} ms"}
            trace.semilogy(pair.times, np.maximum(pair.apart, 1e-14), **style)
            spikes.plot(pair.bins[1:], 100 * pair.shared, **style)
        trace.set(title="largest difference from HH of the potentials of 50 cells, in mV")
        trace.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        spikes.set(title="per cent of the spikes that both networks have in the same step", xlabel="time in ms",
                   xlim=(0, pair.times[-1]), ylim=(-5, 105))


def in_time(time):
    return f"{time:.1f}" if np.isfinite(time) else "never"


def first_above(pair, level):
    above = np.flatnonzero(pair.apart > level)
    return pair.times[above[0]] if len(above) else np.inf


def rate(report):
    return f"{1000 * report['spikes'] / report['cells'] / report['model_time_ms']:.2f}"


def print_pairs(lab, pairs):
    lab.table(["order", "dt (ms)", "HH (Hz)", "tv-LIF (Hz)", "largest difference (mV)", "1 mV apart (ms)",
               "first other spike (ms)", "HH (s)", "tv-LIF (s)", "ratio"],
              [[order, dt, rate(pair.hh), rate(pair.tv_lif), f"{pair.apart.max():.2g}", in_time(first_above(pair, 1)),
                in_time(pair.parted), *(f"{r['run_seconds']:.1f}" for r in (pair.hh, pair.tv_lif)),
                f"{pair.tv_lif['run_seconds'] / pair.hh['run_seconds']:.1f}"] for (order, dt), pair in pairs.items()])


def run_kicks(lab):
    print("First other spike (ms) in 4000 Hodgkin-Huxley cells, from the same with every E cell kicked at 10 ms:\n")
    lab.table(["dt (ms)", *(f"{kick:g} mV" for kick in KICKS)],
              [[dt, *map(in_time, measure_kicks(lab, 4000, 1000, dt))] for dt in STEPS])


def run(lab):
    for cells, duration in [(4000, 1000)] + ([(100000, 100)] if lab.long else []):
        pairs = {}
        for dt in STEPS:
            pairs |= measure(lab, cells, duration, dt)
        print(f"{cells} cells for {duration} ms, {lab.ranks} ranks:\n")
        draw(lab, f"cobahh_{cells}", dict(sorted(pairs.items())))
        print_pairs(lab, dict(sorted(pairs.items())))
    run_kicks(lab)
    if lab.long:
        print("4000 cells for 10 s:\n")
        print_pairs(lab, measure(lab, 4000, 10000, STEPS[0], ("exact",)))
