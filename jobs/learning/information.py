"""The information plane: what a code behind the units tells of the labels at least, and of the picture at most."""
import math

import authors
import fair
from multi_fashion import HEADS, SAMPLES
from networks import CLASSES, COLOR, label, train

CODE = {"shared": 256, "between": "gaussian_code"}  # in place of the linear layer between units and read-outs
BETAS = (0, 1e-4, 1e-3, 1e-2)  # bits of the answers that a bit of the code must be worth
UNITS = ("HH frozen", "s-LIF2HH", "4-LIF", "LIF")
SETTINGS = {"authors' setting": authors.described, "inputs scaled to 0 ... 1": fair.pairs}


def train_code(lab, setting, name, beta, **size):
    """Result of a training that pays beta for each bit that the code may tell of its picture."""
    model = SETTINGS[setting](name, behind=CODE, **size)
    model["learning"]["loss"].append({"information": {"target": "shared", "weight": beta}})
    kind = "authors" if SETTINGS[setting] is authors.described else "fair"
    return train(lab, f"information/{label(kind, name, beta)}", model)


def bounds(result, beta):
    """Bits of the labels that the code tells at least, and of the picture at most: on pictures that it has not learned,
    with noise that is sampled."""
    tested = result.training.evaluation
    of_picture = tested.information_bits[-1]
    of_labels = len(HEADS) * math.log2(CLASSES) - (tested.loss[-1] / math.log(2) - beta * of_picture)
    return of_labels, of_picture


def draw(lab, planes):
    """planes: {setting: {units: [bounds by beta]}}."""
    with lab.figure("information", 1, len(planes), size=(9, 3.6), sharey=True) as panels:
        for panel, (setting, curves) in zip(panels, planes.items()):
            for name, points in curves.items():
                of_labels, of_picture = zip(*points)
                panel.plot(of_picture, of_labels, "o-", ms=4, color=COLOR[name], label=name)
            panel.set(xscale="log", xlabel="I(Z;X) at most (bit)", title=f"I(Z;Y) at least (bit), {setting}")
        panels[0].legend()


def run(lab):
    size = {"samples": 60000, "epochs": 40} if lab.long else {"samples": SAMPLES}
    planes = {}
    for setting in SETTINGS:
        rows, planes[setting] = [], {}
        for name in UNITS:
            results = [train_code(lab, setting, name, beta, **size) for beta in BETAS]
            planes[setting][name] = [bounds(result, beta) for result, beta in zip(results, BETAS)]
            rows.append([name, *(f"{labels:.2f} of {picture:.4g}; {100 * result.training.evaluation.accuracy[-1]:.1f}"
                                 for result, (labels, picture) in zip(results, planes[setting][name]))])
        print(f"{setting}: I(Z;Y) at least of I(Z;X) at most (bit); accuracy (%)\n")
        lab.table(["units", *(f"beta = {beta:g}" for beta in BETAS)], rows)
    draw(lab, planes)
