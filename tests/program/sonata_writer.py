"""Writes small circuits in the SONATA format, in the variants that are found."""
import csv
import json
import os

import h5py
import numpy as np

TEXT = h5py.string_dtype()


def write_json(path, content):
    with open(path, "w") as file:
        json.dump(content, file, indent=1)
    return path


def write_types(path, rows):
    """A table of types: mappings with the same keys; None is written as NULL."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, delimiter=" ", lineterminator="\n")
        writer.writerow(rows[0].keys())
        writer.writerows([["NULL" if v is None else v for v in row.values()] for row in rows])
    return path


def write_nodes(path, populations, order=None):
    """populations: {name: (type ids, group ids, {group: {attribute: values}})}; `order` of rows, by node."""
    with h5py.File(path, "w") as file:
        for name, (types, groups, attributes) in populations.items():
            n = len(types)
            rows = np.arange(n) if order is None else np.asarray(order)
            group = file.create_group(f"nodes/{name}")
            index = np.array([list(groups[:i]).count(groups[i]) for i in range(n)])
            group["node_id"] = np.arange(n, dtype=np.uint64)[rows]
            group["node_type_id"] = np.array(types, dtype=np.int64)[rows]
            group["node_group_id"] = np.array(groups, dtype=np.uint32)[rows]
            group["node_group_index"] = index.astype(np.uint64)[rows]
            for number, columns in attributes.items():
                for key, values in columns.items():
                    group[f"{number}/{key}"] = values
    return path


def index_by(ids, n):
    """(node_id_to_range, range_to_edge_id) of edges by one of their ends."""
    ranges, of_node = [], []
    for node in range(n):
        first = len(ranges)
        for edge in np.flatnonzero(ids == node):
            if len(ranges) > first and ranges[-1][1] == edge:
                ranges[-1][1] = edge + 1
            else:
                ranges.append([edge, edge + 1])
        of_node.append([first, len(ranges)])
    return np.array(of_node, dtype=np.uint64).reshape(-1, 2), np.array(ranges, dtype=np.uint64).reshape(-1, 2)


def write_edges(path, name, ends, sources, targets, types, groups=None, attributes=None, n_targets=0, fixed_text=False):
    """One population of edges between ends = (source, target); without groups all columns are of group 0, in order."""
    with h5py.File(path, "w") as file:
        group = file.create_group(f"edges/{name}")
        for key, ids, end in (("source_node_id", sources, ends[0]), ("target_node_id", targets, ends[1])):
            group[key] = np.array(ids, dtype=np.uint64)
            group[key].attrs["node_population"] = np.bytes_(end) if fixed_text else end
        group["edge_type_id"] = np.array(types, dtype=np.uint32)
        if groups is not None:
            group["edge_group_id"] = np.array(groups, dtype=np.uint16)
            group["edge_group_index"] = np.array([list(groups[:i]).count(groups[i]) for i in range(len(groups))])
        for number, columns in (attributes or {0: {}}).items():
            group.require_group(str(number))
            for key, values in columns.items():
                group[f"{number}/{key}"] = values
        if n_targets:
            of_node, ranges = index_by(np.array(targets), n_targets)
            group["indices/target_to_source/node_id_to_range"] = of_node
            group["indices/target_to_source/range_to_edge_id"] = ranges
    return path


def write_spikes(path, trains, layout="populations"):
    """trains: {population: (times, ids)}; layout: populations, flat (of the only one) or csv."""
    if layout == "csv":
        with open(path, "w") as file:
            file.write("timestamps population node_ids\n")
            for name, (times, ids) in trains.items():
                file.writelines(f"{t} {name} {i}\n" for t, i in zip(times, ids))
        return path
    with h5py.File(path, "w") as file:
        for name, (times, ids) in trains.items():
            group = file.create_group("spikes" if layout == "flat" else f"spikes/{name}")
            group.attrs["sorting"] = "by_gid" if layout == "flat" else "none"
            group["timestamps"] = np.array(times, dtype=np.float64)
            group["gids" if layout == "flat" else "node_ids"] = np.array(ids, dtype=np.uint64)
            if layout != "flat":
                group["timestamps"].attrs["units"] = "ms"
    return path


def write_config(folder, nodes, edges, inputs, **sections):
    """circuit_config.json and simulation_config.json of files that lie in the folder; returns the latter."""
    write_json(os.path.join(folder, "circuit_config.json"), {
        "manifest": {"$NETWORK_DIR": "./network", "$COMPONENTS": "$NETWORK_DIR/../components"},
        "components": {"point_neuron_models_dir": "$COMPONENTS/cells", "synaptic_models_dir": "${COMPONENTS}/synapses"},
        "networks": {"nodes": [{"nodes_file": f"$NETWORK_DIR/{h}", "node_types_file": f"$NETWORK_DIR/{c}"}
                               for h, c in nodes],
                     "edges": [{"edges_file": f"$NETWORK_DIR/{h}", "edge_types_file": f"$NETWORK_DIR/{c}"}
                               for h, c in edges]}})
    return write_json(os.path.join(folder, "simulation_config.json"), {
        "manifest": {"$BASE_DIR": "${configdir}", "$OUTPUT_DIR": "$BASE_DIR/output"},
        "run": {"tstop": 300.0, "dt": 0.1, "dL": 20.0, "spike_threshold": -15},
        "target_simulator": "NEST",
        "network": "$BASE_DIR/circuit_config.json",
        "inputs": inputs,
        "output": {"output_dir": "$OUTPUT_DIR", "spikes_file": "spikes.h5", "spikes_sort_order": "time"},
        **sections})


def make_folders(folder):
    for name in ("network", "components/cells", "components/synapses"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
