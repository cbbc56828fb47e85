"""What the experiments share: models as mappings, runs of the program, results as arrays, tables and figures."""
import os
import sys

import matplotlib
import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../python"))
matplotlib.use("Agg")
import loligo  # noqa: E402 (its folder comes first)
import loligo.style  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402 (the backend comes first)

HH, TV_LIF, S_LIF, GREY = *loligo.style.COLORS[:3], "#8a8a8a"
STYLE = {**loligo.style.STYLE, "figure.dpi": 100, "lines.linewidth": 1,
         "axes.prop_cycle": plt.cycler(color=loligo.style.COLORS)}


def read_model(name):
    """A model file that stands beside this one, as a mapping to change."""
    with open(os.path.join(HERE, name + ".yaml")) as file:
        return yaml.safe_load(file)


def as_tv_lif(model):
    """The same network with each Hodgkin-Huxley neuron made of time-varying LIF units: one word per population."""
    changed = {name: {**population, "model": population["model"].replace("hh_", "tv_lif_hh_", 1)}
               for name, population in model["populations"].items()}
    return {**model, "populations": changed}


class Lab:
    """The program to run, where its results go, and how much of everything."""

    def __init__(self, program, results, ranks=2, long=False):
        self.program, self.results = os.path.abspath(program), os.path.abspath(results)
        self.ranks, self.long = ranks, long

    def path(self, *names):
        path = os.path.join(self.results, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def run(self, name, model, ranks=1, timeout=3600):
        """Runs a model into a directory of the results; the model file stays beside it."""
        directory, file = self.path(name), self.path(name + ".yaml")
        with open(file, "w") as stream:
            yaml.safe_dump(model, stream, sort_keys=False)
        return loligo.run(file, ranks, directory, overwrite=True, timeout=timeout, program=self.program)

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
