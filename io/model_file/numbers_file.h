/**
 * Numbers in the datasets of HDF5 files in place of values in the model file. The files are not trusted: what is not as
 * it must be is told with file and dataset, at the place that names it. Not collective, all of it.
 */
#ifndef LOLIGO_IO_NUMBERS_FILE_H
#define LOLIGO_IO_NUMBERS_FILE_H

#include "io/model_file/decode.h"
#include "io/yaml/yaml_tree.h"
#include "loligo/distribution.h"
#include "network/edge_list.h"

struct model_reader;

/** Any number of values will do: what says how many cells there are is wrong, or several populations are meant, and a
 * list is refused (read_fail_several()). */
#define NUMBERS_ANY UINT64_MAX

/** Who reads values for whom. */
typedef struct numbers_wanted {
  const struct model_reader *reader;
  uint64_t cells; /* that want one each, or NUMBERS_ANY */
} numbers_wanted;

/**
 * What reads {file: ..., dataset: ...}: a value for each cell, or as many as there are for a list, in the unit that the
 * dataset names or else in the base unit; of a file NAME.csv the column of that name. The path becomes absolute. INPUT
 * error: no such dataset, numbers of another class, more axes than one, another number of them, one that is not finite
 * or out of the row's range.
 */
decode_source numbers_source(const numbers_wanted *wanted);

/** Whether what stands for a list of edges is FILE.h5, or {file: ..., edges: ...}. */
bool numbers_are_edges(const tree_node *node);

/**
 * A source of the edges of `/edges/NAME` as the results hold them; what is wrong with the file is kept as a mistake
 * (base/mistakes.h) when it is read for the first time.
 *
 * @param node   its path becomes absolute
 * @param name   of the group, where the node does not name one; NULL: it must
 * @param unit   of the weights in memory; delays are in ms; outlives the source
 * @return       INPUT error where the file or the group is not there
 */
loligo_status numbers_file_edges(const struct model_reader *reader, tree_node *node, const char *name, const char *unit,
                                 edge_source *edges);

#endif
