"""A fair setting: pixels from 0 to 1, a rate for each kind; noise fixed and fresh; what each costs."""
import statistics

from multi_fashion import model as multi_fashion
from networks import COLOR, UNITS, images, mean_and_range, network

RATES = {"LIF": 1e-3, "s-LIF2HH": 1e-3, "4-LIF": 1e-3, "HH frozen": 3e-3}  # on Multi-Fashion
FASHION_RATES = {"LIF": 3e-3, "s-LIF2HH": 3e-3, "4-LIF": 3e-3, "HH frozen": 1e-2, "HH": 3e-3, "ReLU": 3e-3}
NOISES = (0, 25, 50, 75)
SCALE = 0.00392157  # 1/255


def adam(rate):
    return {"optimiser": {"adam": {"rate": rate}}}


def train_pairs(lab, name, noise=0, fixed=True, seed=1, epochs=3, samples=10000):
    described = multi_fashion(name, adam(RATES[name]), {"std": noise, "fixed": fixed} if noise else None, SCALE,
                              samples=samples, epochs=epochs, seed=seed)
    label = f"fair/pairs_{name.replace(' ', '_')}_{noise}_{'fixed' if fixed else 'fresh'}_{seed}"
    return lab.run(label, described, lab.ranks)


def train_items(lab, name, seed=1, epochs=3, samples=10000, tests=5000):
    data = {"train": images("train", limit=samples, scale=SCALE), "test": images("t10k", limit=tests, scale=SCALE)}
    described = network(UNITS[name], 128, 784, ["classes"], data, {"epochs": epochs, **adam(FASHION_RATES[name])},
                        seed=seed)
    return lab.run(f"fair/items_{name.replace(' ', '_')}_{seed}", described, lab.ranks)


def accuracy(result):
    return 100 * result.training.evaluation.accuracy[-1]


def cost(result):
    """Seconds of an epoch; bytes of weights and of a trial; multiplications, events and joules of a sample."""
    report = result.report
    return report["learning"], report["energy"]


def print_items(lab, epochs, samples):
    rows = []
    for name in FASHION_RATES:
        seeds = (1, 2) if name == "HH" else (1, 2, 3)
        results = [train_items(lab, name, seed, epochs, samples) for seed in seeds]
        learning, energy = cost(results[0])
        per_epoch = statistics.mean(result.training.seconds.mean() for result in results)
        rows.append([name, mean_and_range([accuracy(result) for result in results]), f"{per_epoch:.2f}",
                     f"{learning['images_per_second']:.0f}", learning["weights"], learning["tape_bytes"],
                     f"{energy['joule']['sum'] / (samples * epochs) * 1e9:.0f}"])
    print(f"Fashion-MNIST, 784-128-10, {samples} pictures, {epochs} epochs, {lab.ranks} ranks:\n")
    lab.table(["units", "accuracy (%)", "s per epoch", "pictures/s", "weights", "tape (bytes)", "nJ per picture"], rows)


def print_noise(lab, epochs, samples):
    rows, curves = [], {}
    for name in RATES:
        for fixed in (True, False):
            curves[name, fixed] = [
                [accuracy(train_pairs(lab, name, noise, fixed if noise else True, seed, epochs, samples))
                 for seed in (1, 2)] for noise in NOISES]
            rows.append([name, "fixed" if fixed else "fresh", *(mean_and_range(v) for v in curves[name, fixed])])
    print(f"Multi-Fashion, 512 units, {samples} pairs, {epochs} epochs, accuracy in % over two seeds, by noise:\n")
    lab.table(["units", "noise", *(f"A = {noise}" for noise in NOISES)], rows)
    with lab.figure("fair", 1, 2, size=(9, 3.6), sharey=True) as panels:
        for panel, fixed in zip(panels, (True, False)):
            for name in RATES:
                panel.plot(NOISES, [statistics.mean(v) for v in curves[name, fixed]], "o-", ms=4, color=COLOR[name],
                           label=name)
            panel.set(xlabel="noise A in grey values",
                      title=f"accuracy in %, noise {'fixed' if fixed else 'drawn anew'}")
        panels[0].legend(loc="lower left")


def run(lab):
    epochs, samples = (40, 60000) if lab.long else (3, 10000)
    print_items(lab, epochs, samples)
    print_noise(lab, epochs, samples)
