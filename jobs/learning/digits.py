"""Spoken digits as spikes, made in the shape of SHD unless its files are given: with their times, and with these lost."""
import os

import h5py
import numpy as np

from networks import COLOR, UNITS, label, mean_and_range
from sequences import decaying, per_trial, recurrent, tested

CHANNELS, CLASSES = 700, 20  # of SHD (Cramer et al. 2022, 10.1109/TNNLS.2020.3044364)
FORMANTS, KNOTS, GRID = 3, 5, 100
PEAK, BACKGROUND = 60, 1  # Hz
SAMPLES, TESTS, EPOCHS = 1000, 500, 10
DT, DURATION = 10, 1000  # ms
SEEDS = {"kept": (1, 2), "lost": (1,)}  # of trainings by what became of the times

# units, cells, factor on the first weights of the loop; 0: without
FAST, SLOW = 0.9, 0.997  # what a step leaves: 95 ms, and 3.3 s, as HH frozen
KINDS = {
    "LIF, no loop": (decaying("LIF", FAST), 64, 0),
    "LIF": (decaying("LIF", FAST), 64, 0.1),
    "LIF, slow, no loop": (decaying("LIF", SLOW), 64, 0),
    "LIF, slow": (decaying("LIF", SLOW), 64, 0.1),
    "s-LIF2HH": (decaying("s-LIF2HH", FAST), 64, 0.1),
    "s-LIF2HH, as many weights": (decaying("s-LIF2HH", FAST), 21, 0.1),
    "HH frozen, no loop": (UNITS["HH frozen"], 64, 0),
    "HH frozen": (UNITS["HH frozen"], 64, 0.1),
}
LINES = {"no loop": ":", "slow": "--", "slow, no loop": (0, (1, 3)), "as many weights": "-."}

# -- what is said --


def smooth(generator, low, high):
    """A curve over [0, 1] through random knots, at GRID points."""
    knots = generator.uniform(low, high, KNOTS)
    phase = np.linspace(0, KNOTS - 1, GRID)
    at = np.minimum(phase.astype(int), KNOTS - 2)
    mix = (1 - np.cos(np.pi * (phase - at))) / 2
    return knots[at] * (1 - mix) + knots[at + 1] * mix


def make_words(seed):
    """Half as many words as classes: what each formant does, and how loud it is."""
    generator = np.random.default_rng(seed)
    return [[(smooth(generator, 0.05, 0.95), smooth(generator, 0.2, 1)) for _ in range(FORMANTS)]
            for _ in range(CLASSES // 2)]


def speak(word, backwards, generator):
    """Spikes of one utterance: times in s, ascending, and channels."""
    duration, begin = generator.uniform(0.55, 0.85), generator.uniform(0, 0.1)
    bend, shift, stretch = generator.uniform(-0.25, 0.25), generator.normal(0, 0.02), generator.normal(1, 0.03)
    u = (np.arange(GRID) + 0.5) / GRID
    heard = u + bend * np.sin(np.pi * u) / np.pi
    at = ((1 - heard if backwards else heard) * (GRID - 1)).astype(int)
    channel = (np.arange(CHANNELS) + 0.5) / CHANNELS
    rate = np.full((GRID, CHANNELS), float(BACKGROUND))
    for center, loudness in word:
        place = 0.5 + stretch * (center[at] - 0.5) + shift
        rate += PEAK * loudness[at, None] * np.exp(-((channel - place[:, None]) / 0.03) ** 2 / 2)
    expected = np.cumsum(rate) * duration / GRID
    spikes = generator.random(generator.poisson(expected[-1])) * expected[-1]
    step, units = np.divmod(np.searchsorted(expected, spikes, side="right"), CHANNELS)
    times = begin + duration * (step + generator.random(len(step))) / GRID
    order = np.argsort(times, kind="stable")
    return times[order], units[order]


def write(path, samples):
    """samples: [(times, units, label)], in the layout of SHD."""
    with h5py.File(path, "w") as file:
        times = file.create_dataset("spikes/times", (len(samples),), dtype=h5py.vlen_dtype(np.float16))
        units = file.create_dataset("spikes/units", (len(samples),), dtype=h5py.vlen_dtype(np.uint16))
        for i, (when, where, _) in enumerate(samples):
            times[i], units[i] = when.astype(np.float16), where.astype(np.uint16)
        file["labels"] = np.array([label for *_, label in samples], np.uint16)


def make(path, n, seed, words=1):
    """Utterances of all classes in turn; class 2 k + 1 is word k backwards."""
    generator, spoken = np.random.default_rng(seed), make_words(words)
    labels = generator.permutation(np.arange(n) % CLASSES)
    write(path, [(*speak(spoken[label // 2], label % 2, generator), label) for label in labels])


def lose_time(path, to, seed=1):
    """The same spikes at times that are shuffled within each utterance: channels keep their numbers of spikes."""
    generator = np.random.default_rng(seed)
    with h5py.File(path) as file:
        times, units, labels = file["spikes/times"], file["spikes/units"], file["labels"]
        write(to, [(times[i], generator.permutation(units[i]), labels[i]) for i in range(len(labels))])


# -- what is learned --


def model(data, name, seed, epochs=EPOCHS):
    """data: {"train": path, "test": path}."""
    unit, cells, loop = KINDS[name]
    sets = {part: {"format": "hdf5_events", "file": os.path.abspath(path), "cells": CHANNELS, "classes": CLASSES}
            for part, path in data.items()}
    learning = {"batch": 50, "epochs": epochs, "clip": 1e-3, "optimiser": {"adam": {"rate": 3e-3}},
                "schedule": {"epochs": [0.7 * epochs], "factor": 0.2}}
    return recurrent(unit, cells, CHANNELS, CLASSES, sets, learning, DURATION, DT, seed, loop)


def prepare(lab, samples=SAMPLES, tests=TESTS):
    """{"kept": files, "lost": files}, each {"train": path, "test": path}."""
    folder, kept, lost = lab.options.get("shd"), {}, {}
    for seed, (part, n) in enumerate((("train", samples), ("test", tests))):
        kept[part] = os.path.join(folder, f"shd_{part}.h5") if folder else lab.path("digits", f"{part}.h5")
        lost[part] = lab.path("digits", f"{part}_lost.h5")
        if not folder:
            make(kept[part], n, seed)
        lose_time(kept[part], lost[part])
    return {"kept": kept, "lost": lost}


def train(lab, files, name, kind, seed, **size):
    return lab.run(f"digits/{label(name, kind, seed)}", model(files[kind], name, seed, **size), lab.ranks)


def tested_without_time(lab, files, name, seed):
    """Accuracy in % on lost times of what learned with them, and the cost of a trial with them."""
    trained = lab.path(f"digits/{label(name, 'kept', seed)}")
    lost, kept = (lab.run(f"digits/{label(name, kind, 'tested', seed)}", model(files[kind], name, seed, epochs=0),
                          lab.ranks, begin_from=trained) for kind in ("lost", "kept"))
    with h5py.File(files["kept"]["test"]) as file:
        return tested(lost), per_trial(kept, len(file["labels"]))


def draw(lab, curves):
    with lab.figure("digits", 1, 2, size=(9, 3.6), sharey=True) as panels:
        for panel, kind, what in zip(panels, ("kept", "lost"), ("as it is", "shuffled within each trial")):
            for name, results in curves.items():
                evaluation = results[kind][0].training.evaluation
                panel.plot(evaluation.epoch, 100 * evaluation.accuracy, color=COLOR[name.split(",")[0]],
                           ls=LINES.get(name.partition(", ")[2], "-"),
                           label=name)
            panel.axhline(50, color="#bbbbbb", lw=0.6)
            panel.set(xlabel="epoch", title=f"accuracy in %, time {what}")
        panels[1].legend(loc="upper right", fontsize="small")


def run(lab):
    files = prepare(lab, *((8000, 2000) if lab.long else ()))
    size, rows, curves = {"epochs": 40} if lab.long else {}, [], {}
    for name, (unit, cells, _) in KINDS.items():
        results = {kind: [train(lab, files, name, kind, seed, **size) for seed in SEEDS[kind]] for kind in files}
        curves[name] = results
        without, (events, joule) = tested_without_time(lab, files, name, SEEDS["kept"][0])
        learning = results["kept"][0].report["learning"]
        rows.append([name, cells, learning["weights"],
                     *(mean_and_range([tested(result) for result in results[kind]]) for kind in files), f"{without:.1f}",
                     f"{results['kept'][0].cpu_seconds:.0f}", f"{events / 1e3:.0f}", f"{joule / 1e3:.1f}",
                     f"{learning['trial_bytes'] / 1e6:.0f}", f"{learning['tape_bytes'] / 1e3:.1f}"])
    lab.table(["units", "cells", "weights", "accuracy (%)", "time lost", "lost in the test only", "CPU s",
               "1000 events", "uJ", "trials (MB)", "tape (kB)"], rows)
    draw(lab, curves)
