"""Curriculum and overparametrisation: exclusive or of Gaussian clusters, one pass, easy samples first or not."""
import collections
import math
import statistics

from networks import COLOR, label

DIMENSION = 200
SAMPLES = 20 * DIMENSION
EASY, HARD = 2.5, 1
LESS_NOISE = {"mean": HARD, "variance": 0.016}  # what is easy in the control: as far above its noise as EASY is

# Of a kind: its population; keys of `learning`, of `simulation` and of the synapse; standard deviation of first weights;
# rate; numbers of units, seeds for each.
Kind = collections.namedtuple("Kind", "population learning simulation synapse spread rate cells seeds",
                              defaults=({}, {}, {}, 1, 0.5, (2, 4, 6, 8, 16, 32), 20))
KINDS = {
    "ReLU": Kind({"model": "relu"}),
    "LIF": Kind({"model": "lif_step", "params": {"decay": 0.5, "threshold": 0.5}},
                {"surrogate": {"triangle": {"half_width": 1}}, "reset_gradient": False}),
    "HH": Kind({"model": "hh_psc_exp", "params": {"I_e": "500 pA"}}, {"clip": 1},
               {"dt": "0.1 ms", "duration": "15 ms"}, {"gain": 3000}, 0.3, 2, (4, 16), 4),
}


def mixture(seed, mean, samples=SAMPLES, variance=0.1):
    return {"format": "gaussian_mixture", "dimension": DIMENSION, "mean": mean, "variance": variance, "samples": samples,
            "seed": seed, "scale": 1 / math.sqrt(DIMENSION)}


def model(kind, cells, curriculum, seed, easy=None):
    """easy: {"mean": ..., "variance": ...} of the samples that a curriculum begins with."""
    unit = KINDS[kind]
    law = {"normal": {"mean": 0, "std": unit.spread}}
    stages = [{"data": "easy", "epochs": 0.5}, {"data": "hard", "epochs": 0.5}] if curriculum else [{"data": "hard"}]
    learning = {"method": "adjoint", "loss": {"mean_square": {"target": "answer"}}, "batch": 1, "epochs": 1,
                "stages": stages, "optimiser": {"sgd": {"rate": unit.rate}}, "evaluate": {"data": "test", "every": "1 epoch"},
                **unit.learning}
    return {"simulation": {"dt": "1 ms", "duration": "15 ms", "seed": seed, **unit.simulation},
            "data": {"hard": mixture(seed, HARD), "easy": mixture(seed, **(easy or {"mean": EASY})),
                     "test": mixture(seed, HARD, 1000)},
            "populations": {"x": {"model": "data_source", "size": DIMENSION},
                            "hidden": {**unit.population, "size": cells}, "answer": {"model": "readout", "size": 1}},
            "projections": [
                {"name": "w", "source": "x", "target": "hidden", "rule": "all_to_all",
                 "synapse": {"model": "dense", "bias": False, **unit.synapse}, "weight": law},
                {"name": "v", "source": "hidden", "target": "answer", "rule": "all_to_all",
                 "synapse": {"model": "dense", "bias": False, "rate": 1 / DIMENSION}, "weight": law}],
            "learning": learning}


def error(lab, kind, cells, curriculum, seed, easy=None):
    name = label(kind, cells, "easy" if curriculum else "hard", seed, *(["control"] if easy else []))
    return 1 - lab.run(f"curriculum/{name}", model(kind, cells, curriculum, seed, easy)).training.evaluation.accuracy[-1]


def gains(lab, kind, cells, seeds, easy=None):
    """Error on hard samples without, and what a curriculum gains, seed by seed."""
    without = [error(lab, kind, cells, False, seed) for seed in seeds]
    return without, [hard - error(lab, kind, cells, True, seed, easy) for hard, seed in zip(without, seeds)]


def interval(values):
    """Half of the 95 % interval of the mean."""
    return 1.96 * statistics.stdev(values) / math.sqrt(len(values))


def draw(lab, curves):
    with lab.figure("curriculum", size=(6, 3.6)) as axes:
        for kind, points in curves.items():
            cells, mean, half = zip(*points)
            axes.errorbar(cells, mean, half, marker="o", ms=4, capsize=2, color=COLOR[kind], label=kind)
        axes.axhline(0, color="#bbbbbb", lw=0.6)
        axes.set_xscale("log", base=2)
        axes.set_xticks(KINDS["ReLU"].cells, KINDS["ReLU"].cells)
        axes.set(xlabel="hidden units K", title="error that a curriculum takes away, with 95 % interval")
        axes.legend()


def run(lab):
    rows, curves = [], {}
    for kind, unit in KINDS.items():
        seeds = range(1, 1 + (3 * unit.seeds if lab.long else unit.seeds))
        for cells in unit.cells:
            without, gain = gains(lab, kind, cells, seeds)
            curves.setdefault(kind, []).append((cells, statistics.mean(gain), interval(gain)))
            rows.append([kind, cells, len(seeds), f"{statistics.mean(without):.3f}",
                         f"{statistics.mean(gain):.3f} +- {interval(gain):.3f}"])
    lab.table(["units", "K", "seeds", "error on hard samples", "gain by curriculum (95 %)"], rows)
    _, control = gains(lab, "ReLU", 4, range(1, 1 + KINDS["ReLU"].seeds), LESS_NOISE)
    print(f"Control, easy by less noise (ReLU, K = 4): gain {statistics.mean(control):.3f} +- {interval(control):.3f}\n")
    draw(lab, curves)
