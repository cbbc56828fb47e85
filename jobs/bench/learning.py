"""Training of 784-128-10 in batches of 128, images per second, one core: beside it PyTorch where it is there."""
import os

import numpy

from bench import number, table
from peers import best_call, is_there

PIXELS, CELLS, KINDS, BATCH = 784, 128, 10, 128
UNITS = {"lif_step": {"steps": 15}, "s_lif2hh_layer": {"steps": 15}, "hh_psc_exp": {"steps": 400, "dt": 0.05}}


def write_idx(path, array):
    with open(path, "wb") as file:
        file.write(bytes([0, 0, 8, array.ndim]) + numpy.array(array.shape, ">u4").tobytes() + array.tobytes())
    return path


def random_images(bench, n):
    """Noise: what is learned takes as long as anything else."""
    generator = numpy.random.default_rng(1)
    images = generator.integers(0, 256, (n, 28, 28), numpy.uint8)
    labels = generator.integers(0, KINDS, n, numpy.uint8)
    return {"format": "idx", "images": write_idx(os.path.join(bench.results, "images"), images),
            "labels": write_idx(os.path.join(bench.results, "labels"), labels), "scale": 1 / 255}


def dense(name, source, target, inputs, **params):
    bound = inputs**-0.5
    return {"name": name, "source": source, "target": target, "rule": "all_to_all",
            "synapse": {"model": "dense", "bias": True, "learn": True, **params},
            "weight": {"uniform": {"low": -bound, "high": bound}}}


def model_of(bench, unit, images):
    steps, dt = UNITS[unit]["steps"], UNITS[unit].get("dt", 1)
    outputs, gain = (4 if unit == "s_lif2hh_layer" else 1), ({"gain": 20} if unit == "hh_psc_exp" else {})
    return {
        "simulation": {"dt": f"{dt} ms", "duration": f"{steps * dt:g} ms", "seed": 1},
        "data": {"train": random_images(bench, images)},
        "populations": {"pixels": {"model": "data_source", "size": PIXELS}, "hidden": {"model": unit, "size": CELLS},
                        "classes": {"model": "readout", "size": KINDS}},
        "projections": [dense("W1", "pixels", "hidden", PIXELS, **gain),
                        dense("W2", "hidden", "classes", outputs * CELLS)],
        "learning": {"surrogate": {"rectangle": {"half_width": 0.5}}, "loss": {"cross_entropy": {"target": "classes"}},
                     "optimiser": {"adam": {"rate": 1e-3}}, "batch": BATCH, "epochs": 1, "clip": 0.1}}


def measure(bench, unit):
    """A row: images, and what one step of a cell takes with all that belongs to it."""
    steps = UNITS[unit]["steps"]
    images = BATCH * (bench.choose(100, 400, 1600) if steps < 100 else bench.choose(8, 32, 128))
    report = bench.run(model_of(bench, unit, images), seconds=lambda r: 1 / r["learning"]["images_per_second"])
    rate = report["learning"]["images_per_second"]
    values = {"images_per_second": rate, "ns_per_cell_and_step": 1e9 / (rate * CELLS * steps)}
    bench.record("learning", {"model": unit}, values, report)
    return rate, values["ns_per_cell_and_step"], report


def measure_peer(bench, unit, rate):
    """PyTorch's images per second, and how many times ours that is."""
    best = best_call(bench, "torch_learning", unit, bench.choose(10, 40, 160))
    theirs = best["images"] / best["seconds"]
    bench.record("peer_learning", {"peer": "PyTorch", "model": unit},
                 {"images_per_second": theirs, "loligo_times_faster": rate / theirs}, best)
    return [number(theirs, best), number(rate / theirs)]


def run(bench):
    has_peer, rows = is_there("torch"), []
    for unit, about in UNITS.items():
        rate, ns, report = measure(bench, unit)
        peer = measure_peer(bench, unit, rate) if has_peer and "dt" not in about else ["-", "-"]
        rows.append([unit, about["steps"], number(rate, report), number(ns, report), *peer])
    table(["unit", "steps", "images/s", "ns per cell and step", "PyTorch, images/s", "Loligo is times faster"], rows)
    print(f"single precision; {PIXELS}-{CELLS}-{KINDS}, Adam, batches of {BATCH}; W x once for each image\n")
