"""Multi-Fashion in the authors' setting: raw pixels of 0 to 255, one rate for all, noise that is fixed."""
import math

import numpy as np

import costs
import fair
import networks
from multi_fashion import HEADS, SAMPLES, model
from networks import CLASSES, COLOR, label

RATE = {"optimiser": {"adam": {"rate": 1e-4, "weight_decay": 1e-5}}}
# Of each kind what differs from the fair setting: params, width of the surrogate, factor on the first weights.
SETTING = {
    "HH frozen": ({}, 0.3, 0.01),
    "HH leak": ({}, 0.3, 0.01),
    "s-LIF2HH": ({"threshold": 2, "decay": 0.5}, 0.4, 1),
    "4-LIF": ({}, 0.5, 1),
    "LIF": ({}, 0.5, 1),
}
SEEDS = (1, 2)
NOISE = 75


def described(name, noise=0, **keys):
    params, width, first = SETTING[name]
    return model(name, RATE, {"std": noise, "fixed": True} if noise else None, params=params, width=width, first=first,
                 **keys)


def train(lab, name, noise=0, seed=1, **size):
    """Result of one training."""
    return networks.train(lab, f"authors/{label(name, noise, seed)}", described(name, noise, seed=seed, **size))


def information(result):
    """Least bits that the output of the layer has of the labels: entropy minus cross entropy."""
    return len(HEADS) * math.log2(CLASSES) - result.training.evaluation.loss[-1] / math.log(2)


def accuracies(result):
    return 100 * result.training.evaluation.accuracy


def apart(a, b):
    """Largest difference of the losses of two trainings on the test set, and of their weights at the end."""
    losses = np.abs(a.training.evaluation.loss - b.training.evaluation.loss)
    weights = [np.abs(matrix - b.training.weights[name][key]).max()
               for name, group in a.training.weights.items() for key, matrix in group.items()]
    return losses.max(), max(weights)


def draw(lab, settings):
    """settings: {title: {(name, seed): result}}."""
    with lab.figure("settings", 1, len(settings), size=(9, 3.6), sharey=True) as panels:
        for panel, (title, trained) in zip(panels, settings.items()):
            for (name, seed), result in trained.items():
                wide = {"lw": 5, "alpha": 0.35} if name == "HH leak" else {}  # it lies below another one
                panel.plot(result.training.evaluation.epoch[1:], accuracies(result)[1:], "o-" if seed == 1 else "s--",
                           color=COLOR[name], ms=4, label=name if seed == 1 else None, **wide)
            panel.set(xlabel="epoch (dashed: second seed)", title=f"accuracy in %, {title}")
            panel.xaxis.get_major_locator().set_params(integer=True)
        panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="lower right")


def run(lab):
    size = {"samples": 60000, "epochs": 40} if lab.long else {"samples": SAMPLES}
    trained = {(name, seed): train(lab, name, seed=seed, **size) for name in SETTING for seed in SEEDS}
    rows, cost = [], []
    for name in SETTING:
        each = costs.trial(lab, f"authors/{label('trial', name)}", described(name, **size), trained[name, 1])
        noisy = train(lab, name, NOISE, **size)
        rows.append([name, *(" ".join(f"{a:.1f}" for a in accuracies(trained[name, seed])[1:][-3:]) for seed in SEEDS),
                     f"{accuracies(noisy)[-1]:.1f}", f"{information(trained[name, 1]):.2f}"])
        cost.append(costs.row(name, [trained[name, seed] for seed in SEEDS], each))
    lab.table(["units", "accuracy (%), last epochs, seed 1", "seed 2", f"fixed noise of {NOISE}",
               "I(Z;Y) at least (bit)"], rows)
    costs.show(lab, cost, noisy)
    for seed in SEEDS:
        losses, weights = apart(trained["HH frozen", seed], trained["HH leak", seed])
        print(f"HH frozen and HH leak, seed {seed}: losses differ by {losses:.2g} at most, weights by {weights:.2g}\n")
    scaled = {(name, seed): fair.train_pairs(lab, name, seed=seed, **size) for name in fair.RATES for seed in SEEDS}
    draw(lab, {"authors' setting": trained, "inputs scaled to 0 ... 1": scaled})
