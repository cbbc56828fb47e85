"""Delayed exclusive or: how long a gap between two cues can be, by kind of unit, as many cells and as many weights."""
import statistics

from networks import COLOR, UNITS, label
from sequences import decaying, per_trial, recurrent, tested

GAPS = (0, 10, 20, 40, 80, 160, 320)  # ms; a network for one begins from that of the one before
SHOWN = 40  # ms, the gap at which cost is measured
PULSE, REST = 10, 10  # ms
SAMPLES, TESTS, EPOCHS = 2048, 1024, 10
SEEDS = (1, 2, 3)

# units, decay of a step, rate, clip, factor on first weights of the loop; further keys of the unit
HH = UNITS["HH"]._replace(simulation={"dt": "0.1 ms"}, dense={"gain": 5000}, learning={})
KINDS = {
    "LIF": (decaying("LIF", 0.95), 3e-3, 0.01, 1),
    "LIF, slow": (decaying("LIF", 0.995), 3e-3, 0.01, 1),
    "s-LIF2HH": (decaying("s-LIF2HH", 0.95), 3e-3, 0.01, 1),
    "4-LIF": (decaying("4-LIF", 0.95), 3e-3, 0.01, 1),
    "HH frozen": (UNITS["HH frozen"], 1e-2, 0.01, 1),
    "HH": (HH, 1e-2, 0.03, 0.3),
}
# (kind, cells of a LIF network or as many) with about the same weights in a row
CELLS = 32
BY_WEIGHTS = {"LIF": (4, 6, 13, 32), "LIF, slow": (4, 6, 13, 32), "s-LIF2HH": (1, 2, 4, 9), "HH frozen": (4, 6, 13, 32)}


def cues(gap, samples, seed):
    return {"format": "delayed_xor", "samples": samples, "pulse": f"{PULSE} ms", "gap": f"{gap} ms", "seed": seed}


def model(kind, cells, gap, seed, epochs=EPOCHS, samples=SAMPLES):
    unit, rate, clip, loop = KINDS[kind]
    data = {"train": cues(gap, samples, seed), "test": cues(gap, TESTS, seed)}
    learning = {"batch": 64, "epochs": epochs, "clip": clip, "optimiser": {"adam": {"rate": rate}}}
    return recurrent(unit, cells * unit.size, 20, 2, data, learning, 2 * PULSE + gap + REST, seed=seed, loop=loop)


def train(lab, kind, cells, seed, gaps=GAPS, **size):
    """{gap: result}, one network after the other."""
    results, before = {}, {}
    for gap in gaps:
        name = f"delayed_xor/{label(kind, cells, seed, gap)}"
        results[gap] = lab.run(name, model(kind, cells, gap, seed, **size), lab.ranks, **before)
        before = {"begin_from": lab.path(name)}
    return results


def cost(lab, kind, cells, gap, seed=SEEDS[0]):
    """Events and nJ of a trial of the trained network."""
    name = label(kind, cells, seed, gap)
    result = lab.run(f"delayed_xor/{name}_tested", model(kind, cells, gap, seed, epochs=0), lab.ranks,
                     begin_from=lab.path(f"delayed_xor/{name}"))
    return per_trial(result, TESTS)


def line(lab, kind, cells, seeds, gaps, **size):
    """A row of a table, and the mean accuracy by gap."""
    chains = [train(lab, kind, cells, seed, gaps, **size) for seed in seeds]
    accuracy = {gap: [tested(chain[gap]) for chain in chains] for gap in gaps}
    shown = chains[0][SHOWN if SHOWN in gaps else gaps[-1]]
    events, joule = cost(lab, kind, cells, SHOWN if SHOWN in gaps else gaps[-1])
    row = [kind, cells * KINDS[kind][0].size, shown.report["learning"]["weights"], len(seeds),
           *(f"{statistics.mean(accuracy[gap]):.0f} ({min(accuracy[gap]):.0f})" if gap in gaps else "" for gap in GAPS),
           f"{shown.cpu_seconds:.1f}", f"{events:.0f}", f"{joule:.0f}"]
    return row, {gap: statistics.mean(values) for gap, values in accuracy.items()}


HEADER = ["units", "cells", "weights", "seeds", *(f"{gap} ms" for gap in GAPS), "CPU s", "events", "nJ"]


def draw(lab, by_cells, by_weights):
    """by_cells: {kind: {gap: accuracy}}; by_weights: {kind: [(weights, longest gap that is solved)]}."""
    with lab.figure("delayed_xor", 1, 2, size=(9, 3.6)) as (left, right):
        for kind, curve in by_cells.items():
            style = {"color": COLOR[kind.split(",")[0]], "ls": "--" if "slow" in kind else "-", "label": kind}
            left.plot([max(gap, 5) for gap in curve], list(curve.values()), "o", ms=4, **style)
            if kind in by_weights:
                right.plot(*zip(*by_weights[kind]), "o", ms=4, **style)
        left.set(xscale="log", xlabel="gap in ms (5: none)", title=f"accuracy in %, {CELLS} cells")
        right.set(xscale="log", xlabel="weights", title="mean accuracy in % over all gaps")
        left.legend(loc="lower left")


def run(lab):
    seeds = range(1, 11) if lab.long else SEEDS
    rows, by_cells, by_weights = [], {}, {}
    for kind in KINDS:
        few = {"gaps": GAPS[:5], "epochs": 25} if kind == "HH" else {"gaps": GAPS}
        row, by_cells[kind] = line(lab, kind, CELLS, seeds[:1] if kind == "HH" else seeds, **few)
        rows.append(row)
    print(f"As many cells, gaps between the cues; accuracy in %, mean over the seeds (least), chance: 50; CPU seconds of "
          f"one training, events and nJ of one trial at {SHOWN} ms\n")
    lab.table(HEADER, rows)
    rows = []
    for kind, sizes in BY_WEIGHTS.items():
        for cells in sizes:
            row, accuracy = line(lab, kind, cells, seeds, GAPS) if cells != CELLS else (None, by_cells[kind])
            rows += [row] if row else []
            weights = row[2] if row else 1794
            by_weights.setdefault(kind, []).append((weights, statistics.mean(accuracy.values())))
    print("As many weights\n")
    lab.table(HEADER, rows)
    draw(lab, by_cells, by_weights)
