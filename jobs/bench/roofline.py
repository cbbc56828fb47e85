"""Roofline: what an update and a synaptic event need, what one core can give, and the fraction reached."""
import json
import os
import subprocess

import delivery
import microcircuit
import neurons
from bench import HERE, mean_seconds, number, table

# Operations on doubles in one update by the staggered scheme, a fused multiply-add or a comparison counting as one, and
# divisions; counted in src/model/{hh,gate,squid,traub}.h and iaf_psc_exp.c. Bytes: state, read and written once.
UPDATES = {
    "hh_psc_exp": {"operations": 112, "divisions": 2, "bytes": 2 * 8 * 8},
    "hh_cond_exp_traub": {"operations": 134, "divisions": 2, "bytes": 2 * 8 * 8},
    "iaf_psc_exp": {"operations": 20, "divisions": 0, "bytes": 2 * 4 * 8},
}
LINE = 64  # bytes
CELLS = 10000
STEPS_AT_ONCE = 64  # a block of cells goes through an interval while it is in the cache


def measure_ceilings(bench):
    program = os.path.join(bench.results, "ceilings")
    subprocess.run(["gcc", "-std=gnu11", "-O3", "-march=native", "-mprefer-vector-width=512",
                    os.path.join(HERE, "ceilings.c"), "-o", program], check=True)
    found = json.loads(subprocess.run([program], check=True, stdout=subprocess.PIPE, timeout=300).stdout)
    bench.record("ceilings", {}, found)
    table(["one core", "measured"],
          [["G operations/s (fused multiply-add is one)", number(1e-9 * found["operations_per_second"])],
           ["G divisions/s", number(1e-9 * found["divisions_per_second"])],
           ["GB/s read in sequence", number(1e-9 * found["stream_bytes_per_second"])],
           ["ns per dependent random load", number(1e9 * found["latency_seconds"])],
           ["ns per line in random bursts of four, prefetched", number(1e9 * found["burst_line_seconds"])]])
    return found


def update_row(bench, name, ceilings):
    """The lowest of the ceilings for a model whose state stays in the cache, and how near it is."""
    needs = UPDATES[name]
    limits = {"operations": ceilings["operations_per_second"] / needs["operations"],
              "memory": STEPS_AT_ONCE * ceilings["stream_bytes_per_second"] / needs["bytes"]}
    if needs["divisions"]:
        limits["divisions"] = ceilings["divisions_per_second"] / needs["divisions"]
    bound = min(limits, key=limits.get)
    seconds, report = neurons.measure(bench, name, CELLS)
    fraction = 1 / seconds / limits[bound]
    bench.record("roofline", {"what": name}, {"limit_per_second": limits[bound], "bound": bound, "fraction": fraction},
                 report)
    return [name, f"{needs['operations']} operations, {needs['divisions']} divisions, {needs['bytes']} bytes", bound,
            number(1e-6 * limits[bound]), number(1e-6 / seconds, report), f"{100 * fraction:.0f} %"]


def delivery_row(bench, name, model, ranks, bytes_per_event, ceilings):
    """A core reads rows that are long in sequence, others as random lines."""
    limits = {"random lines": LINE / ceilings["burst_line_seconds"], "sequence": ceilings["stream_bytes_per_second"]}
    bound = "sequence" if name == "long rows" else "random lines"
    limit = limits[bound] / bytes_per_event
    report = bench.run(model, ranks, lambda r: mean_seconds(r, "deliver"), repeats=2)
    rate = report["synaptic_events"] / ranks / mean_seconds(report, "deliver")
    bench.record("roofline", {"what": "event, " + name},
                 {"limit_per_second": limit, "bound": bound, "fraction": rate / limit}, report)
    return [f"event, {name}", f"{bytes_per_event:.2f} bytes", bound, number(1e-6 * limit), number(1e-6 * rate, report),
            f"{100 * rate / limit:.0f} %"]


def run(bench):
    ceilings = measure_ceilings(bench)
    rows = [update_row(bench, name, ceilings) for name in UPDATES]
    long_rows = delivery.model_of(10000, bench.choose(64, 512, 2048) * 2**20 // 4, "one", 2e8)
    rows.append(delivery_row(bench, "long rows", long_rows, 1, delivery.BYTES, ceilings))
    if bench.size > 0:
        rows.append(delivery_row(bench, "microcircuit", microcircuit.model_of("dc", 1), 2, 4.1, ceilings))
    table(["what", "needs", "bound by", "limit, M/s", "reached, M/s", "fraction"], rows)
