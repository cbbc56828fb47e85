"""Multi-Fashion in the authors' setting: raw pixels of 0 to 255, one rate for all, noise that is fixed."""
import math

from multi_fashion import model
from networks import COLOR

RATE = {"optimiser": {"adam": {"rate": 1e-4, "weight_decay": 1e-5}}}
# Of each kind what differs from the fair setting: params, width of the surrogate, factor on the first weights.
SETTING = {
    "HH frozen": ({}, 0.3, 0.01),
    "HH leak": ({}, 0.3, 0.01),
    "s-LIF2HH": ({"threshold": 2, "decay": 0.5}, 0.4, 1),
    "4-LIF": ({}, 0.5, 1),
    "LIF": ({}, 0.5, 1),
}
EPOCHS = 3


def train(lab, name, noise=0, seed=1, epochs=EPOCHS, samples=10000):
    """Result of one training."""
    params, width, first = SETTING[name]
    described = model(name, {**RATE, "first": first}, {"std": noise, "fixed": True} if noise else None,
                      samples=samples, epochs=epochs, seed=seed, params=params, width=width)
    return lab.run(f"authors/{name.replace(' ', '_')}_{noise}_{seed}", described, lab.ranks)


def information(result, tasks=2, classes=10):
    """Least bits that the output of the layer has of the labels: entropy minus cross entropy."""
    return tasks * math.log2(classes) - result.training.evaluation.loss[-1] / math.log(2)


def accuracies(result):
    return 100 * result.training.evaluation.accuracy


def draw(lab, curves):
    with lab.figure("authors", size=(6, 3.6)) as axes:
        for (name, seed), values in curves.items():
            axes.plot(range(1, len(values) + 1), values, "o-" if seed == 1 else "s--", color=COLOR[name], ms=4,
                      label=name if seed == 1 else None)
        axes.set(xlabel="epoch", title="accuracy over both tasks in %, authors' setting (dashed: second seed)")
        axes.legend(loc="lower right")


def run(lab):
    seeds = (1, 2)
    samples, epochs = (60000, 40) if lab.long else (10000, EPOCHS)
    rows, curves = [], {}
    for name in SETTING:
        results = [train(lab, name, seed=seed, epochs=epochs, samples=samples) for seed in seeds]
        noisy = train(lab, name, 75, epochs=epochs, samples=samples)
        for seed, result in zip(seeds, results):
            curves[name, seed] = accuracies(result)[1:]
        rows.append([name, *(" ".join(f"{a:.1f}" for a in curves[name, seed][-3:]) for seed in seeds),
                     f"{accuracies(noisy)[-1]:.1f}", f"{information(results[0]):.2f}"])
    lab.table(["units", "accuracy (%), last epochs, seed 1", "seed 2", "fixed noise of 75", "I(Z;Y) at least (bit)"], rows)
    draw(lab, curves)
