/**
 * What samples to learn from are read from, or made by: what stands behind `format` in an entry of `data`. A format is
 * one file in io/data and one line in its registry.c. Not collective, all of it.
 */
#ifndef LOLIGO_IO_DATA_FORMAT_H
#define LOLIGO_IO_DATA_FORMAT_H

#include <stdint.h>

#include "base/registry.h"
#include "io/model_file/decode.h"
#include "io/yaml/yaml_tree.h"
#include "learn/dataset.h"
#include "loligo/param.h"

struct model_reader;

/** An entry in `data` that is right as far as its tables say. */
typedef struct data_request {
  const struct model_reader *reader;
  tree_node *entry;      /* paths in it become absolute */
  const decoded *values; /* [keys of the format] */
  uint64_t limit;        /* of samples; 0: none */
} data_request;

typedef struct data_format {
  const char *name, *summary;
  loligo_param_table keys; /* beside those of every entry (sections.h) */

  /**
   * Fills a set that has a name with n, n_values, and with values or events and labels or targets; the rest follows
   * from what all entries have. What it has made is freed by the caller, also after a failure.
   *
   * @return  INPUT with the place of a key, and of what is wrong in a file the place there; MACHINE without memory
   */
  loligo_status (*read)(const data_request *request, dataset *set);
} data_format;

REGISTRY_OF(data_format);

/* What formats share. */

/** How many samples of n are wanted: as many as the limit says. INPUT where there are fewer. */
loligo_status data_limit(const data_request *request, uint64_t n, uint64_t *wanted);

/** Allocates one of a set's arrays of rows. MACHINE without memory, also for more than can be counted. */
loligo_status data_allocate(void **array, uint64_t n_rows, uint64_t n_columns, size_t element_size);

/** The key's node where it is a scalar, or a child of its list. */
tree_node *data_item(tree_node *node, size_t i);

/** How many there are. INPUT for a mapping, or an empty list. */
loligo_status data_items(const char *key, tree_node *node, size_t *n);

#endif
