"""Checkpoints: seconds and MB/s of a million cells' state against the raw disk, and what it costs to have them on."""
import cobahh
from bench import mean_seconds, number, table
from recording import best_in_turn, raw_disk


def large_model(cells):
    """Cells without synapses that leave one checkpoint, at the end."""
    return {"simulation": {"dt": "0.1 ms", "duration": "1 ms", "seed": 1}, "checkpoint": {},
            "populations": {"cells": {"model": "hh_psc_exp", "size": cells}}, "record": {"spikes": "none"}}


def measure_write(bench, cells, ranks):
    """A checkpoint is written, synced and read back once to be verified."""
    report = bench.run(large_model(cells), ranks, seconds=lambda r: r["checkpoints"]["seconds"])
    size, seconds = report["checkpoints"]["bytes"], report["checkpoints"]["seconds"]
    _, synced = raw_disk(bench, size)
    bench.record("checkpoint", {"cells": cells, "ranks": ranks},
                 {"bytes": size, "seconds": seconds, "seconds_over_raw_disk": seconds / synced}, report)
    return [f"{cells:,}", ranks, number(size / 1e6), number(seconds, report), number(size / 1e6 / seconds),
            number(size / 1e6 / synced)]


def loop_seconds(report):
    """Those of the loop itself, without checkpoints, files and their merging."""
    return mean_seconds(report, "deliver", "update", "exchange", "wait")


def measure_idle(bench, milliseconds, ranks, record):
    """Percent that `checkpoint` adds to the loop, and to the run less its last checkpoint, while none is due."""
    model = {**cobahh.model_of(4000, milliseconds), "record": {"spikes": record}}
    without, idle = best_in_turn(bench, [model, {**model, "checkpoint": {"every": "1 h (wall)"}}], ranks)
    loop = 100 * (loop_seconds(idle) / loop_seconds(without) - 1)
    rest = idle["run_seconds"] - mean_seconds(idle, "checkpoint")
    run = 100 * (rest / without["run_seconds"] - 1)
    bench.record("checkpoint_idle", {"ranks": ranks, "spikes": record}, {"loop_percent": loop, "run_percent": run}, idle)
    return [record, ranks, number(without["run_seconds"], without), number(rest, idle), number(loop), number(run)]


def run(bench):
    table(["cells", "ranks", "MB", "s", "MB/s", "raw write + fsync MB/s"],
          [measure_write(bench, bench.choose(100_000, 1_000_000, 1_000_000), ranks) for ranks in (1, 2)])
    table(["spikes recorded", "ranks", "s without", "s with none due", "cost in the loop %", "and with segments %"],
          [measure_idle(bench, bench.choose(1000, 10000, 10000), 2, record) for record in ("none", "all")])
