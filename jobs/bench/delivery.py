"""Synaptic events per second and core: rows of one length, working sets from cache to memory, one rank."""
from bench import mean_seconds, number, table

TARGETS = 20000
STEPS = 1000
BYTES = 4  # of a synapse
ROWS = [25, 100, 1000, 10000]
DELAYS = {"one": "1.5 ms", "spread": {"normal_clipped": {"mean": "1.5 ms", "std": "0.75 ms", "low": "0.05 ms"}}}


def model_of(row, synapses, delay, events):
    sources = max(1, synapses // row)
    rate = events / row / sources / STEPS / 1e-4  # Hz
    return {
        "simulation": {"dt": "0.1 ms", "duration": f"{STEPS * 0.1} ms", "seed": 1},
        "populations": {"sources": {"model": "poisson_source", "size": sources, "params": {"rate": rate}},
                        "targets": {"model": "iaf_psc_exp", "size": TARGETS}},
        "projections": [{"source": "sources", "target": "targets", "rule": {"fixed_outdegree": row},
                         "weight": "0.01 pA", "delay": DELAYS[delay]}],
        "record": {"spikes": "none"}}


def measure(bench, row, mebibytes, delay):
    model = model_of(row, mebibytes * 2**20 // BYTES, delay, bench.choose(3e7, 1e8, 3e8))
    repeats = None if mebibytes <= 100 else 2 if mebibytes <= 1000 else 1
    report = bench.run(model, seconds=lambda r: mean_seconds(r, "deliver"), repeats=repeats)
    events = report["synaptic_events"] / mean_seconds(report, "deliver")
    bench.record("delivery", {"row": row, "mebibytes": mebibytes, "delays": delay}, {"events_per_second": events},
                 report)
    return number(events * 1e-6, report)


def run(bench):
    sets = bench.choose([1, 64], [1, 32, 256], [1, 32, 256, 2048])
    rows = [[row, delay, *(measure(bench, row, size, delay) for size in sets)]
            for row in ROWS for delay in DELAYS]
    table(["synapses per row", "delays", *(f"{size:,} MiB" for size in sets)], rows)
    print("million events per second in the deliver phase; `spread` delays cut a row into some 35 segments")
