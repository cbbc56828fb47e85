"""What these experiments share: networks of one hidden layer by the kind of its units, and how they are trained."""
import collections
import math
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../python"))
from loligo.lab import GREY, Lab, main  # noqa: E402, F401 (its folder comes first)
from loligo.style import COLORS  # noqa: E402

FASHION = "/usr/share/datasets/fashion-mnist"  # Debian's package dataset-fashion-mnist
STEPS = 15
CLASSES = 10

# model: of the hidden layer; inputs and outputs of one of its cells; size: times the cells of the others; width: half of
# the rectangle; first: factor on the first weights; dense: further keys of the synapse; simulation, learning: of theirs.
Unit = collections.namedtuple("Unit", "model params width inputs outputs size first dense simulation learning",
                              defaults=(1, 1, 1, 1, {}, {}, {}))

LIF = {"decay": 0.2, "threshold": 0.3}
FROZEN = {name: {"uniform": {"low": 0, "high": 0.01}} for name in ("a_n", "b_n", "a_m", "b_m", "a_h", "b_h")}
UNITS = {
    "LIF": Unit("lif_step", LIF, 0.5),
    "s-LIF2HH": Unit("s_lif2hh_layer", LIF, 0.5, 3, 4),
    "4-LIF": Unit("lif_step", LIF, 0.5, size=4),
    "HH frozen": Unit("hh_frozen", {"threshold": 0.2, **FROZEN}, 0.3),
    "HH leak": Unit("hh_leak", {"threshold": 0.2}, 0.3),
    "HH": Unit("hh_psc_exp", {"I_e": "500 pA"}, 0.5, dense={"gain": 2000},
               simulation={"dt": "0.05 ms", "duration": "20 ms"}, learning={"clip": 0.1}),
    "ReLU": Unit("relu", {}, 0.5),
}
COLOR = {**dict(zip(UNITS, COLORS)), "ReLU": GREY}
TRAINED = {}


def uniform(fan_in, factor=1):
    """The law of first weights that frameworks use."""
    bound = factor / math.sqrt(fan_in)
    return {"uniform": {"low": -bound, "high": bound}}


def dense(source, target, fan_in, factor=1, **synapse):
    return {"name": f"{source}_to_{target}", "source": source, "target": target, "rule": "all_to_all",
            "synapse": {"model": "dense", **synapse}, "weight": uniform(fan_in, factor)}


def images(part, **keys):
    """Fashion-MNIST as Debian has it; part: train or t10k."""
    return {"format": "idx", "images": f"{FASHION}/{part}-images-idx3-ubyte.gz",
            "labels": f"{FASHION}/{part}-labels-idx1-ubyte.gz", **keys}


def network(unit, hidden, inputs, heads, data, learning, shared=0, between="readout", seed=1):
    """A model of one hidden layer with a read-out for each task, behind `shared` cells of model `between` if there are."""
    cells = hidden * unit.size
    populations = {"pixels": {"model": "data_source", "size": inputs},
                   "hidden": {"model": unit.model, "size": cells, "params": unit.params}}
    projections = [dense("pixels", "hidden", inputs, unit.first, **unit.dense)]
    last, fan_in = "hidden", cells * unit.outputs
    if shared:
        populations["shared"] = {"model": between, "size": shared}
        projections.append(dense(last, "shared", fan_in))
        last, fan_in = "shared", shared
    for head in heads:
        populations[head] = {"model": "readout", "size": CLASSES}
        projections.append(dense(last, head, fan_in))
    return {"simulation": {"dt": "1 ms", "duration": f"{STEPS} ms", "seed": seed, **unit.simulation}, "data": data,
            "populations": populations, "projections": projections,
            "learning": {"method": "adjoint", "surrogate": {"rectangle": {"half_width": unit.width}},
                         "loss": [{"cross_entropy": {"target": head}} for head in heads], "batch": 128,
                         "evaluate": {"data": "test", "every": "1 epoch"}, **unit.learning, **learning}}


def label(*words):
    """The name of a run."""
    return "_".join(str(word).replace(" ", "_") for word in words)


def train(lab, name, model):
    """Result of a training; one that several experiments show is trained once."""
    key = lab.path(name), repr(model)
    if key not in TRAINED:
        TRAINED[key] = lab.run(name, model, lab.ranks)
    return TRAINED[key]


def mean_and_range(values, digits=1):
    low, high = min(values), max(values)
    return f"{statistics.mean(values):.{digits}f}" + (f" ({low:.{digits}f}-{high:.{digits}f})" if len(values) > 1 else "")
