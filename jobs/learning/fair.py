"""A fair setting: pixels from 0 to 1, a rate for each kind; noise fixed and fresh; what each costs."""
import statistics

import costs
from multi_fashion import CELLS, EPOCHS, SAMPLES, TESTS, model as multi_fashion
from networks import COLOR, UNITS, images, label, mean_and_range, network, train

RATES = {"LIF": 1e-3, "s-LIF2HH": 1e-3, "4-LIF": 1e-3, "HH frozen": 3e-3}  # on Multi-Fashion
FASHION_RATES = {"LIF": 3e-3, "s-LIF2HH": 3e-3, "4-LIF": 3e-3, "HH frozen": 1e-2, "HH": 3e-3, "ReLU": 3e-3}
NOISES = (0, 25, 50, 75)
SEEDS = (1, 2, 3)
SCALE = 0.00392157  # 1/255


def adam(rate):
    return {"optimiser": {"adam": {"rate": rate}}}


def pairs(name, noise=0, fixed=True, **keys):
    return multi_fashion(name, adam(RATES[name]), {"std": noise, "fixed": fixed} if noise else None, SCALE, **keys)


def train_pairs(lab, name, noise=0, fixed=True, seed=1, **size):
    kind = ["fixed" if fixed else "fresh"] if noise else []
    return train(lab, f"fair/{label('pairs', name, noise, *kind, seed)}", pairs(name, noise, fixed, seed=seed, **size))


def items(name, seed=1, samples=SAMPLES, tests=TESTS, epochs=EPOCHS):
    data = {"train": images("train", limit=samples, scale=SCALE), "test": images("t10k", limit=tests, scale=SCALE)}
    return network(UNITS[name], 128, 784, ["classes"], data, {"epochs": epochs, **adam(FASHION_RATES[name])}, seed=seed)


def train_items(lab, name, seed=1, **size):
    return train(lab, f"fair/{label('items', name, seed)}", items(name, seed, **size))


def accuracy(result):
    return 100 * result.training.evaluation.accuracy[-1]


def print_kinds(lab, what, rates, model, train_one, **size):
    """How well each kind learns, and what that costs."""
    rows, cost = [], []
    for name in rates:
        results = [train_one(lab, name, seed=seed, **size) for seed in (SEEDS[:2] if name == "HH" else SEEDS)]
        each = costs.trial(lab, f"fair/{label(what, name, 'trial')}", model(name, **size), results[0])
        rows.append([name, len(results), mean_and_range([accuracy(result) for result in results])])
        cost.append(costs.row(name, results, each))
    print(f"{what}, {size['samples']} samples, {size['epochs']} epochs:\n")
    lab.table(["units", "seeds", "accuracy (%)"], rows)
    costs.show(lab, cost, results[0])


def print_noise(lab, seeds=SEEDS[:2], **size):
    rows, curves = [], {}
    for name in RATES:
        for fixed in (True, False):
            curves[name, fixed] = [[accuracy(train_pairs(lab, name, noise, fixed, seed, **size)) for seed in seeds]
                                   for noise in NOISES]
            rows.append([name, "fixed" if fixed else "fresh", *(mean_and_range(v) for v in curves[name, fixed])])
    print(f"Multi-Fashion, {CELLS} units, {size['samples']} pairs, {size['epochs']} epochs, accuracy in % over "
          f"{len(seeds)} seeds, by noise:\n")
    lab.table(["units", "noise", *(f"A = {noise}" for noise in NOISES)], rows)
    draw_noise(lab, curves)


def draw_noise(lab, curves):
    with lab.figure("noise", 1, 2, size=(9, 3.6), sharey=True) as panels:
        for panel, fixed in zip(panels, (True, False)):
            for name in RATES:
                panel.plot(NOISES, [statistics.mean(values) for values in curves[name, fixed]], "o-", ms=4,
                           color=COLOR[name], label=name)
            panel.set(xlabel="noise A in grey values",
                      title=f"accuracy in %, noise {'fixed' if fixed else 'drawn anew'}")
        panels[0].legend(loc="lower left")


def run(lab):
    size = {"samples": 60000, "epochs": 40} if lab.long else {"samples": SAMPLES, "epochs": EPOCHS}
    print_kinds(lab, "Fashion-MNIST, 784-128-10", FASHION_RATES, items, train_items, **size)
    print_kinds(lab, f"Multi-Fashion, {CELLS} units", RATES, pairs, train_pairs, **size)
    print_noise(lab, **size)
