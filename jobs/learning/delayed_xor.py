"""Delayed exclusive or: how long a gap between two cues can be, by kind of unit, as many cells and as many weights."""
import collections
import statistics

from networks import COLOR, UNITS, label
from sequences import decaying, per_trial, recurrent

GAPS, LONG_GAPS = (0, 20, 80, 160), (0, 10, 20, 40, 80, 160, 320)  # ms; a network begins from that of the gap before
SHOWN = 80  # ms, the gap at which cost is measured
PULSE, REST = 10, 10  # ms
SAMPLES, TESTS, EPOCHS, LAST = 2048, 1024, 10, 3
SEEDS = (1, 2)

# units; rate; clip; factor on the first weights of the loop; longest gap; epochs and seeds for each
Kind = collections.namedtuple("Kind", "unit rate clip loop longest epochs seeds",
                              defaults=(1, LONG_GAPS[-1], EPOCHS, SEEDS))
HH = UNITS["HH"]._replace(simulation={"dt": "0.1 ms"}, dense={"gain": 5000}, learning={})
KINDS = {
    "LIF": Kind(decaying("LIF", 0.95), 3e-3, 0.01),
    "LIF, slow": Kind(decaying("LIF", 0.995), 3e-3, 0.01),
    "4-LIF": Kind(decaying("4-LIF", 0.95), 3e-3, 0.01),
    "s-LIF2HH": Kind(decaying("s-LIF2HH", 0.95), 3e-3, 0.01),
    "HH frozen": Kind(UNITS["HH frozen"], 1e-2, 0.01),
    "HH": Kind(HH, 1e-2, 0.03, 0.3, 80, 15, SEEDS[:1]),
}
CELLS = 32
# About 110, 490 and 1800 weights; 4-LIF is there what LIF is.
BY_WEIGHTS = {"LIF": (4, 13, CELLS), "LIF, slow": (4, 13, CELLS), "s-LIF2HH": (1, 4, 9), "HH frozen": (4, 13, CELLS)}

# What came out: accuracy: {gap: [in %, by seed]}; seconds of one training, events and nJ of a trial at SHOWN.
Outcome = collections.namedtuple("Outcome", "weights accuracy seconds events joule")


def cues(gap, samples, seed):
    return {"format": "delayed_xor", "samples": samples, "pulse": f"{PULSE} ms", "gap": f"{gap} ms", "seed": seed}


def model(kind, cells, gap, seed, epochs=None, samples=SAMPLES):
    """cells: of a network of plain units; 4-LIF has four times as many."""
    data = {"train": cues(gap, samples, seed), "test": cues(gap, TESTS, seed)}
    learning = {"batch": 64, "epochs": kind.epochs if epochs is None else epochs, "clip": kind.clip,
                "optimiser": {"adam": {"rate": kind.rate}}}
    return recurrent(kind.unit, cells * kind.unit.size, 20, 2, data, learning, 2 * PULSE + gap + REST, seed=seed,
                     loop=kind.loop)


def train(lab, name, cells, seed, gaps, **size):
    """{gap: result}: a network for each, which begins as the one before has ended."""
    results, before = {}, {}
    for gap in gaps:
        run_name = f"delayed_xor/{label(name, cells, seed, gap)}"
        results[gap] = lab.run(run_name, model(KINDS[name], cells, gap, seed, **size), lab.ranks, **before)
        before = {"begin_from": lab.path(run_name)}
    return results


def lasting(result):
    """Accuracy in %, mean over the last epochs: from one to the next it jumps."""
    return 100 * statistics.mean(result.training.evaluation.accuracy[-LAST:])


def outcome(lab, name, cells, seeds, gaps, **size):
    chains = [train(lab, name, cells, seed, gaps, **size) for seed in seeds]
    run_name = f"delayed_xor/{label(name, cells, seeds[0], SHOWN)}"
    trial = lab.run(run_name + "_tested", model(KINDS[name], cells, SHOWN, seeds[0], 0), lab.ranks,
                    begin_from=lab.path(run_name))
    return Outcome(trial.report["learning"]["weights"], {gap: [lasting(chain[gap]) for chain in chains] for gap in gaps},
                   chains[0][SHOWN].cpu_seconds, *per_trial(trial, TESTS))


def over_gaps(out):
    """Mean accuracy over all gaps and seeds."""
    return statistics.mean(value for values in out.accuracy.values() for value in values)


def table(lab, outcomes, sizes, gaps):
    """sizes: [(name, cells)]."""
    rows = []
    for name, cells in sizes:
        out = outcomes[name, cells]
        rows.append([name, cells * KINDS[name].unit.size, out.weights,
                     *(f"{statistics.mean(out.accuracy[gap]):.0f} ({min(out.accuracy[gap]):.0f})"
                       if gap in out.accuracy else "" for gap in gaps),
                     f"{out.seconds:.1f}", f"{out.events:.0f}", f"{out.joule:.0f}"])
    lab.table(["units", "cells", "weights", *(f"{gap} ms" for gap in gaps), "CPU s", "events", "nJ"], rows)


def draw(lab, outcomes):
    with lab.figure("delayed_xor", 1, 2, size=(9, 3.6)) as (left, right):
        for name in KINDS:
            style = {"color": COLOR[name.split(",")[0]], "ls": "--" if "slow" in name else "-", "label": name}
            curve = outcomes[name, CELLS].accuracy
            left.plot([max(gap, 5) for gap in curve], [statistics.mean(values) for values in curve.values()], marker="o",
                      ms=4, **style)
            sizes = [outcomes[name, cells] for cells in BY_WEIGHTS.get(name, ())]
            right.plot([out.weights for out in sizes], [over_gaps(out) for out in sizes], marker="o", ms=4, **style)
        left.set(xscale="log", xlabel="gap in ms (5: none)", title=f"accuracy in %, {CELLS} cells")
        right.set(xscale="log", xlabel="weights", title="accuracy in %, mean over the gaps")
        left.legend(loc="lower left", fontsize="small")


def run(lab):
    outcomes, gaps = {}, LONG_GAPS if lab.long else GAPS
    for name, kind in KINDS.items():
        seeds = range(1, 11) if lab.long else kind.seeds
        for cells in {CELLS: 0, **dict.fromkeys(BY_WEIGHTS.get(name, ()))}:
            outcomes[name, cells] = outcome(lab, name, cells, seeds, [gap for gap in gaps if gap <= kind.longest])
    print(f"Accuracy in %, mean over the last {LAST} epochs and the seeds (least of a seed), by the gap between the cues; "
          f"chance is 50. CPU seconds of a training, events and nJ of a trial at {SHOWN} ms. As many cells:\n")
    table(lab, outcomes, [(name, CELLS) for name in KINDS], gaps)
    print("As many weights:\n")
    table(lab, outcomes, [(name, sizes[i]) for i in range(3) for name, sizes in BY_WEIGHTS.items()],
          gaps)
    draw(lab, outcomes)
