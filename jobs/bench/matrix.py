"""Products of matrices as training needs them: GFLOP/s of one core by form and shape, beside OpenBLAS."""
import json
import os
import subprocess

from bench import HERE, ROOT, Watch, number, table, wait_for_cores

# As what OpenBLAS takes the processor for if it is told nothing, and the two that it may be told.
CORES = [None, "Haswell", "SkylakeX"]


def build(bench):
    program, library = os.path.join(bench.results, "products"), os.path.dirname(bench.program)
    subprocess.run(["gcc", "-std=gnu11", "-O3", "-march=native", "-mprefer-vector-width=512", f"-I{ROOT}/src",
                    f"-I{ROOT}/include", os.path.join(HERE, "products.c"), os.path.join(library, "libloligo_base.a"),
                    "-ldl", "-lm", "-o", program], check=True)
    return program


def call(bench, program, which, core=None):
    """[(what was measured, operations per second)], nothing without OpenBLAS; and whether others disturbed it."""
    wait_for_cores(1, bench.patience)
    watch = Watch()
    settings = {"OPENBLAS_NUM_THREADS": "1", **({"OPENBLAS_CORETYPE": core} if core else {})}
    done = subprocess.run([program, which], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=600,
                          env={**os.environ, **settings}, check=False)
    if done.returncode not in (0, 77):
        raise RuntimeError(f"{program} {which} ended with {done.returncode}")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [(line, line.pop("rate")) for line in found], watch.others() > os.cpu_count() - 0.85


def measure(bench, program, which, core=None):
    """{case as JSON: report}, the best of several calls, with what number() wants to know."""
    rates, disturbed = {}, False
    for _ in range(bench.choose(1, 2, 3)):
        found, doubtful = call(bench, program, which, core)
        disturbed |= doubtful
        for case, rate in found:
            rates.setdefault(json.dumps(case), []).append(rate)
    reports = {}
    for case, each in rates.items():
        each.sort(reverse=True)
        spread = each[0] / each[1] if each[1:] else None
        reports[case] = {"rate": each[0], "best_of": len(each), "spread": spread, "disturbed": disturbed}
    return reports


def run(bench):
    program = build(bench)
    found = measure(bench, program, "ours")
    ceiling = found.pop(json.dumps({"by": "ceiling"}))
    for core in CORES:
        found.update(measure(bench, program, "openblas", core))
    shapes, by_name = {}, {}
    for text, report in found.items():
        case = json.loads(text)
        bench.record("matrix", case, {"operations_per_second": report["rate"]}, report)
        by = case.pop("by")
        by_name[by] = True
        shapes.setdefault(json.dumps(case), {})[by] = report
    fastest = next(iter(by_name))
    rows = []
    for text, reports in shapes.items():
        case, percent = json.loads(text), 100 * reports[fastest]["rate"] / ceiling["rate"]
        bench.record("matrix_ceiling", case, {"percent": percent}, reports[fastest])
        rows.append([case["form"], f"{case['m']} x {case['n']} x {case['k']}", f"{percent:.0f} %",
                     *(number(1e-9 * reports[by]["rate"], reports[by]) for by in by_name)])
    print(f"at most {number(1e-9 * ceiling['rate'], ceiling)} GFLOP/s")
    table(["form", "m x n x k", f"{fastest}, of that", *by_name], rows)
