"""What the experiments share: models as mappings, runs of the program, results as arrays, tables and figures."""
import os
import subprocess

import h5py
import matplotlib
import numpy as np
import yaml

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402 (the backend comes first)

HERE = os.path.dirname(os.path.abspath(__file__))
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_mpi_yield_when_idle": "1",
       "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
HH, TV_LIF, S_LIF, GREY = "#1f6f8b", "#d1495b", "#edae49", "#8a8a8a"
STYLE = {
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#666666",
    "axes.labelcolor": "#333333", "xtick.color": "#666666", "ytick.color": "#666666", "axes.titlesize": 9,
    "axes.titlelocation": "left", "axes.titlecolor": "#333333", "legend.frameon": False, "figure.dpi": 100,
    "lines.linewidth": 1, "axes.prop_cycle": plt.cycler(color=[HH, TV_LIF, S_LIF, "#66a182", "#5f4b8b", "#8d6a4f"]),
}


def read_model(name):
    """A model file that stands beside this one, as a mapping to change."""
    with open(os.path.join(HERE, name + ".yaml")) as file:
        return yaml.safe_load(file)


def as_tv_lif(model):
    """The same network with each Hodgkin-Huxley neuron made of time-varying LIF units: one word per population."""
    changed = {name: {**population, "model": population["model"].replace("hh_", "tv_lif_hh_", 1)}
               for name, population in model["populations"].items()}
    return {**model, "populations": changed}


class Result:
    """The output directory of a run."""

    def __init__(self, directory):
        self.directory = directory
        with open(os.path.join(directory, "report.yml")) as file:
            self.report = yaml.safe_load(file)

    def spikes(self, population):
        """(times in ms, cells), sorted by time."""
        with h5py.File(os.path.join(self.directory, "spikes.h5"), "r") as file:
            group = file["spikes"][population]
            return group["timestamps"][:], group["node_ids"][:].astype(int)

    def state(self, recording, variable="V_m"):
        """(times in ms, values[frames, cells]) of a recording."""
        with h5py.File(os.path.join(self.directory, f"{recording}.{variable}.h5"), "r") as file:
            (report,) = file["report"].values()
            data, (begin, _, step) = report["data"][:], report["mapping/time"][:]
        return begin + step * np.arange(len(data)), data


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
        launcher = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []
        done = subprocess.run([*launcher, self.program, "run", file, "--output", directory, "--overwrite", "--quiet"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env={**MPI, **os.environ}, timeout=timeout)
        if done.returncode:
            raise RuntimeError(f"exit status {done.returncode} of loligo run {file}\n{done.stdout}")
        return Result(directory)

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
