"""A5. What Hodgkin-Huxley neurons and their networks of LIF units cost: published operations; seconds, bytes."""
import collections

from lab import GREY, HH, S_LIF, TV_LIF, read_model

# Additions and multiplications are those of one cell in one step.
Shape = collections.namedtuple("Shape", "branches hidden read_out additions multiplications")

# Networks of the same task with 15 time steps per image, and their published millions of additions and multiplications.
WINDOW, INPUTS, OUTPUTS = 15, 1296, 50
SHAPES = {
    "LIF": (Shape(1, 512, 512, 3, 3), (9.994, 10.002)),
    "HH": (Shape(1, 512, 512, 16, 23), (10.094, 10.156)),
    "s-LIF2HH": (Shape(3, 512, 2048, 14, 15), (30.047, 30.077)),
    "4LIF": (Shape(1, 2048, 2048, 3, 3), (39.977, 40.008)),
}

SECOND_ORDER, FIRST_ORDER = {"integrator": "staggered_crank_nicolson"}, {"integrator": "forward_euler"}
FINE = {"scale": 0.1, **{f"threshold{k}": 70000 for k in range(1, 5)}}  # as in cost.yaml

Variant = collections.namedtuple("Variant", "model dt params synapse weight color line")
VARIANTS = {
    "HH, second order": Variant("hh_psc_exp", 0.025, SECOND_ORDER, "static", "0.1 pA", HH, "o-"),
    "HH, forward Euler": Variant("hh_psc_exp", 0.01, FIRST_ORDER, "static", "0.1 pA", HH, "s--"),
    "tv-LIF, second order": Variant("tv_lif_hh", 0.025, SECOND_ORDER, "static", "0.1 pA", TV_LIF, "o-"),
    "tv-LIF, forward Euler": Variant("tv_lif_hh", 0.01, FIRST_ORDER, "static", "0.1 pA", TV_LIF, "s--"),
    "s-LIF2HH": Variant("s_lif2hh", 1, {"scale": 0.1, "threshold": 70000}, "s_lif2hh", 1, S_LIF, "o-"),
    "4-LIF": Variant("lif4", 1, FINE, "lif4", 1, GREY, "o-"),
}
UPDATES = 2e7  # of a run; it lasts 50 ms to 5 s
INDEGREE = 20

Cost = collections.namedtuple("Cost", "variant cells indegree bytes per_second updates_per_second rate")


def count_operations(shape):
    """Additions and multiplications per image."""
    cells = WINDOW * shape.hidden
    inputs = cells * shape.branches
    additions = inputs * (INPUTS - 1) + (shape.read_out - 1) * OUTPUTS + cells * shape.additions
    multiplications = inputs * INPUTS + shape.read_out * OUTPUTS + cells * shape.multiplications
    return additions, multiplications


def make_model(variant, cells, indegree, updates=UPDATES):
    model = read_model("cost")
    duration = min(max(updates * variant.dt / max(cells, 1), 50), 5000 if cells else 0)
    model["simulation"] |= {"dt": f"{variant.dt} ms", "duration": f"{max(round(duration), 1)} ms"}
    population = model["populations"]["cells"]
    params = {"I_e": population["params"]["I_e"], **variant.params}
    population |= {"model": variant.model, "size": cells, "params": params}
    model["projections"][0] |= {"rule": {"fixed_indegree": indegree if cells else 0}, "weight": variant.weight,
                                "synapse": {"model": variant.synapse}}
    return model


def measure(lab, name, cells, indegree=INDEGREE, updates=UPDATES):
    """Cost of a network; its memory is what it takes beyond a network of no cells."""
    variant = VARIANTS[name]

    def report(n):
        label = f"cost/{variant.model}_{variant.dt}_{n}_{indegree}"
        return lab.run(label, make_model(variant, n, indegree, updates), lab.ranks).report

    full, empty = report(cells), report(0)
    seconds = full["model_time_ms"] / 1000
    memory = full["peak_memory_bytes"]["sum"] - empty["peak_memory_bytes"]["sum"]
    updates = cells * full["model_time_ms"] / variant.dt
    return Cost(name, cells, indegree, memory / cells, full["run_seconds"] / seconds, updates / full["run_seconds"],
                full["spikes"] / cells / seconds)


def draw(lab, costs, x, label, name):
    """Seconds per second, and bytes per cell, over the field x of a cost."""
    with lab.figure(name, 1, 2, size=(9, 3.6)) as (time, memory):
        for kind, variant in VARIANTS.items():
            points = [cost for cost in costs if cost.variant == kind]
            for panel, y in ((time, "per_second"), (memory, "bytes")):
                panel.loglog([getattr(p, x) for p in points], [getattr(p, y) for p in points], variant.line,
                             color=variant.color, ms=4, label=kind)
        time.set(xlabel=label, title=f"seconds per second of model time, {lab.ranks} ranks")
        memory.set(xlabel=label, title="bytes per cell, with its synapses")
        memory.legend(loc="center left", bbox_to_anchor=(1, 0.5))


def print_costs(lab, costs):
    lab.table(["model", "dt (ms)", "cells", "inputs per cell", "bytes per cell", "seconds per second",
               "million updates/s", "spikes/s per cell"],
              [[c.variant, VARIANTS[c.variant].dt, c.cells, c.indegree, f"{c.bytes:.0f}", f"{c.per_second:.3g}",
                f"{c.updates_per_second / 1e6:.3g}", f"{c.rate:.1f}"] for c in costs])


def run(lab):
    print("Operations per image by the paper's formula, in millions:\n")
    rows = []
    for name, (shape, published) in SHAPES.items():
        rows.append([name, *(f"{count / 1e6:.3f}" for count in count_operations(shape)), *published])
    lab.table(["network", "ADD", "MUL", "ADD published", "MUL published"], rows)
    sizes = [10**k for k in range(3, 7 if lab.long else 6)]
    costs = [measure(lab, name, cells) for name in VARIANTS for cells in sizes]
    draw(lab, costs, "cells", "cells", "cost")
    print(f"Networks of growing size, {INDEGREE} inputs per cell, {lab.ranks} ranks:\n")
    print_costs(lab, costs)
    indegrees = [1, 10, 100, 1000] + ([10000] if lab.long else [])
    costs = [measure(lab, name, 4000, k, 1e7 / max(1, k / 100)) for name in VARIANTS for k in indegrees]
    draw(lab, costs, "indegree", "inputs per cell", "cost_synapses")
    print(f"The same over the number of inputs of each of 4000 cells, {lab.ranks} ranks:\n")
    print_costs(lab, costs)
