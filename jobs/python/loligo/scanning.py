"""One model at many points, on the cores of this machine or as an array of Slurm; what is complete is not run again.

Every point is a folder that is named after what is set there. Each is run with --resume and with checkpoints, so that a
scan that was killed goes on where it was, and a point that is complete is left; a model that has changed since is refused.
"""
import collections.abc
import concurrent.futures
import hashlib
import itertools
import os
import re
import shlex
import shutil
import subprocess
import threading

from . import program
from .results import load

CHECKPOINT = {"checkpoint": {"every": "10 min wall"}}
LONGEST_NAME = 120

Point = collections.namedtuple("Point", "settings folder")


class ScanError(program.LoligoError):
    """Points of a scan that failed; the text has what the program said of each. `scan` holds those that did not."""

    def __init__(self, scan, failures):
        super().__init__("\n".join(f"{folder}: {error}" for folder, error in failures.items()))
        self.scan, self.failures = scan, failures


class Scan:
    """The points of a scan; iterating gives (settings, Result) of those that are complete."""

    def __init__(self, points):
        self.points, self.job = points, None  # job: number of the array that was submitted

    @property
    def missing(self):
        """Points that are not complete."""
        return [point for point in self.points if not is_complete(point.folder)]

    def __iter__(self):
        return ((point.settings, load(point.folder)) for point in self.points if is_complete(point.folder))

    def __len__(self):
        return len(self.points)

    def __getitem__(self, i):
        return load(self.points[i].folder)

    def __repr__(self):
        return f"<Scan of {len(self)} points, {len(self) - len(self.missing)} complete>"


def is_complete(folder):
    try:
        return load(folder).status == "complete"
    except FileNotFoundError:
        return False


def folder_name(settings):
    """A name for a point, the same whenever it is asked for."""
    words = [f"{key}={program.to_yaml(value, flow=True)}" for key, value in settings.items()]
    text = re.sub(r"[^\w.=,+-]+", "_", ",".join(words)) or "model"
    if len(text) > LONGEST_NAME or text != ",".join(words):
        text = text[:LONGEST_NAME - 9] + "-" + hashlib.sha256(",".join(words).encode()).hexdigest()[:8]
    return text


def make_points(grid, output):
    for key, values in grid.items():
        if isinstance(values, (str, dict)) or not isinstance(values, collections.abc.Iterable):
            raise TypeError(f"values of {key} must be a list, not {values!r}")
    combinations = itertools.product(*(list(values) for values in grid.values()))
    settings = [dict(zip(grid, program.as_plain(values))) for values in combinations]
    return [Point(point, os.path.join(output, folder_name(point))) for point in settings]


def perform(scan, model, ranks, processes, options):
    """Runs what is missing; LoligoError of the points that failed, after the others."""
    cancelled = threading.Event()

    def run_point(point):
        if cancelled.is_set():
            return
        program.run(model, ranks, point.folder, resume=True, is_cancelled=cancelled.is_set,
                    **{**CHECKPOINT, **options, **point.settings})

    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        waiting = {pool.submit(run_point, point): point for point in scan.points}
        try:
            concurrent.futures.wait(waiting)
        except BaseException:
            cancelled.set()  # the pool waits until every run has been ended
            raise
    failures = {point.folder: future.exception() for future, point in waiting.items() if future.exception()}
    if failures:
        raise ScanError(scan, failures)


def write_points(scan, model, output, options):
    """OUTPUT/model.yaml and OUTPUT/points, a line of quoted arguments for each point, by which a job knows its own."""
    os.makedirs(output, exist_ok=True)
    path = os.path.join(output, "model.yaml")
    if isinstance(model, dict):
        with open(path, "w") as file:
            file.write(program.to_yaml(model))
    else:
        path = os.fspath(model)
    with open(os.path.join(output, "points"), "w") as file:
        for point in scan.points:
            words = [os.path.abspath(path), "--output", os.path.abspath(point.folder), "--resume",
                     *program.set_arguments({**CHECKPOINT, **options, **point.settings})]
            file.write(shlex.join(words) + "\n")


def find_array():
    """The batch file: of the checkout of this file, of that of the program, or where the program is installed."""
    here, of_program = os.path.dirname(os.path.realpath(__file__)), os.path.dirname(program.find_program())
    places = [f"{here}/../../slurm", f"{of_program}/../jobs/slurm", f"{of_program}/../share/loligo/slurm"]
    for place in places:
        path = os.path.normpath(f"{place}/scan.sbatch")
        if os.path.exists(path):
            return path
    raise program.LoligoError(f"scan.sbatch is in none of {', '.join(map(os.path.normpath, places))}")


def submit(scan, output, sbatch):
    """Hands the points that are missing to Slurm; returns the number of the array, None without any."""
    numbers = [str(i) for i, point in enumerate(scan.points, 1) if not is_complete(point.folder)]
    if not numbers:
        return None
    if not shutil.which("sbatch"):
        raise program.LoligoError("there is no sbatch here; the points are in " + os.path.join(output, "points"))
    command = ["sbatch", "--parsable", f"--array={','.join(numbers)}", *sbatch, find_array()]
    environment = {**os.environ, "LOLIGO": program.find_program(), "POINTS": os.path.abspath(f"{output}/points")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise program.LoligoError(f"{shlex.join(command)}: {done.stderr.strip()}")
    return done.stdout.strip().split(";")[0]


def scan(model, grid=None, seeds=None, output="scan", *, ranks=1, processes=None, slurm=None, timeout=None, launcher=None,
         **settings):
    """Runs a model at every combination of the values of a grid, and returns a Scan.

    model      path of a model file, or the same as a mapping
    grid       {"parameters.g": [4, 5, 6], ...}: lists of values as of --set
    seeds      short for "simulation.seed" in the grid
    output     folder; a folder in it for each point
    ranks      of each run
    processes  runs at a time; None: as many as there are cores for
    slurm      options of sbatch, as ["--ntasks=8", "--time=2:00:00"]: the points become an array of jobs, and the Scan is
               returned at once; called again it submits what is not complete (not while jobs wait or run)
    timeout, launcher, settings   as of run()

    Raises ScanError where points failed, after all others were run.
    """
    grid = {**(grid or {}), **({"simulation.seed": seeds} if seeds is not None else {})}
    scan = Scan(make_points(grid, output))
    if slurm is not None:
        write_points(scan, model, output, settings)
        scan.job = submit(scan, output, slurm)
        return scan
    processes = processes or max(1, len(os.sched_getaffinity(0)) // ranks)
    perform(scan, model, ranks, processes, {"timeout": timeout, "launcher": launcher, **settings})
    return scan
