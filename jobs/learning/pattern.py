"""A pattern, learned by e-prop, and beside it by the adjoint: the same network, spikes, target, first weights, optimiser."""
import os
import subprocess
import sys

import h5py
import numpy as np
import yaml

from networks import COLORS, GREY, HERE

TRIAL, TRIALS, SHOWN = 500, 300, (1, 10, 50, 100, 200, 300)
ENDS = {"in": ("pattern", "cells"), "recurrent": ("cells", "cells"), "out": ("cells", "readout")}
CLIPS = (0, 0.001, 0.0003)
SEEDS = (1, 2, 3)


def model_file(name):
    with open(os.path.join(HERE, "pattern", name)) as file:
        return yaml.safe_load(file)


def make_sample(lab, name, seed, steps=TRIAL):
    """Writes what e_prop shows in a trial, and what it wants, as a sample; returns the path and the sum of squares that
    is wanted."""
    result = lab.run(f"{name}/shown", model_file("pattern.yaml"),
                     **{"simulation.seed": seed, "simulation.duration": f"{steps + 1} ms", "record.spikes": ["pattern"]})
    cells, times = result.spikes["pattern"]
    target = result.state("readout", "target")[:][1:, 0].astype(float)
    path, heard = lab.path(name, "pattern.h5"), times < steps - 1
    with h5py.File(path, "w") as file:
        for key, values, kind in (("times", (times[heard] + 1) / 1000, float), ("units", cells[heard], np.uint16)):
            rows = file.create_dataset(f"spikes/{key}", (1,), dtype=h5py.vlen_dtype(kind))
            rows[0] = values.astype(kind)  # a step later: as its spikes arrive at the readout, those of e_prop are late
        file["target"] = target[None]
    return path, (target ** 2).sum()


def adjoint(lab, name, seed, sample, trials=TRIALS, steps=TRIAL, change=None, **settings):
    """A training by the adjoint; change: a function that has the model, before it is run."""
    model = model_file("adjoint.yaml")
    model["data"]["train"]["file"] = sample
    if change:
        change(model)
    return lab.run(name, model, **{"simulation.seed": seed, "simulation.duration": f"{steps} ms",
                                   "learning.epochs": trials, **settings})


def e_prop(lab, name, seed, weights, trials=TRIALS, steps=TRIAL, change=None, **settings):
    """The same by e_prop, from these first weights; change: likewise."""
    model, edges = model_file("pattern.yaml"), lab.path(f"{name}_edges.h5")
    write_edges(edges, weights)
    model["projections"] = [projection for projection in model["projections"] if projection["name"] in weights]
    for projection in model["projections"]:
        projection["rule"] = {"explicit": {"file": edges, "edges": projection["name"]}}
        for key in ("weight", "delay", "autapses"):
            projection.pop(key, None)
    model["record"]["connectivity"] = list(weights)
    if change:
        change(model)
    return lab.run(name, model, **{"simulation.seed": seed, "simulation.duration": f"{steps * trials + 1} ms",
                                   "parameters.trial": f"{steps} ms", **settings})


def write_edges(path, weights):
    """All synapses of these matrices [target, source], as results hold them; a step is their delay."""
    with h5py.File(path, "w") as file:
        for name, matrix in weights.items():
            group, (target, source) = file.create_group(f"edges/{name}"), np.indices(matrix.shape).reshape(2, -1)
            group["source_node_id"], group["target_node_id"] = source.astype(np.uint64), target.astype(np.uint64)
            group["0/syn_weight"], group["0/delay"] = matrix.ravel(), np.ones(matrix.size)


def first_weights(lab, name, seed, sample, steps=TRIAL, change=None):
    """{projection: matrix} that the adjoint begins with."""
    result = adjoint(lab, name, seed, sample, 0, steps, change)
    return {name: arrays["weight"] for name, arrays in result.training.weights.items()}


def errors_of_e_prop(result, steps=TRIAL):
    """Of each trial the sum of squared errors over that of silence."""
    error, target = (result.state("readout", name)[:][1:, 0] for name in ("error", "target"))
    whole = len(error) // steps * steps
    return ((error[:whole].reshape(-1, steps) ** 2).sum(1) / (target[:whole].reshape(-1, steps) ** 2).sum(1))


def errors_of_adjoint(result, wanted, steps=TRIAL):
    """The same; a loss is half of the mean over the steps."""
    return 2 * steps * result.training.loss / wanted


def compare(lab, seed, clips=CLIPS, trials=TRIALS):
    """{how: (errors by trial, CPU seconds)}."""
    folder = f"pattern/beside_{seed}"
    sample, wanted = make_sample(lab, folder, seed)
    weights = first_weights(lab, f"{folder}/first", seed, sample)
    taught = e_prop(lab, f"{folder}/e_prop", seed, weights, trials)
    curves = {"e-prop": (errors_of_e_prop(taught), taught.cpu_seconds)}
    for clip in clips:
        learned = adjoint(lab, f"{folder}/adjoint_{clip}", seed, sample, trials, **{"learning.clip": clip})
        how = f"adjoint, clip {clip:g}" if clip else "adjoint"
        curves[how] = (errors_of_adjoint(learned, wanted), learned.cpu_seconds)
    return curves


def draw(lab, curves):
    """curves: {seed: what compare() gives}."""
    with lab.figure("pattern", 1, len(curves), size=(9, 3.2), sharey=True) as panels:
        for panel, (seed, hows) in zip(panels, curves.items()):
            for color, (how, (errors, _)) in zip([COLORS[0], GREY, *COLORS[1:]], hows.items()):
                panel.plot(np.arange(1, len(errors) + 1), errors, color=color, label=how)
            panel.set(yscale="log", xlabel="trial", title=f"error over that of silence, seed {seed}")
        panels[0].legend(loc="upper right")


def run(lab):
    subprocess.run([sys.executable, os.path.join(HERE, "pattern/run"), "--program", lab.program, "--results",
                    lab.path("pattern")], check=True)
    curves = {seed: compare(lab, seed) for seed in SEEDS}
    print("\nFrom the same first weights:\n")
    lab.table(["seed", "", *(f"trial {trial}" for trial in SHOWN), "CPU s"],
              [[seed, how, *(f"{errors[trial - 1]:.3f}" for trial in SHOWN), f"{seconds:.1f}"]
               for seed, hows in curves.items() for how, (errors, seconds) in hows.items()])
    draw(lab, curves)
