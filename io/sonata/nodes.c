/*
 * Datasets that are as long as a population are read at once: a network keeps as much of each cell.
 */
#include "io/sonata/nodes.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_column.h"

enum { MESSAGE_BYTES = 1024 };

static const char WHAT[] = "nodes";

loligo_status nodes_blame_file(loligo_status status)
{
  char message[MESSAGE_BYTES];
  if (status != LOLIGO_MACHINE_ERROR) return status;
  fault_take_message(message, sizeof message);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s", message);
}

static void free_population(node_population *nodes)
{
  memory_free(nodes->name);
  memory_free(nodes->type);
  memory_free(nodes->group);
  memory_free(nodes->row);
}

void nodes_free(node_populations *populations)
{
  for (size_t i = 0; i < populations->n; i++) free_population(&populations->items[i]);
  memory_free(populations->items);
  *populations = (node_populations){0};
}

const node_population *nodes_find(const node_populations *populations, const char *name)
{
  for (size_t i = 0; i < populations->n; i++)
    if (strcmp(populations->items[i].name, name) == 0) return &populations->items[i];
  return NULL;
}

/* -- datasets of a population -- */

/* A population whose file is open. */
typedef struct open_nodes {
  node_population *nodes;
  h5_reader reader;
  uint64_t *ids;    /* [nodes->n] of the rows of the file */
  uint64_t *values; /* [nodes->n] of a dataset */
} open_nodes;

static void dataset_path(const node_population *nodes, const char *dataset, char path[H5_PATH_SIZE])
{
  h5_path(path, "/nodes/%s/%s", nodes->name, dataset);
}

static loligo_status fail_at(const node_population *nodes, const char *dataset, uint64_t row, const char *why)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: /nodes/%s/%s[%" PRIu64 "] %s", nodes->path, nodes->name, dataset, row,
                     why);
}

/* Reads a dataset of ids, a row for each node. */
static loligo_status read_ids(open_nodes *open, const char *dataset, uint64_t *ids)
{
  char path[H5_PATH_SIZE];
  h5_numbers column = H5_COLUMN_CLOSED;
  const uint64_t n = open->nodes->n;
  dataset_path(open->nodes, dataset, path);
  loligo_status status = nodes_blame_file(h5_ids_open(&column, &open->reader, path));
  if (status == LOLIGO_OK && column.extent[0] != n)
    status = loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s has %" PRIu64 " values for %" PRIu64 " nodes", open->nodes->path,
                         path, column.extent[0], n);
  if (status == LOLIGO_OK) status = nodes_blame_file(h5_ids_read(&column, 0, n, ids));
  h5_numbers_close(&column);
  return status;
}

static loligo_status has_dataset(const open_nodes *open, const char *dataset, bool *found)
{
  char path[H5_PATH_SIZE];
  dataset_path(open->nodes, dataset, path);
  return nodes_blame_file(h5_find(&open->reader, path, found));
}

static loligo_status count_nodes(open_nodes *open)
{
  char path[H5_PATH_SIZE];
  h5_numbers column = H5_COLUMN_CLOSED;
  dataset_path(open->nodes, "node_type_id", path);
  const loligo_status status = nodes_blame_file(h5_ids_open(&column, &open->reader, path));
  open->nodes->n = column.extent[0];
  h5_numbers_close(&column);
  LOLIGO_TRY(status);
  if (open->nodes->n < UINT32_MAX) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s has more than 2^32 nodes", open->nodes->path, path);
}

/* -- reading a population -- */

/* Ids must be 0 ... n - 1, in any order. Counts in `seen`, [n] zeros. */
static loligo_status check_ids(const open_nodes *open, uint32_t *seen)
{
  const node_population *nodes = open->nodes;
  for (uint64_t i = 0; i < nodes->n; i++) {
    if (open->ids[i] >= nodes->n) return fail_at(nodes, "node_id", i, "is not below the number of nodes");
    if (seen[open->ids[i]]++) return fail_at(nodes, "node_id", i, "is there twice");
  }
  memset(seen, 0, nodes->n * sizeof *seen);
  return LOLIGO_OK;
}

/* Without ids a row is its node's. */
static loligo_status read_order(open_nodes *open)
{
  bool found;
  for (uint64_t i = 0; i < open->nodes->n; i++) open->ids[i] = i;
  LOLIGO_TRY(has_dataset(open, "node_id", &found));
  if (!found) return LOLIGO_OK;
  LOLIGO_TRY(read_ids(open, "node_id", open->ids));
  return check_ids(open, open->nodes->type);
}

static loligo_status read_types(open_nodes *open)
{
  const node_population *nodes = open->nodes;
  uint64_t last = 0;
  size_t row = TYPES_NONE;
  LOLIGO_TRY(read_ids(open, "node_type_id", open->values));
  for (uint64_t i = 0; i < nodes->n; i++) {
    if (row == TYPES_NONE || open->values[i] != last) row = types_find(nodes->types, open->values[i]);
    if (row == TYPES_NONE)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: /nodes/%s/node_type_id[%" PRIu64 "] is %" PRIu64 ", which %s lacks",
                         nodes->path, nodes->name, i, open->values[i], nodes->types->path);
    last = open->values[i];
    nodes->type[open->ids[i]] = (uint32_t)row;
  }
  return LOLIGO_OK;
}

static loligo_status read_groups(open_nodes *open)
{
  bool has_group, has_row;
  node_population *nodes = open->nodes;
  LOLIGO_TRY(has_dataset(open, "node_group_id", &has_group));
  LOLIGO_TRY(has_dataset(open, "node_group_index", &has_row));
  if (!has_group || !has_row) return LOLIGO_OK;
  nodes->group = memory_allocate(nodes->n, sizeof *nodes->group, WHAT);
  nodes->row = memory_allocate(nodes->n, sizeof *nodes->row, WHAT);
  if (!nodes->group || !nodes->row) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(read_ids(open, "node_group_id", open->values));
  for (uint64_t i = 0; i < nodes->n; i++) {
    if (open->values[i] >= NODES_MOST_GROUPS) return fail_at(nodes, "node_group_id", i, "is too large");
    nodes->group[open->ids[i]] = (uint32_t)open->values[i];
  }
  LOLIGO_TRY(read_ids(open, "node_group_index", open->values));
  for (uint64_t i = 0; i < nodes->n; i++) nodes->row[open->ids[i]] = open->values[i];
  return LOLIGO_OK;
}

static loligo_status read_all(open_nodes *open)
{
  node_population *nodes = open->nodes;
  LOLIGO_TRY(count_nodes(open));
  nodes->type = memory_allocate(nodes->n, sizeof *nodes->type, WHAT);
  open->ids = memory_allocate(nodes->n, sizeof *open->ids, WHAT);
  open->values = memory_allocate(nodes->n, sizeof *open->values, WHAT);
  if (!nodes->type || !open->ids || !open->values) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(read_order(open));
  LOLIGO_TRY(read_types(open));
  return read_groups(open);
}

/* -- the populations of a file -- */

typedef struct addition {
  node_populations *populations;
  const char *path;
  const type_table *types;
  const h5_reader *reader;
} addition;

static loligo_status add_population(void *self, const char *name)
{
  addition *adding = self;
  node_populations *all = adding->populations;
  if (nodes_find(all, name))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: the population '%s' is in another file already", adding->path, name);
  LOLIGO_TRY(memory_grow((void **)&all->items, &all->capacity, all->n + 1, sizeof *all->items, WHAT));
  node_population *nodes = &all->items[all->n++];
  *nodes = (node_population){.name = memory_string(name), .path = adding->path, .types = adding->types};
  if (!nodes->name) return LOLIGO_MACHINE_ERROR;
  open_nodes open = {.nodes = nodes, .reader = *adding->reader};
  const loligo_status status = read_all(&open);
  memory_free(open.ids);
  memory_free(open.values);
  return status;
}

loligo_status nodes_add(node_populations *populations, const char *path, const type_table *types)
{
  h5_reader reader;
  addition adding = {populations, path, types, &reader};
  LOLIGO_TRY(nodes_blame_file(h5_reader_open(&reader, path)));
  const size_t before = populations->n;
  loligo_status status = nodes_blame_file(h5_read_children(&reader, "/nodes", add_population, &adding));
  h5_reader_close(&reader);
  if (status == LOLIGO_OK && populations->n == before)
    status = loligo_fail(LOLIGO_INPUT_ERROR, "%s: /nodes holds no population", path);
  return status;
}

/* -- attributes -- */

/* The numbers of an attribute in one group. */
typedef struct group_column {
  double *values; /* [n] NULL: the group has no such attribute */
  uint64_t n;
} group_column;

static loligo_status read_column(const node_population *nodes, const h5_reader *reader, const char *path,
                                 group_column *column)
{
  h5_numbers numbers = H5_COLUMN_CLOSED;
  loligo_status status = nodes_blame_file(h5_column_open(&numbers, reader, path));
  if (status == LOLIGO_OK && numbers.extent[0] > nodes->n)
    status = loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s has more values than there are nodes", nodes->path, path);
  if (status == LOLIGO_OK) {
    column->n = numbers.extent[0];
    column->values = memory_allocate(column->n, sizeof *column->values, WHAT);
    status = column->values ? nodes_blame_file(h5_column_read(&numbers, 0, column->n, column->values))
                            : LOLIGO_MACHINE_ERROR;
  }
  h5_numbers_close(&numbers);
  return status;
}

static loligo_status take_column(const node_population *nodes, uint32_t group, const char *own,
                                 const group_column *column, double *values)
{
  for (uint64_t i = 0; i < nodes->n; i++) {
    if (nodes->group[i] != group) continue;
    const char *fault = nodes->row[i] >= column->n                 ? "has no such row"
                        : !isfinite(column->values[nodes->row[i]]) ? "is no finite number"
                                                                   : NULL;
    if (fault)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: /nodes/%s/%u/%s[%" PRIu64 "], of node %" PRIu64 ", %s", nodes->path,
                         nodes->name, group, own, nodes->row[i], i, fault);
    values[i] = column->values[nodes->row[i]];
  }
  return LOLIGO_OK;
}

/* The group behind `group` among those that nodes have; false behind the last. */
static bool next_group(const node_population *nodes, int64_t *group)
{
  int64_t next = INT64_MAX;
  for (uint64_t i = 0; nodes->group && i < nodes->n; i++)
    if (nodes->group[i] > *group && nodes->group[i] < next) next = nodes->group[i];
  *group = next;
  return next < INT64_MAX;
}

/* Numbers of the nodes' own, group by group; without `values` only whether there are any. */
static loligo_status read_own(const node_population *nodes, const char *own, double *values, bool *any)
{
  h5_reader reader;
  loligo_status status = LOLIGO_OK;
  *any = false;
  if (!nodes->group) return LOLIGO_OK;
  LOLIGO_TRY(nodes_blame_file(h5_reader_open(&reader, nodes->path)));
  for (int64_t group = -1; status == LOLIGO_OK && next_group(nodes, &group);) {
    char path[H5_PATH_SIZE];
    bool found = false;
    group_column column = {0};
    h5_path(path, "/nodes/%s/%" PRId64 "/%s", nodes->name, group, own);
    status = nodes_blame_file(h5_find(&reader, path, &found));
    *any = *any || found;
    if (status == LOLIGO_OK && found && values) status = read_column(nodes, &reader, path, &column);
    if (status == LOLIGO_OK && column.values) status = take_column(nodes, (uint32_t)group, own, &column, values);
    memory_free(column.values);
  }
  h5_reader_close(&reader);
  return status;
}

loligo_status nodes_have(const node_population *nodes, const char *own, bool *found)
{
  return read_own(nodes, own, NULL, found);
}

loligo_status nodes_numbers(const node_population *nodes, const char *own, const char *column, double *values)
{
  bool any;
  double *of_type = memory_allocate(nodes->types->n, sizeof *of_type, WHAT);
  if (!of_type) return LOLIGO_MACHINE_ERROR;
  loligo_status status = LOLIGO_OK;
  for (size_t row = 0; row < nodes->types->n && status == LOLIGO_OK; row++) {
    of_type[row] = NAN;
    if (column) status = types_number(nodes->types, row, column, &of_type[row]);
  }
  for (uint64_t i = 0; i < nodes->n && status == LOLIGO_OK; i++) values[i] = of_type[nodes->type[i]];
  memory_free(of_type);
  LOLIGO_TRY(status);
  return read_own(nodes, own, values, &any);
}

loligo_status nodes_own_names(const node_population *nodes, const char *below,
                              loligo_status (*visit)(void *self, const char *name), void *self)
{
  h5_reader reader;
  loligo_status status = LOLIGO_OK;
  if (!nodes->group) return LOLIGO_OK;
  LOLIGO_TRY(nodes_blame_file(h5_reader_open(&reader, nodes->path)));
  for (int64_t group = -1; status == LOLIGO_OK && next_group(nodes, &group);) {
    char path[H5_PATH_SIZE];
    bool found;
    h5_path(path, "/nodes/%s/%" PRId64 "/%s", nodes->name, group, below);
    status = nodes_blame_file(h5_find(&reader, path, &found));
    if (status == LOLIGO_OK && found) status = nodes_blame_file(h5_read_children(&reader, path, visit, self));
  }
  h5_reader_close(&reader);
  return status;
}
