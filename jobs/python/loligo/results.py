"""The folder of a run as spikes, states, synapses, report and parameters; of one that is not finished what it has so far.

A file of the result is either there under its own name or, until the run is complete, in segments/NNNNNN/, one part from
each checkpoint to the next. Parts are read as one. Files are open only while something is read from them.
"""
import collections.abc
import difflib
import functools
import glob
import itertools
import os
import re

import h5py
import numpy as np
import yaml

from .selection import Selection
from .training import Training

PIECE = 1 << 22  # numbers read at a time
MOST_NAMES = 10  # told at once
WEIGHTS = ".weight.h5"
SEGMENT = re.compile(r"\d{6,}(-\d+)?")


class NotRecorded(KeyError):
    """Something that a result does not hold; the text says what it does hold."""

    def __str__(self):
        return self.args[0]


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def plural(number, word):
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def names_near(name, there):
    """All that are there, as text; of many those that are most like one that is not."""
    names = list(map(str, there))
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    near = difflib.get_close_matches(str(name), names, MOST_NAMES, cutoff=0)
    return f"{', '.join(near)} and {len(names) - len(near)} more"


# -- files --


def parameters_in(path):
    """The used parameters that a file of a result keeps; NotRecorded where it keeps none."""
    with h5py.File(path, "r") as file:
        if "provenance/used_parameters" not in file:
            raise NotRecorded(f"{path}: does not say with which parameters it was made")
        return yaml.safe_load(as_text(file["provenance/used_parameters"][()]))


def find_parts(folder):
    """{name of a file: paths that hold it, one after the other} of all that was recorded into a folder."""
    segments = os.path.join(folder, "segments")
    found = {}
    names = filter(SEGMENT.fullmatch, os.listdir(segments) if os.path.isdir(segments) else [])
    for part in sorted(names, key=lambda name: int(name.split("-")[0])):
        for path in glob.glob(os.path.join(glob.escape(segments), part, "*.h5")):
            found.setdefault(os.path.basename(path), []).append(path)
    for path in glob.glob(os.path.join(glob.escape(folder), "*.h5")):
        found[os.path.basename(path)] = [path]
    return dict(sorted(found.items()))


class Column:
    """One dataset of a file that may be in parts: array-like, and read only where it is asked for."""

    def __init__(self, paths, name):
        self.paths, self.name = paths, name

    @functools.cached_property
    def _heads(self):
        """(length, other extents, type) of each part."""
        heads = []
        for path in self.paths:
            with h5py.File(path, "r") as file:
                data = file[self.name]
                heads.append((data.shape[0], data.shape[1:], data.dtype))
        return heads

    @functools.cached_property
    def _ends(self):
        return np.cumsum([length for length, _, _ in self._heads])

    def __len__(self):
        return int(self._ends[-1])

    @property
    def shape(self):
        return (len(self), *self._heads[0][1])

    @property
    def dtype(self):
        return self._heads[0][2]

    @property
    def first_part(self):
        """Number of the first part that holds anything; 0 where none does."""
        return next((i for i, (length, _, _) in enumerate(self._heads) if length), 0)

    @functools.cached_property
    def unit(self):
        with h5py.File(self.paths[0], "r") as file:
            return as_text(file[self.name].attrs.get("units", ""))

    def _rows(self, start, stop, rest):
        found = []
        for path, end, (length, _, _) in zip(self.paths, self._ends, self._heads):
            low, high = max(start - (end - length), 0), min(stop - (end - length), length)
            if low < high:
                with h5py.File(path, "r") as file:
                    found.append(file[self.name][(slice(int(low), int(high)), *rest)])
        if len(found) != 1:
            empty = np.empty((0, *self._heads[0][1]), self.dtype)[(slice(None), *rest)]
            return np.concatenate(found) if found else empty
        return found[0]

    def __getitem__(self, key):
        rows, *rest = key if isinstance(key, tuple) else (key,)
        if isinstance(rows, slice):
            start, stop, step = rows.indices(len(self))
            if step > 0:
                return self._rows(start, stop, rest)[::step]
            return self[:][(rows, *rest)]
        if np.ndim(rows):
            return self[:][key]
        row = int(rows) + (len(self) if rows < 0 else 0)
        if not 0 <= row < len(self):
            raise IndexError(f"row {rows} of {len(self)}")
        return self._rows(row, row + 1, rest)[0]

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)

    def __iter__(self):
        for piece in self.pieces():
            yield from piece

    def pieces(self, start=0, stop=None):
        """The same in arrays of a bounded number of rows."""
        stop = len(self) if stop is None else stop
        rows = max(1, PIECE // max(1, int(np.prod(self.shape[1:]))))
        for at in range(start, stop, rows):
            yield self[at:min(at + rows, stop)]

    def position(self, value):
        """Number of rows before `value`, by bisection, of a column that ascends."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self[middle] < value else (low, middle)
        return low


class Named(collections.abc.Mapping):
    """What is recorded by name."""

    def __init__(self, folder, what, items, absent, keep=None):
        self._folder, self._what, self._items, self._absent = folder, what, items, absent
        for item in items.values() if keep else []:
            item.keep = keep

    def __getitem__(self, name):
        if name not in self._items:
            there = f"there are {names_near(name, self._items)}" if self._items else self._absent
            raise NotRecorded(f"{self._folder}: no {self._what} {name!r}; {there}")
        return self._items[name]

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def describe(self, most=None):
        """A line for each; at most so many, and how many are left out."""
        shown = [repr(item) for item in itertools.islice(self._items.values(), most)]
        return shown + ([f"... and {len(self) - len(shown)} more"] if len(shown) < len(self) else [])

    def __repr__(self):
        return "\n".join(self.describe()) or f"<no {self._what}: {self._absent}>"


# -- what a result holds --


class Spikes:
    """Those of one population, by time, then cell. `ids, times = spikes` reads both."""

    def __init__(self, name, paths, cells):
        self.name, self._cells, self._path = name, cells, paths[0]
        self._ids, self._times = (Column(paths, f"spikes/{name}/{column}") for column in ("node_ids", "timestamps"))

    @functools.cached_property
    def ids(self):
        """[n] 0-based cells within the population."""
        return self._ids[:].astype(np.int64)

    @functools.cached_property
    def times(self):
        """[n] ms, ascending."""
        return self._times[:]

    @functools.cached_property
    def _parameters(self):
        return parameters_in(self._path)

    @functools.cached_property
    def n_cells(self):
        """Cells of the population."""
        return self._cells or int(self._parameters["populations"][self.name]["size"])

    @functools.cached_property
    def recorded(self):
        """[cells] 0-based, ascending: those whose spikes were recorded."""
        wanted = self._parameters["record"]["spikes"]
        return Selection(wanted if isinstance(wanted, list) else []).cells(self.name, self.n_cells)

    def __len__(self):
        return len(self._times)

    def __iter__(self):
        return iter((self.ids, self.times))

    @property
    def last_time(self):
        """ms; 0 of none."""
        return float(self._times[-1]) if len(self) else 0.0

    def count(self, start, stop):
        return self._times.position(stop) - self._times.position(start)

    def pieces(self, start=-np.inf, stop=np.inf):
        """(ids, times) of the spikes from start on and before stop, in ms, a bounded number at a time."""
        first, last = self._times.position(start), self._times.position(stop)
        yield from zip(self._ids.pieces(first, last), self._times.pieces(first, last))

    def between(self, start, stop):
        """(ids, times) of the spikes from start on and before stop, in ms."""
        found = list(self.pieces(start, stop))
        if not found:
            return np.empty(0, np.int64), np.empty(0)
        ids, times = (np.concatenate(column) for column in zip(*found))
        return ids.astype(np.int64), times

    def histogram(self, edges):
        """[len(edges) - 1] spikes of all cells from each edge (ms) to the next; read in pieces."""
        counts = np.zeros(len(edges) - 1, np.int64)
        for _, times in self.pieces(edges[0], edges[-1]):
            counts += np.histogram(times, edges)[0]
        return counts

    def __repr__(self):
        when = f", {self._times[0]:.10g} to {self.last_time:.10g} ms" if len(self) else ""
        return f"<{self.name}: {plural(len(self), 'spike')} of {plural(self.n_cells, 'cell')}{when}>"


class Frames:
    """What states and weights share: frames[frame, column] reads values."""

    def __init__(self, name, paths, group):
        self.name, self._group, self._paths = name, group, paths
        self.data = Column(paths, f"report/{group}/data")

    def _mapping(self, name):
        with h5py.File(self._paths[self.data.first_part], "r") as file:
            return file[f"report/{self._group}/mapping/{name}"][:]

    @functools.cached_property
    def start(self):
        """ms, of the first frame."""
        return float(self._mapping("time")[0])

    @functools.cached_property
    def interval(self):
        """ms from frame to frame."""
        return float(self._mapping("time")[2])

    @property
    def unit(self):
        return self.data.unit

    @functools.cached_property
    def times(self):
        """[frames] ms."""
        return self.start + self.interval * np.arange(len(self.data))

    @property
    def shape(self):
        return self.data.shape

    def __len__(self):
        return len(self.data)

    def __getitem__(self, key):
        return self.data[key]

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.data[:], dtype)

    def frame(self, time):
        """Number of the first frame at a time (ms) or later, within what there is."""
        return int(np.clip(np.ceil((time - self.start) / self.interval - 1e-9), 0, len(self)))

    def _describe(self, columns):
        return (f"<{self.name}: {plural(len(self), 'frame')} of {columns}, every {self.interval:.10g} ms from "
                f"{self.start:.10g} ms, in {self.unit or 'no unit'}>")


class State(Frames):
    """One variable of the cells of one population: state[frames, columns] reads values. Cells have one column each, or one for each
    recorded compartment."""

    def __init__(self, name, paths, population):
        super().__init__(name, paths, population)
        self.population = population

    @functools.cached_property
    def ids(self):
        """[columns] 0-based cells within the population."""
        return np.repeat(self._mapping("node_ids").astype(np.int64), np.diff(self._mapping("index_pointers").astype(np.int64)))

    @functools.cached_property
    def compartments(self):
        """[columns] numbers of compartments; 0: the soma, or a cell that has no others."""
        return self._mapping("element_ids").astype(np.int64)

    def __repr__(self):
        cells = len(np.unique(self.ids))
        what = f"{plural(self.shape[1], 'compartment')} of " if cells < self.shape[1] else ""
        return self._describe(f"{what}{plural(cells, 'cell')} of {self.population}")


class Weights(Frames):
    """Weights of synapses of one projection, by target, then source: weights[frames, synapses] reads values."""

    def __init__(self, name, paths, projection):
        super().__init__(name, paths, projection)
        self.projection = projection
        with h5py.File(paths[0], "r") as file:
            mapping = file[f"report/{projection}/mapping"]
            self.source_population, self.target_population = (
                as_text(mapping[end].attrs["node_population"]) for end in ("source_ids", "target_ids"))

    @functools.cached_property
    def source(self):
        """[synapses] 0-based cells."""
        return self._mapping("source_ids").astype(np.int64)

    @functools.cached_property
    def target(self):
        """[synapses] 0-based cells."""
        return self._mapping("target_ids").astype(np.int64)

    @functools.cached_property
    def delay(self):
        """[synapses] ms."""
        return self._mapping("delay")

    def __repr__(self):
        return self._describe(f"{plural(self.shape[1], 'weight')} of {self.projection}")


class Synapses:
    """Those of one projection onto one population, by target, then source."""

    COLUMNS = {"source": "source_node_id", "target": "target_node_id", "weight": "0/syn_weight", "delay": "0/delay"}
    LAST = "0/syn_weight_last"  # of plastic ones

    def __init__(self, group, paths):
        self.group = group
        self._columns = {name: Column(paths, f"edges/{group}/{path}") for name, path in self.COLUMNS.items()}
        with h5py.File(paths[0], "r") as file:
            self.is_plastic = f"edges/{group}/{self.LAST}" in file
            ends = [as_text(file[f"edges/{group}/{path}"].attrs["node_population"])
                    for path in ("source_node_id", "target_node_id")]
        self._columns["last_weight"] = self._columns["weight"]
        if self.is_plastic:
            self._columns["last_weight"] = Column(paths, f"edges/{group}/{self.LAST}")
        self.source_population, self.target_population = ends
        self.projection = group.removeprefix("{}_to_{}_".format(*ends))

    def column(self, name):
        """source, target, weight, last_weight or delay, to be read in pieces."""
        return self._columns[name]

    @functools.cached_property
    def source(self):
        """[n] 0-based cells."""
        return self._columns["source"][:].astype(np.int64)

    @functools.cached_property
    def target(self):
        """[n] 0-based cells."""
        return self._columns["target"][:].astype(np.int64)

    @functools.cached_property
    def weight(self):
        """[n] in weight_unit."""
        return self._columns["weight"][:]

    @functools.cached_property
    def last_weight(self):
        """[n] likewise, at the end of the run."""
        return self._columns["last_weight"][:]

    @functools.cached_property
    def delay(self):
        """[n] ms."""
        return self._columns["delay"][:]

    @property
    def weight_unit(self):
        return self._columns["weight"].unit

    def __len__(self):
        return len(self._columns["source"])

    def __repr__(self):
        return (f"<{self.group}: {plural(len(self), 'synapse')} from {self.source_population} to "
                f"{self.target_population}, weights in {self.weight_unit or 'no unit'}>")


class Positions:
    """Of the cells of one population."""

    def __init__(self, name, paths, axes):
        self.name, self._columns = name, [Column(paths, f"nodes/{name}/0/{axis}") for axis in axes]

    @functools.cached_property
    def values(self):
        """[cells, axes] um."""
        return np.stack([column[:] for column in self._columns], axis=-1)

    def __repr__(self):
        n_cells, n_axes = len(self._columns[0]), len(self._columns)
        return f"<{self.name}: {plural(n_cells, 'cell')} in {plural(n_axes, 'dimension')}>"


class NamedPositions(Named):
    """Positions by population, of which the values are what is asked for."""

    def __getitem__(self, name):
        return super().__getitem__(name).values


class Result:
    """The folder of a run."""

    def __init__(self, folder, temporary=None):
        self.folder, self._temporary = os.fspath(folder), temporary  # which goes with the last that reads from it
        self._parts = find_parts(self.folder)
        known = [name for name in ("report.yml", "used_parameters.yml") if os.path.exists(self.path(name))]
        if not known and not self._parts:
            raise FileNotFoundError(f"{self.folder}: holds no result of loligo")

    def path(self, name):
        return os.path.join(self.folder, name)

    def _yaml(self, name):
        if not os.path.exists(self.path(name)):
            raise NotRecorded(f"{self.path(name)}: is not there: the run goes on or was killed")
        with open(self.path(name)) as file:
            return yaml.safe_load(file)

    @functools.cached_property
    def report(self):
        """report.yml as a mapping."""
        return self._yaml("report.yml")

    @functools.cached_property
    def parameters(self):
        """used_parameters.yml as a mapping: a model that gives the same result again."""
        return self._yaml("used_parameters.yml")

    @property
    def status(self):
        """complete, stopped, failed; unfinished without a report."""
        return self.report["status"] if os.path.exists(self.path("report.yml")) else "unfinished"

    @property
    def in_parts(self):
        """Whether some of it lies in segments: the run is not complete."""
        return any(os.path.basename(os.path.dirname(os.path.dirname(path))) == "segments"
                   for paths in self._parts.values() for path in paths)

    @functools.cached_property
    def cells(self):
        """{population: cells} of the report; empty without one."""
        populations = self.report.get("populations", {}) if self.status in ("complete", "stopped") else {}
        return {name: entry["cells"] for name, entry in populations.items()}

    @functools.cached_property
    def start(self):
        """ms of model time where the run began: 0, or where the other one stood that it began from."""
        return float(self.report.get("began_at_ms", 0)) if self.status != "unfinished" else 0.0

    @functools.cached_property
    def duration(self):
        """ms of model time; without a report, up to the last thing that was recorded."""
        if "model_time_ms" in (self.report if self.status != "unfinished" else {}):
            return float(self.report["model_time_ms"])
        ends = [spikes.last_time for spikes in self.spikes.values()]
        frames = [*self.states.values(), *self.weights.values()]
        return max(ends + [item.start + item.interval * len(item) for item in frames], default=0.0)

    def _named(self, what, items, absent):
        return Named(self.folder, what, items, absent, self._temporary)

    def _groups(self, name, root):
        if name not in self._parts:
            return []
        with h5py.File(self._parts[name][0], "r") as file:
            return list(file.get(root, []))

    @functools.cached_property
    def spikes(self):
        """{population: Spikes}, in the order of the report."""
        paths, names = self._parts.get("spikes.h5"), self._groups("spikes.h5", "spikes")
        names.sort(key=lambda name: (list(self.cells).index(name) if name in self.cells else len(self.cells)))
        items = {name: Spikes(name, paths, self.cells.get(name)) for name in names}
        return self._named("spikes of", items, "no spikes were recorded (record: {spikes: all})")

    @functools.cached_property
    def states(self):
        """{RECORDING.VARIABLE: State}; RECORDING.VARIABLE/POPULATION where a recording has several populations."""
        items = {}
        for file, paths in self._parts.items():
            groups = [] if file.endswith(WEIGHTS) else self._groups(file, "report")
            for population in groups:
                name = file[:-len(".h5")] + (f"/{population}" if len(groups) > 1 else "")
                items[name] = State(name, paths, population)
        return self._named("state", items, "no states were recorded (record: {state: ...})")

    def state(self, recording, variable="V_m", population=None):
        """One State by its names."""
        return self.states[f"{recording}.{variable}" + (f"/{population}" if population else "")]

    @functools.cached_property
    def weights(self):
        """{RECORDING: Weights} of record.weights."""
        items = {file[:-len(WEIGHTS)]: Weights(file[:-len(".h5")], paths, self._groups(file, "report")[0])
                 for file, paths in self._parts.items() if file.endswith(WEIGHTS)}
        return self._named("weights", items, "no weights were recorded (record: {weights: ...})")

    @functools.cached_property
    def synapses(self):
        """{SOURCE_to_TARGET_PROJECTION: Synapses} of edges.h5."""
        items = {name: Synapses(name, self._parts["edges.h5"]) for name in self._groups("edges.h5", "edges")}
        return self._named("synapses", items, "no synapses were recorded (record: {connectivity: [...]})")

    @functools.cached_property
    def positions(self):
        """{population: [cells, axes] um} of nodes.h5, of populations that say where their cells lie."""
        items = {name: Positions(name, self._parts["nodes.h5"], self._groups("nodes.h5", f"nodes/{name}/0"))
                 for name in self._groups("nodes.h5", "nodes")}
        return NamedPositions(self.folder, "positions of", items,
                              "no positions were recorded (populations: {E: {positions: ...}})", self._temporary)

    @property
    def learns(self):
        """Whether it is that of a training."""
        return "training.h5" in self._parts

    @functools.cached_property
    def training(self):
        """How a network learned: Training."""
        missing = {"training.h5", "weights.h5"} - set(self._parts)
        if missing:
            raise NotRecorded(f"{self.folder}: no {sorted(missing)[0]}; a model with the section learning leaves it")
        training = Training(self._parts["training.h5"][0], self._parts["weights.h5"][0])
        training.keep = self._temporary
        return training

    @functools.cached_property
    def provenance(self):
        """{name: value} of where it comes from: model_file, command_line, version, host, ..."""
        for paths in self._parts.values():
            with h5py.File(paths[-1], "r") as file:
                values = {name: item[()] for name, item in file["provenance"].items() if isinstance(item, h5py.Dataset)}
            return {name: as_text(value) if isinstance(value, bytes) else value for name, value in values.items()}
        raise NotRecorded(f"{self.folder}: nothing was recorded, so nothing says where it comes from")

    def to_neo(self):
        """A neo.Block of one segment: a SpikeTrain for each cell, an AnalogSignal for each state."""
        from .neo_blocks import to_neo
        return to_neo(self)

    def __repr__(self):
        begin = f"from {self.start:.10g} to " if self.start else ""
        lines = [f"<Result {self.folder}: {self.status}, {begin}{self.duration:.10g} ms>"]
        for title, named in (("spikes", self.spikes), ("states", self.states), ("weights", self.weights),
                             ("synapses", self.synapses), ("positions", self.positions)):
            lines += [f"{title}:", *("  " + line for line in named.describe(MOST_NAMES))] if named else []
        return "\n".join(lines)


def load(folder):
    """The Result in a folder, whatever became of the run. FileNotFoundError where there is none."""
    return Result(folder)
