"""What these experiments share: their model files as mappings, one colour for each kind of neuron."""
import os
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../python"))
from loligo.lab import GREY, Lab, main  # noqa: E402, F401 (its folder comes first)
from loligo.style import COLORS  # noqa: E402

HH, TV_LIF, S_LIF = COLORS[:3]


def read_model(name):
    """A model file that stands beside this one, as a mapping to change."""
    with open(os.path.join(HERE, name + ".yaml")) as file:
        return yaml.safe_load(file)


def as_tv_lif(model):
    """The same network with each Hodgkin-Huxley neuron made of time-varying LIF units: one word per population."""
    changed = {name: {**population, "model": population["model"].replace("hh_", "tv_lif_hh_", 1)}
               for name, population in model["populations"].items()}
    return {**model, "populations": changed}
