"""Curriculum and overparametrisation: exclusive or of Gaussian clusters, one pass, easy samples first or not."""
import collections
import math
import statistics

from networks import COLOR, label

DIMENSION = 200
SAMPLES = 20 * DIMENSION
EASY, HARD = 2.5, 1
GOOD = 0.15  # an error that counts as solved
CONTROLS = 60  # seeds
LESS_NOISE = {"mean": HARD, "variance": 0.016}  # what is easy in the control: as far above its noise as EASY is

# Of a kind: its population; keys of `learning`, of `simulation` and of the synapse; standard deviation of first weights;
# rate; numbers of cells, seeds for each; units in a cell.
Kind = collections.namedtuple("Kind", "population learning simulation synapse spread rate cells seeds units",
                              defaults=({}, {}, {}, 1, 0.5, (2, 4, 6, 8, 16, 32), 20, 1))
KINDS = {
    "ReLU": Kind({"model": "relu"}),
    "LIF": Kind({"model": "lif_step", "params": {"decay": 0.5, "threshold": 0.5}},
                {"surrogate": {"triangle": {"half_width": 1}}, "reset_gradient": False}),
    "s-LIF2HH": Kind({"model": "s_lif2hh_gains", "params": {"decay": 0.5, "threshold": 0.5}},
                     {"surrogate": {"triangle": {"half_width": 1}}, "reset_gradient": False}, units=4),
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
                "stages": stages, "optimiser": {"sgd": {"rate": unit.rate}},
                "evaluate": {"data": "test", "every": "0.05 epochs"}, **unit.learning}
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


def learn(lab, kind, cells, curriculum, seed, easy=None):
    """How one network learned."""
    name = label(kind, cells, "easy" if curriculum else "hard", seed, *(["control"] if easy else []))
    return lab.run(f"curriculum/{name}", model(kind, cells, curriculum, seed, easy)).training


def both(lab, kind, cells, seeds, easy=None):
    """[(without, with a curriculum)], seed by seed."""
    return [(learn(lab, kind, cells, False, seed), learn(lab, kind, cells, True, seed, easy)) for seed in seeds]


def error(training):
    return 1 - training.evaluation.accuracy[-1]


def gains(trained):
    """Errors on hard samples without, and what a curriculum gains, seed by seed."""
    return [error(hard) for hard, _ in trained], [error(hard) - error(easy) for hard, easy in trained]


def samples_until(training, bound=GOOD):
    """Samples that were learned from when the error was first below a bound; None if it never was."""
    tested = training.evaluation
    return next((epoch * SAMPLES for epoch, right in zip(tested.epoch, tested.accuracy) if 1 - right < bound), None)


def per_sample(kind, cells, trainings):
    """Spikes that reach the answer and updates of units, forward, of one sample while learning."""
    simulation = model(kind, cells, False, 1)["simulation"]
    steps = round(float(simulation["duration"].split()[0]) / float(simulation["dt"].split()[0]))
    events = statistics.mean(int(training.synaptic_events.sum()) for training in trainings) / SAMPLES
    return events, cells * KINDS[kind].units * steps


def until_good(kind, cells, trainings):
    """What it takes until the error is small: [trainings that come to it, samples, 10^3 events, 10^3 updates]."""
    reached = [samples for samples in map(samples_until, trainings) if samples is not None]
    if not reached:
        return ["0", "", "", ""]
    samples = statistics.mean(reached)
    return [len(reached), f"{samples:.0f}", *(f"{1e-3 * samples * each:.3g}" for each in
                                              per_sample(kind, cells, trainings))]


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
    rows, curves, cost = [], {}, []
    for kind, unit in KINDS.items():
        seeds = range(1, 1 + (3 * unit.seeds if lab.long else unit.seeds))
        for cells in unit.cells:
            trained = both(lab, kind, cells, seeds)
            without, gain = gains(trained)
            curves.setdefault(kind, []).append((cells, statistics.mean(gain), interval(gain)))
            rows.append([kind, cells, len(seeds), f"{statistics.mean(without):.3f}",
                         f"{statistics.mean(gain):.3f} +- {interval(gain):.3f}"])
            hard, easy = zip(*trained)
            events, updates = per_sample(kind, cells, hard)
            cost.append([kind, cells, f"{events:.1f}", updates, *until_good(kind, cells, hard),
                         *until_good(kind, cells, easy)])
    lab.table(["units", "K", "seeds", "error on hard samples", "gain by curriculum (95 %)"], rows)
    print(f"Until the error is below {GOOD}: seeds that come to it, and their mean of samples; 10^3 events and updates\n")
    until = ["seeds", "samples", "events", "updates"]
    lab.table(["units", "K", "events per sample", "updates per sample", *until, *(f"{word}, curriculum" for word in until)],
              cost)
    for what, easy in (("farther apart", None), ("less noise", LESS_NOISE)):
        _, gain = gains(both(lab, "ReLU", 4, range(1, 1 + CONTROLS), easy))
        print(f"Easy by what is {what} (ReLU, K = 4, {CONTROLS} seeds): gain {statistics.mean(gain):.3f} +- "
              f"{interval(gain):.3f}\n")
    draw(lab, curves)
