"""Multi-Fashion: two items of clothing in one picture of 36 x 36, the brighter pixel wins, a task for each."""
from networks import UNITS, images, network

PIXELS = 36 * 36
HEADS = ["upper", "lower"]
CELLS = 512
SAMPLES, TESTS, EPOCHS = 10000, 5000, 3
LINEAR = {"shared": 50, "between": "readout"}  # what lies between the units and the two read-outs


def pairs(part, number, **keys):
    return {**images(part, **keys), "format": "idx_pairs", "pairs": number}


def model(name, optimiser, noise=None, scale=1, samples=SAMPLES, tests=TESTS, epochs=EPOCHS, seed=1, params=None,
          width=None, first=1, behind=LINEAR):
    """A network of such units; noise: {"std": grey values, "fixed": whether all pictures have the same}; params of the
    units, width of their surrogate and factor on the first weights, where these are not as in UNITS."""
    unit = UNITS[name]
    unit = unit._replace(params=unit.params | (params or {}), width=width or unit.width, first=first)
    shown = {"scale": scale, **({"noise": noise} if noise else {})}
    data = {"train": pairs("train", samples, **shown), "test": pairs("t10k", tests, **shown)}
    return network(unit, CELLS, PIXELS, HEADS, data, {"epochs": epochs, **optimiser}, seed=seed, **behind)
