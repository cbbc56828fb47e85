"""Multi-Fashion: two items of clothing in one picture of 36 x 36, the brighter pixel wins, a task for each."""
from networks import UNITS, images, network

PIXELS = 36 * 36
HEADS = ["upper", "lower"]


def model(name, settings, noise=None, scale=1, samples=10000, tests=5000, epochs=3, seed=1, params=None, width=None):
    """A network of 512 such units; noise: {"std": grey values, "fixed": whether all pictures have the same}."""
    unit = UNITS[name]
    unit = unit._replace(params=unit.params | (params or {}), width=width or unit.width,
                         first=settings.pop("first", unit.first))
    data = {}
    for key, part, limit in (("train", "train", samples), ("test", "t10k", tests)):
        pairs = {"format": "idx_pairs", **{k: v for k, v in images(part).items() if k != "format"}, "pairs": limit}
        data[key] = {**pairs, "scale": scale, **({"noise": noise} if noise else {})}
    return network(unit, 512, PIXELS, HEADS, data, {"epochs": epochs, **settings}, shared=50, seed=seed)
