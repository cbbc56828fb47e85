"""The cortical microcircuit at full scale: direct-current and Poisson drive, nothing recorded."""
from bench import mean_seconds, number, read_model, table

PHASES = ["deliver", "update", "exchange", "wait"]
SOURCES = {"L23E": 1600, "L23I": 1500, "L4E": 2100, "L4I": 1900, "L5E": 2000, "L5I": 1900, "L6E": 2900, "L6I": 2100}


def model_of(drive, seconds):
    model = read_model("microcircuit")
    model["simulation"]["duration"] = f"{seconds} s"
    model["record"] = {"spikes": "none"}
    if drive == "poisson":
        model["inputs"] = {f"drive_{name}": {"model": "poisson", "target": name, "rate": "8 Hz", "sources": sources,
                                             "weight": "87.8085 pA"} for name, sources in SOURCES.items()}
    return model


def measure(bench, drive, ranks):
    report = bench.run(model_of(drive, bench.choose(1, 2, 10)), ranks, repeats=bench.choose(1, 2, 2))
    values = {"real_time_factor": report["real_time_factor"], "run_seconds": report["run_seconds"],
              "build_seconds": report["build_seconds"], "bytes_per_synapse": report["bytes_per_synapse"],
              "peak_bytes": report["peak_memory_bytes"]["sum"], "spikes": report["spikes"],
              "events_per_second_per_core": report["synaptic_events"] / ranks / mean_seconds(report, "deliver"),
              "phases": {phase: mean_seconds(report, phase) for phase in PHASES}}
    bench.record("microcircuit", {"drive": drive, "ranks": ranks}, values, report)
    return values, report


def row_of(drive, ranks, values, report):
    model_seconds = report["model_time_ms"] / 1000
    return [drive, ranks, number(values["real_time_factor"], report), number(values["build_seconds"]),
            number(values["bytes_per_synapse"]), number(1e-6 * values["events_per_second_per_core"]),
            *(number(values["phases"][phase] / model_seconds) for phase in PHASES)]


def run(bench):
    cases = [("dc", 2), ("poisson", 2), ("dc", 1)]
    found = {case: measure(bench, *case) for case in cases}
    table(["drive", "ranks", "real-time factor", "build s", "bytes per synapse", "M events/s per core",
           *(phase + " s/s" for phase in PHASES)], [row_of(*case, *found[case]) for case in cases])
    scaling = found["dc", 1][0]["run_seconds"] / found["dc", 2][0]["run_seconds"]
    bench.record("microcircuit_scaling", {"drive": "dc"}, {"one_to_two_ranks": scaling})
    print(f"1 to 2 ranks: {scaling:.2f} times faster")
