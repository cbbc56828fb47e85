"""What the measurements share: runs of the program, the best of several, lines in a file, tables."""
import glob
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import time

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../.."))
sys.path.insert(0, os.path.join(ROOT, "jobs/python"))
import loligo  # noqa: E402 (its folder comes first)

NOISY = 1.15  # a second best that took this many times the best marks a number as doubtful
SIZES = ["quick", "normal", "full"]


def output_of(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, cwd=ROOT, check=False).stdout.strip()


def describe_machine():
    with open("/proc/cpuinfo") as file:
        lines = dict(line.split(":", 1) for line in file.read().split("\n\n")[0].replace("\t", "").split("\n"))
    flags = lines.get("flags", "").split()
    cache = [(int(open(index + "/level").read()), open(index + "/size").read().strip())
             for index in sorted(glob.glob("/sys/devices/system/cpu/cpu0/cache/index*"))
             if open(index + "/type").read().strip() != "Instruction"]
    return {"cpu": lines.get("model name", platform.processor()).strip(), "cores": os.cpu_count(),
            "avx2": "avx2" in flags, "avx512": "avx512f" in flags,
            "cache": {f"L{level}": size for level, size in cache}, "kernel": platform.release()}


def describe_program(program):
    """Version with revision, build type and flags; `digest` tells two builds of one revision apart."""
    with open(program, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()[:12]
    settings = {}
    cache = os.path.join(os.path.dirname(program), "CMakeCache.txt")
    if os.path.exists(cache):
        with open(cache) as file:
            settings = dict(line.strip().split("=", 1) for line in file if ":" in line and "=" in line)
    names = ["CMAKE_C_FLAGS:STRING", "LOLIGO_MARCH:STRING"]
    version = output_of(program, "--version").split("\n")
    return {"revision": version[0].rpartition("(")[2].rstrip(")"), "digest": digest, "version": version,
            "build_type": settings.get("CMAKE_BUILD_TYPE:STRING", ""),
            "flags": " ".join(settings[name] for name in names if settings.get(name))}


def busy_seconds():
    """Core seconds that the whole machine has worked since it started, and those that its host took from it."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, soft, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Watch:
    """How many cores others kept busy between start and stop."""

    def __init__(self):
        self.begin, self.busy, self.own = time.monotonic(), busy_seconds(), children_seconds()

    def others(self):
        seconds = time.monotonic() - self.begin
        return max(0.0, busy_seconds() - self.busy - (children_seconds() - self.own)) / seconds


def wait_for_cores(wanted, patience):
    """Returns when others leave that many cores free, or after `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        watch = Watch()
        time.sleep(0.25)
        if watch.others() < os.cpu_count() - wanted + 0.3:
            return


def read_model(name):
    """A model of jobs/models, as a mapping to change."""
    with open(os.path.join(ROOT, f"jobs/models/{name}.yaml")) as file:
        return yaml.safe_load(file)


def mean_seconds(report, *phases):
    """Mean over ranks of the seconds in some phases."""
    return sum(report["phases"][phase]["mean"] for phase in phases)


class Bench:
    """The program to measure, how much of everything, where the lines go, and where NEST lies, if told."""

    def __init__(self, program, size, results, lines, patience, nest):
        self.program, self.size, self.patience = os.path.abspath(program), SIZES.index(size), patience
        self.results, self.lines = os.path.abspath(results), os.path.abspath(lines)
        self.machine, self.about = describe_machine(), describe_program(self.program)
        self.nest = nest and os.path.abspath(nest)
        for folder in (self.results, os.path.dirname(self.lines)):
            os.makedirs(folder, exist_ok=True)

    def choose(self, quick, normal, full):
        """The value for the size that was asked for."""
        return [quick, normal, full][self.size]

    def run(self, model, ranks=1, seconds=lambda report: report["run_seconds"], repeats=None):
        """Report of the fastest of several runs of a model, by `seconds` of it.

        Added are `best_of`, `spread` (second best over best), and `disturbed`: others wanted the same cores.
        """
        file, directory = os.path.join(self.results, "model.yaml"), os.path.join(self.results, "run")
        with open(file, "w") as stream:
            yaml.safe_dump(model, stream, sort_keys=False)
        repeats = repeats or self.choose(2, 3, 3)
        reports = sorted((self.run_once(file, directory, ranks) for _ in range(repeats)), key=seconds)
        times = [max(seconds(report), 1e-9) for report in reports]
        return {**reports[0], "best_of": repeats, "spread": times[1] / times[0] if repeats > 1 else None}

    def run_once(self, file, directory, ranks):
        wait_for_cores(min(ranks, os.cpu_count()), self.patience)
        watch = Watch()
        result = loligo.run(file, ranks, directory, overwrite=True, timeout=3600, program=self.program)
        return {**result.report, "disturbed": watch.others() > max(0, os.cpu_count() - ranks) + 0.15}

    def record(self, measurement, case, values, report=None):
        """Appends one measurement to the file of lines; `report` is what run() gave, for how far to trust it."""
        trust = {key: report[key] for key in ("best_of", "spread", "disturbed") if key in (report or {})}
        line = {"measurement": measurement, "case": case, "values": values, **trust,
                "load": os.getloadavg()[0], "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "program": self.about,
                "machine": self.machine}
        with open(self.lines, "a") as file:
            file.write(json.dumps(line) + "\n")
        if sys.stderr.isatty():
            print(f"\r\033[K{measurement} {case}", end="\r", file=sys.stderr, flush=True)

    def recorded(self, measurement, **case):
        """The last lines of this build on this machine, one per case, of cases with these items."""
        found = {}
        with open(self.lines, "a+") as file:
            file.seek(0)
            for line in map(json.loads, file):
                if (line["measurement"] == measurement and line["program"]["digest"] == self.about["digest"]
                        and line["machine"] == self.machine and case.items() <= line["case"].items()):
                    found[json.dumps(line["case"])] = line
        return list(found.values())


def number(value, report=None):
    """Three digits; a ~ behind it where two runs did not agree, or others disturbed the best."""
    if value is None:
        return "-"
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    doubtful = report is not None and (report["disturbed"] or (report["spread"] or 1) > NOISY)
    return text + ("~" if doubtful else "")


def table(header, rows):
    """Prints a table, in Markdown."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    print("\n".join(lines), end="\n\n", flush=True)
