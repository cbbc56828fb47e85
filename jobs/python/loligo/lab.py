"""What experiments share: runs of the program from models as mappings, tables, figures, and the script that runs them.

A folder of experiments has a script `run`, a Python module for each with a function run(lab) whose first line of
documentation is its title, and a README.md that shows how they come out.
"""
import argparse
import importlib
import os
import resource
import subprocess
import time

import matplotlib
import yaml

from .program import run as run_program
from .style import COLORS, STYLE as BASE

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402 (the backend comes first)

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
GREY = "#8a8a8a"
STYLE = {**BASE, "figure.dpi": 100, "lines.linewidth": 1, "axes.prop_cycle": plt.cycler(color=COLORS)}


def cpu_seconds():
    """Of all processes so far that this one waited for."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


class Lab:
    """The program to run, where its results go, and how much of everything; `options` are those of the experiments'
    own, by name."""

    def __init__(self, program, results, ranks=2, long=False, **options):
        self.program, self.results = os.path.abspath(program), os.path.abspath(results)
        self.ranks, self.long, self.options = ranks, long, options

    def path(self, *names):
        path = os.path.join(self.results, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def run(self, name, model, ranks=1, timeout=3600, **settings):
        """Runs a model into a directory of the results; the model file stays beside it. Long runs take their time. The
        result knows the cpu_seconds that it took, of all ranks together."""
        directory, file = self.path(name), self.path(name + ".yaml")
        with open(file, "w") as stream:
            yaml.safe_dump(model, stream, sort_keys=False)
        before = cpu_seconds()
        result = run_program(file, ranks, directory, overwrite=True, timeout=None if self.long else timeout,
                             program=self.program, **settings)
        result.cpu_seconds = cpu_seconds() - before
        return result

    def figure(self, name, rows=1, columns=1, size=(7, 4), **options):
        """A figure that is saved as name.png when the block ends; gives its axes."""
        return Figure(self.path(name + ".png"), rows, columns, size, options)

    def table(self, header, rows):
        """Prints a table, in Markdown, so that it can be shown as it came out."""
        cells = [[str(cell) for cell in row] for row in [header, *rows]]
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
        lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
        print("\n".join(lines), end="\n\n", flush=True)


class Figure:
    """Context of one figure; see Lab.figure()."""

    def __init__(self, path, rows, columns, size, options):
        self.path, self.style = path, plt.rc_context(STYLE)
        self.arguments = {"nrows": rows, "ncols": columns, "figsize": size, "layout": "constrained", **options}

    def __enter__(self):
        self.style.__enter__()
        self.figure, axes = plt.subplots(**self.arguments)
        return axes

    def __exit__(self, kind, *rest):
        if kind is None:
            self.figure.savefig(self.path)
            print(f"figure {self.path}\n")
        plt.close(self.figure)
        self.style.__exit__(kind, *rest)


def build(packages):
    """The program of this checkout, with what it needs."""
    directory = os.path.join(ROOT, "build")
    for command in (["jobs/packages", *packages], ["jobs/build", directory, "--program"]):
        subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=True)
    return os.path.join(directory, "loligo")


def main(subject, folder, experiments, packages=(), options=()):
    """Runs those experiments of a folder that the command line names, or all; options: {"--name": its help}, of which
    each takes a value."""
    parser = argparse.ArgumentParser(description=f"Run the experiments on {subject}.")
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help=", ".join(experiments))
    parser.add_argument("--long", action="store_true", help="all sizes, not just those of the first minutes")
    parser.add_argument("--ranks", type=int, default=2, help="of mpirun for large networks (default 2)")
    parser.add_argument("--program", help="the program to run (default: this checkout's, built now)")
    parser.add_argument("--results", default=os.path.join(ROOT, "results", os.path.basename(folder)),
                        help="their folder")
    own = [parser.add_argument(name, help=text).dest for name, text in dict(options).items()]
    arguments = parser.parse_args()
    for name in arguments.experiments:
        if name not in experiments:
            parser.error(f"no experiment {name!r}; there are {', '.join(experiments)}")
    lab = Lab(arguments.program or build(packages), arguments.results, arguments.ranks, arguments.long,
              **{name: getattr(arguments, name) for name in own})
    for name in arguments.experiments or experiments:
        experiment = importlib.import_module(name)
        print(f"\n## {experiment.__doc__.splitlines()[0]}\n", flush=True)
        begin = time.monotonic()
        experiment.run(lab)
        print(f"{name} took {time.monotonic() - begin:.0f} s", flush=True)
