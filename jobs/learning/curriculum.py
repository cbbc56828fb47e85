"""Curriculum and overparametrisation: exclusive or of Gaussian clusters, one pass, easy samples first or not."""
import math
import statistics

from networks import COLOR

DIMENSION = 200
SAMPLES = 20 * DIMENSION
EASY, HARD = 2.5, 1
# Of each kind: population, width of the triangle or None, keys of `simulation`, of the synapse, first weights, rate.
KINDS = {
    "ReLU": ({"model": "relu"}, None, {}, {}, 1, 0.5, (2, 4, 6, 8, 16, 32)),
    "LIF": ({"model": "lif_step", "params": {"decay": 0.5, "threshold": 0.5}}, 1, {}, {}, 1, 0.5, (2, 4, 6, 8, 16, 32)),
    "HH": ({"model": "hh_psc_exp", "params": {"I_e": "500 pA"}}, None, {"dt": "0.1 ms", "duration": "15 ms"},
           {"scale": "3000 pA"}, 0.3, 2, (2, 4, 6, 8, 16)),
}


def mixture(mean, samples, noise=0.1):
    return {"format": "gaussian_mixture", "dimension": DIMENSION, "mean": mean, "variance": noise, "samples": samples,
            "scale": 1 / math.sqrt(DIMENSION)}


def model(kind, cells, curriculum, seed, easy=None):
    population, width, simulation, synapse, spread, rate, _ = KINDS[kind]
    law = {"normal": {"mean": 0, "std": spread}}
    stages = [{"data": "easy", "epochs": 0.5}, {"data": "hard", "epochs": 0.5}] if curriculum else [{"data": "hard"}]
    learning = {"method": "adjoint", "loss": {"mean_square": {"target": "answer"}}, "batch": 1, "epochs": 1,
                "stages": stages, "optimiser": {"sgd": {"rate": rate}}, "evaluate": {"data": "test", "every": "1 epoch"}}
    if width:
        learning |= {"surrogate": {"triangle": {"half_width": width}}, "reset_gradient": False}
    return {"simulation": {"dt": "1 ms", "duration": "15 ms", "seed": seed, **simulation},
            "data": {"hard": mixture(HARD, SAMPLES), "easy": easy or mixture(EASY, SAMPLES), "test": mixture(HARD, 1000)},
            "populations": {"x": {"model": "data_source", "size": DIMENSION},
                            "hidden": {**population, "size": cells}, "answer": {"model": "readout", "size": 1}},
            "projections": [
                {"name": "w", "source": "x", "target": "hidden", "rule": "all_to_all",
                 "synapse": {"model": "dense", "bias": False, **synapse}, "weight": law},
                {"name": "v", "source": "hidden", "target": "answer", "rule": "all_to_all",
                 "synapse": {"model": "dense", "bias": False, "rate": 1 / DIMENSION}, "weight": law}],
            "learning": learning}


def error(lab, kind, cells, curriculum, seed, easy=None):
    name = f"curriculum/{kind}_{cells}_{'easy' if curriculum else 'hard'}_{seed}{'_control' if easy else ''}"
    return 1 - lab.run(name, model(kind, cells, curriculum, seed, easy)).training.evaluation.accuracy[-1]


def gains(lab, kind, cells, seeds, easy=None):
    """Error on hard samples without, and what a curriculum gains, seed by seed."""
    without = [error(lab, kind, cells, False, seed) for seed in seeds]
    return without, [hard - error(lab, kind, cells, True, seed, easy) for hard, seed in zip(without, seeds)]


def interval(values):
    """Half of the 95 % interval of the mean."""
    return 1.96 * statistics.stdev(values) / math.sqrt(len(values))


def run(lab):
    rows, curves = [], {}
    for kind, described in KINDS.items():
        seeds = range(1, 1 + (60 if lab.long else 4 if kind == "HH" else 20))
        for cells in described[-1]:
            without, gain = gains(lab, kind, cells, seeds)
            curves.setdefault(kind, []).append((cells, statistics.mean(gain), interval(gain)))
            rows.append([kind, cells, len(seeds), f"{statistics.mean(without):.3f}",
                         f"{statistics.mean(gain):.3f} +- {interval(gain):.3f}"])
    lab.table(["units", "K", "seeds", "error on hard samples", "gain by curriculum (95 %)"], rows)
    _, control = gains(lab, "ReLU", 4, range(1, 21), mixture(HARD, SAMPLES, noise=0.016))
    print(f"Control, easy by less noise (ReLU, K 4): gain {statistics.mean(control):.3f} +- {interval(control):.3f}\n")
    with lab.figure("curriculum", size=(6, 3.6)) as axes:
        for kind, points in curves.items():
            cells, mean, half = zip(*points)
            axes.errorbar(cells, mean, half, marker="o", ms=4, capsize=2, color=COLOR[kind], label=kind)
        axes.axhline(0, color="#bbbbbb", lw=0.6)
        axes.set(xscale="log", xlabel="hidden units K", title="error that a curriculum takes away")
        axes.legend()
