/** Values of cells in files, in pieces (network/cell_values.h). Not collective, all of it. */
#ifndef LOLIGO_IO_VALUE_SOURCES_H
#define LOLIGO_IO_VALUE_SOURCES_H

#include "io/yaml/yaml_tree.h"
#include "network/cell_values.h"

struct model_reader;

/** What is read, and how it is called where it is wrong. */
typedef struct value_place {
  const struct model_reader *reader;
  const char *key;  /* of the values */
  tree_node *file;  /* names the file; the path becomes absolute */
  const char *name; /* of the dataset or the column */
  const char *unit; /* of values in memory; those of a column are in it */
} value_place;

/** A source of a dataset of HDF5, or of a column of CSV by the name of the file. What is wrong when it is read for the
 * first time is told at that place, of CSV all wrong lines. INPUT error where the file, or the dataset, is not there;
 * value_source_free() also then. */
loligo_status value_source_open(const value_place *place, value_source *source);

#endif
