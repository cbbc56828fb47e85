"""COBAHH: 4000 Hodgkin-Huxley cells, and the same with many more at a constant number of inputs."""
from bench import mean_seconds, number, read_model, table

PHASES = ["update", "deliver", "exchange", "wait"]


def model_of(cells, milliseconds):
    """Beyond 4000 cells each keeps its 64 excitatory and 16 inhibitory inputs."""
    model = read_model("cobahh")
    model["simulation"]["duration"] = f"{milliseconds} ms"
    model["record"] = {"spikes": "none"}
    if cells != 4000:
        model["populations"]["E"]["size"], model["populations"]["I"]["size"] = cells * 4 // 5, cells // 5
        for projection, degree in zip(model["projections"], (64, 16)):
            projection["rule"] = {"fixed_indegree": degree}
    return model


def measure(bench, cells, milliseconds, ranks):
    report = bench.run(model_of(cells, milliseconds), ranks)
    updates = cells * milliseconds * 10 / ranks / report["run_seconds"]
    values = {"run_seconds": report["run_seconds"], "real_time_factor": report["real_time_factor"],
              "updates_per_second_per_core": updates, "build_seconds": report["build_seconds"],
              "bytes_per_synapse": report["bytes_per_synapse"],
              "phases": {phase: mean_seconds(report, phase) for phase in PHASES}}
    bench.record("cobahh", {"cells": cells, "ranks": ranks}, values, report)
    return [f"{cells:,}", ranks, milliseconds, number(report["run_seconds"], report),
            number(report["real_time_factor"]), number(1e-6 * updates), number(report["build_seconds"]),
            *(f"{100 * values['phases'][phase] / report['run_seconds']:.0f} %" for phase in PHASES)]


def run(bench):
    cases = [(4000, 1000, 1), (4000, 1000, 2)]
    cases += bench.choose([], [(100_000, 50, 2)], [(1_000_000, 50, 1), (1_000_000, 50, 2)])
    table(["cells", "ranks", "ms", "run s", "real-time factor", "M updates/s per core, all in", "build s", *PHASES],
          [measure(bench, *case) for case in cases])
