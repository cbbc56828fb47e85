/**
 * Numbers along one axis of an HDF5 file that a model file names, read in pieces. The files are not trusted: what is
 * not as it must be is told with file and dataset, at the place that names it. Not collective, all of it.
 */
#ifndef LOLIGO_IO_NAMED_COLUMN_H
#define LOLIGO_IO_NAMED_COLUMN_H

#include <limits.h>

#include "io/hdf5/h5_read.h"
#include "io/yaml/yaml_tree.h"

struct model_reader;

/** An open file. */
typedef struct h5_source {
  const tree_node *node; /* that names it; NULL once the model file is read: nothing is blamed on that any more */
  h5_reader reader;
  char name[PATH_MAX]; /* as opened */
} h5_source;

/** Opens the file that a scalar names, which becomes its absolute path; h5_reader_close() its reader. `key` is for
 * messages. */
loligo_status h5_source_open(const struct model_reader *reader, tree_node *node, const char *key, h5_source *source);

/** Numbers of 8 bytes, of which doubles can hold any. */
typedef struct named_column {
  const h5_source *source;
  h5_numbers open;
  char *unit; /* that the dataset names; NULL: none; owned */
} named_column;

/** One that is not open. */
extern const named_column named_column_closed;

/** Opens numbers of whatever class; or whole ones from 0 on. named_column_close() also after a failure. INPUT error: no
 * such dataset, numbers of another class, more axes than one. */
loligo_status named_column_open(named_column *column, const h5_source *source, const char *dataset);
loligo_status named_column_open_ids(named_column *column, const h5_source *source, const char *dataset);

/** Allowed where it is not open. */
void named_column_close(named_column *column);

/** How many numbers there are. */
uint64_t named_column_length(const named_column *column);

/** Reads n numbers from row `first` on, in `unit` where the dataset has one; or as they are. */
loligo_status named_column_read(const named_column *column, const char *unit, uint64_t first, uint64_t n,
                                double *values);
loligo_status named_column_read_ids(const named_column *column, uint64_t first, uint64_t n, uint64_t *values);

#endif
