#!/usr/bin/python3
"""Checks result files against what readers of SONATA require: check_sonata.py [--float64] FILE_OR_DIRECTORY...

Prints every fault and exits with 1 if there is one. As a module: faults(path) lists them. The demands are those of libsonata, bmtk
and the developer guide (github.com/AllenInstitute/sonata), and of Loligo's own group /provenance.
"""
import glob
import os
import sys

import h5py
import numpy

TEXTS = ["model_file", "used_parameters", "command_line", "version", "revision", "compiler", "mpi", "hdf5", "mpi_io", "host",
         "started"]
SORTING = {"none": 0, "by_id": 1, "by_time": 2}


def is_utf8(dtype):
    info = h5py.check_string_dtype(dtype)
    return info is not None and info.length is None and info.encoding == "utf-8"


def attribute(thing, name):
    """(type, shape, value) of an attribute, or Nones."""
    if name not in thing.attrs:
        return None, None, None
    found = thing.attrs.get_id(name)
    return found.dtype, found.shape, thing.attrs[name]


def check_units(thing, wanted=None):
    dtype, _, value = attribute(thing, "units")
    if dtype is None:
        yield f"{thing.name} has no attribute units"
    elif not is_utf8(dtype):
        yield f"units of {thing.name} is not UTF-8 text of variable length"
    elif wanted is not None and value != wanted or not value:
        yield f"units of {thing.name} is '{value}'"


def check_dataset(group, name, dtype, shape=None):
    """Faults of a dataset that must be there; a None in the shape stands for any number."""
    path = f"{group.name}/{name}"
    if not isinstance(group.get(name), h5py.Dataset):
        yield f"{path} is no dataset"
        return
    found = group[name]
    if found.dtype != dtype:
        yield f"{path} is {found.dtype}, not {dtype}"
    if shape is not None:
        if len(found.shape) != len(shape) or any(b is not None and a != b for a, b in zip(found.shape, shape)):
            yield f"{path} has shape {found.shape}, not {shape}"


def check_root(file):
    for name, shape, wanted in (("magic", (), [0x0A7A]), ("version", (2,), [0, 1])):
        dtype, found, value = attribute(file, name)
        if dtype != numpy.uint32 or found != shape or list(numpy.ravel(value)) != wanted:
            yield f"root attribute {name} is {dtype} {found} {value}"


def check_provenance(file):
    group = file.get("provenance")
    if not isinstance(group, h5py.Group):
        yield "no group /provenance"
        return
    for name in TEXTS:
        if name not in group:
            yield f"/provenance/{name} is missing"
        elif not is_utf8(group[name].dtype):
            yield f"/provenance/{name} is not UTF-8 text of variable length"
    yield from check_dataset(group, "ranks", numpy.int32, ())
    yield from check_dataset(group, "complete", numpy.uint8, ())
    if "complete" in group and group["complete"][()] not in (0, 1):
        yield "/provenance/complete is neither 0 nor 1"


def check_sorting(population):
    dtype, shape, value = attribute(population, "sorting")
    if dtype is None or h5py.check_enum_dtype(dtype) != SORTING or dtype.itemsize != 1 or shape != ():
        yield f"sorting of {population.name} is not the enumeration on uint8"
    elif value != SORTING["by_time"]:
        yield f"sorting of {population.name} is not by_time"


def check_order(times, ids, name):
    later = times[1:] > times[:-1]
    same = (times[1:] == times[:-1]) & (ids[1:] >= ids[:-1])
    if not numpy.all(later | same):
        yield f"{name} is not sorted by time and then by id"
    if len(times) and times[0] <= 0:
        yield f"{name} has a spike at time {times[0]}"


def check_spike_population(population):
    if not isinstance(population, h5py.Group):
        yield f"{population.name} lies directly under /spikes and is no population"
        return
    if set(population) != {"timestamps", "node_ids"}:
        yield f"{population.name} holds {sorted(population)}"
    shapes = [*check_dataset(population, "timestamps", numpy.float64, (None,)),
              *check_dataset(population, "node_ids", numpy.uint64, (None,))]
    yield from shapes
    yield from check_sorting(population)
    if shapes:
        return
    yield from check_units(population["timestamps"], "ms")
    times, ids = population["timestamps"][:], population["node_ids"][:]
    if len(times) != len(ids):
        yield f"{population.name} has {len(times)} times of {len(ids)} spikes"
    else:
        yield from check_order(times, ids, population.name)


def check_node_ids(mapping):
    ids = mapping["node_ids"]
    dtype, shape, value = attribute(ids, "sorted")
    if dtype != numpy.uint8 or shape != () or value != 1:
        yield f"{ids.name} has no attribute sorted = 1 of uint8"
    if not numpy.all(numpy.diff(ids[:].astype(numpy.int64)) > 0):
        yield f"{ids.name} is not ascending"


def check_pointers(mapping, cells, elements):
    pointers = mapping["index_pointers"][:]
    if len(pointers) != cells + 1 or pointers[0] != 0 or pointers[-1] != elements or numpy.any(pointers[1:] < pointers[:-1]):
        yield f"{mapping.name}/index_pointers does not lead from 0 to {elements} in {cells + 1} numbers"
    link = mapping.get("index_pointer", getlink=True) if "index_pointer" in mapping else None
    if not isinstance(link, h5py.HardLink) or mapping["index_pointer"] != mapping["index_pointers"]:
        yield f"{mapping.name}/index_pointer is no hard link to index_pointers"


def check_times(mapping, frames):
    start, stop, step = mapping["time"][:]
    yield from check_units(mapping["time"], "ms")
    if step <= 0 or stop != start + frames * step:
        yield f"{mapping.name}/time ({start}, {stop}, {step}) does not fit {frames} frames"


def check_report_population(population, precision):
    mapping = population.get("mapping")
    if not isinstance(mapping, h5py.Group):
        yield f"{population.name} has no group mapping"
        return
    types = [("node_ids", numpy.uint64), ("index_pointers", numpy.uint64), ("element_ids", numpy.uint32),
             ("element_pos", numpy.float32)]
    missing = [*check_dataset(population, "data", precision, (None, None)),
               *check_dataset(mapping, "time", numpy.float64, (3,))]
    for name, dtype in types:
        missing += check_dataset(mapping, name, dtype, (None,))
    yield from missing
    if missing:
        return
    frames, elements = population["data"].shape
    yield from check_units(population["data"])
    yield from check_node_ids(mapping)
    yield from check_pointers(mapping, len(mapping["node_ids"]), elements)
    yield from check_times(mapping, frames)
    for name in ("element_ids", "element_pos"):
        yield from check_dataset(mapping, name, mapping[name].dtype, (elements,))


def check_edge_population(edges):
    columns = [(name, numpy.uint64) for name in ("source_node_id", "target_node_id", "edge_type_id", "edge_group_id",
                                                 "edge_group_index")]
    columns += [("0/syn_weight", numpy.float64), ("0/delay", numpy.float64)]
    n = edges["target_node_id"].shape[0] if "target_node_id" in edges else None
    broken = [fault for name, dtype in columns for fault in check_dataset(edges, name, dtype, (n,))]
    yield from broken
    if broken:
        return
    ends = []
    for name in ("source_node_id", "target_node_id"):
        dtype, _, value = attribute(edges[name], "node_population")
        ends.append(value)
        if dtype is None or not is_utf8(dtype):
            yield f"{edges.name}/{name} has no attribute node_population of UTF-8 text"
    if not edges.name.startswith(f"/edges/{ends[0]}_to_{ends[1]}_"):
        yield f"{edges.name} does not name its populations {ends}"
    if numpy.any(edges["edge_group_id"][:] != 0) or numpy.any(edges["edge_group_index"][:] != numpy.arange(n)):
        yield f"{edges.name}: edges do not lead to group 0 in order"
    if numpy.any(numpy.diff(edges["target_node_id"][:].astype(numpy.int64)) < 0):
        yield f"{edges.name} is not sorted by target"
    yield from check_units(edges["0/syn_weight"])
    yield from check_units(edges["0/delay"], "ms")


def check_node_population(nodes):
    columns = [(name, numpy.uint64) for name in ("node_id", "node_type_id", "node_group_id", "node_group_index")]
    axes = [axis for axis in "xyz" if f"0/{axis}" in nodes]
    columns += [(f"0/{axis}", numpy.float64) for axis in axes]
    n = nodes["node_id"].shape[0] if "node_id" in nodes else None
    broken = [fault for name, dtype in columns for fault in check_dataset(nodes, name, dtype, (n,))]
    yield from broken
    if broken:
        return
    if axes not in (["x", "y"], ["x", "y", "z"]):
        yield f"{nodes.name} has the axes {axes}"
    if numpy.any(nodes["node_id"][:] != numpy.arange(n)) or numpy.any(nodes["node_group_index"][:] != numpy.arange(n)):
        yield f"{nodes.name}: nodes do not lead to group 0 in order"
    for axis in axes:
        yield from check_units(nodes[f"0/{axis}"], "um")


def check_content(file, precision):
    kinds = [kind for kind in ("spikes", "report", "edges", "nodes") if kind in file]
    if len(kinds) != 1:
        yield f"holds {kinds}, not one of spikes, report, edges, nodes"
        return
    children = [file[kinds[0]][name] for name in file[kinds[0]]]
    if not children:
        yield f"/{kinds[0]} is empty"
    if kinds[0] == "report" and len(children) != 1:
        yield "a report is of one population"
    for child in children:
        if kinds[0] == "spikes":
            yield from check_spike_population(child)
        elif kinds[0] == "report":
            yield from check_report_population(child, precision)
        elif kinds[0] == "edges":
            yield from check_edge_population(child)
        else:
            yield from check_node_population(child)


def faults(path, precision="float32"):
    """All faults of one file, as text; `precision` is that of the frames of a report."""
    try:
        with h5py.File(path, "r") as file:
            return [*check_root(file), *check_provenance(file), *check_content(file, numpy.dtype(precision))]
    except OSError as error:
        return [f"cannot be opened: {error}"]


def main():
    arguments = [a for a in sys.argv[1:] if a != "--float64"]
    precision = "float64" if "--float64" in sys.argv else "float32"
    paths = [p for a in arguments for p in (sorted(glob.glob(a + "/*.h5")) if os.path.isdir(a) else [a])]
    found = [f"{path}: {fault}" for path in paths for fault in faults(path, precision)]
    print("\n".join(found) if found else f"{len(paths)} files are good")
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
