/** Edges of HDF5 files, in pieces. Not collective, all of it. */
#ifndef LOLIGO_IO_H5_EDGES_H
#define LOLIGO_IO_H5_EDGES_H

#include <stdbool.h>

#include "io/yaml/yaml_tree.h"
#include "network/edge_list.h"

struct model_reader;

/** Whether what stands for a list of edges is FILE.h5, or {file: ..., edges: ...}. */
bool h5_edges_are(const tree_node *node);

/**
 * A source of the edges of `/edges/NAME` as the results hold them; what is wrong with the file is kept as a mistake
 * (base/mistakes.h) when it is read for the first time.
 *
 * @param node   its path becomes absolute
 * @param name   of the group, where the node does not name one; NULL: it must
 * @param unit   of the weights in memory; delays are in ms; outlives the source
 * @return       INPUT error where the file or the group is not there
 */
loligo_status h5_edges_open(const struct model_reader *reader, tree_node *node, const char *name, const char *unit,
                            edge_source *edges);

#endif
