"""Synaptic events per second and core, one rank: rows of one length from cache to memory; rows of many delays."""
from bench import mean_seconds, number, table

TARGETS = 20000
STEPS = 1000
MANY_INPUTS = 100
BYTES = 4  # of a synapse
ROWS = [25, 100, 1000, 10000]
MANY_DELAY_ROWS = [10, 100]
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


def measure_many_delays(bench, row):
    """Rows whose synapses hardly share a delay: nanoseconds per event to take them in, and to deliver them."""
    sources = 40000
    model = {
        "simulation": {"dt": "0.1 ms", "duration": f"{bench.choose(200, 1000, 3000)} ms", "seed": 3},
        "populations": {"sources": {"model": "poisson_source", "size": sources, "params": {"rate": 20}},
                        "targets": {"model": "iaf_psc_exp", "size": sources * row // MANY_INPUTS}},
        "projections": [{"source": "sources", "target": "targets", "rule": {"fixed_indegree": MANY_INPUTS},
                         "weight": "0.01 pA", "delay": {"uniform": {"low": "1 ms", "high": "15 ms"}}}],
        "record": {"spikes": "none"}}
    report = bench.run(model, seconds=lambda r: mean_seconds(r, "exchange", "deliver"))
    taken, delivered = (mean_seconds(report, phase) / report["synaptic_events"] * 1e9 for phase in ("exchange", "deliver"))
    bench.record("delivery", {"row": row, "delays": 141}, {"take_in_ns": taken, "deliver_ns": delivered}, report)
    return [row, number(taken, report), number(delivered, report), number(taken + delivered, report)]


def run(bench):
    sets = bench.choose([1, 64], [1, 32, 256], [1, 32, 256, 2048])
    rows = [[row, delay, *(measure(bench, row, size, delay) for size in sets)]
            for row in ROWS for delay in DELAYS]
    table(["synapses per row", "delays", *(f"{size:,} MiB" for size in sets)], rows)
    print("million events per second in the deliver phase; `spread` delays cut a row into some 35 segments")
    table(["synapses per row, over 141 delays", "take in, ns per event", "deliver", "both"],
          [measure_many_delays(bench, row) for row in MANY_DELAY_ROWS])
