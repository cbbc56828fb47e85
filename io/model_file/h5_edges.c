/*
 * The file is open while it is read only: a model may name many.
 */
#include "io/model_file/h5_edges.h"

#include <stddef.h>

#include "base/least.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/hdf5/h5.h"
#include "io/model_file/decode.h"
#include "io/model_file/named_column.h"
#include "io/model_file/read.h"

typedef struct edges_section {
  const char *file, *edges;
} edges_section;

static const loligo_param edges_rows[] = {
    {"file", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "HDF5, relative to the model file",
     offsetof(edges_section, file)},
    {"edges", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL, "the group below /edges",
     offsetof(edges_section, edges)},
};
static const loligo_param_table edges_table = {edges_rows, sizeof edges_rows / sizeof *edges_rows};

enum { SOURCES, TARGETS, WEIGHTS, DELAYS, EDGE_COLUMNS };
static const char *const COLUMN_NAMES[EDGE_COLUMNS] = {"source_node_id", "target_node_id", "0/syn_weight", "0/delay"};

bool h5_edges_are(const tree_node *node)
{
  return node->kind == TREE_MAPPING || (node->text && text_ends(node->text, ".h5"));
}

/* Edges of one group, read in pieces. */
typedef struct edge_group {
  h5_source source;
  bool is_again; /* it was read before, and nobody waits for mistakes any more */
  char paths[EDGE_COLUMNS][H5_PATH_SIZE];
  named_column columns[EDGE_COLUMNS]; /* open while edges are read */
  const char *unit;                   /* of weights */
  uint64_t n, at;
  union {
    double *values;
    uint64_t *ids;
  } numbers; /* [room] scratch of one column */
  size_t room;
} edge_group;

static loligo_status open_columns(edge_group *group)
{
  const h5_source *source = &group->source;
  for (int c = 0; c < EDGE_COLUMNS; c++) {
    named_column_close(&group->columns[c]);
    LOLIGO_TRY(c < WEIGHTS ? named_column_open_ids(&group->columns[c], source, group->paths[c])
                           : named_column_open(&group->columns[c], source, group->paths[c]));
  }
  return LOLIGO_OK;
}

static void close_columns(edge_group *group)
{
  for (int c = 0; c < EDGE_COLUMNS; c++) named_column_close(&group->columns[c]);
  h5_reader_close(&group->source.reader);
  group->source.reader.file = -1;
}

/* Opens the columns, which are equally long. */
static loligo_status measure(edge_group *group)
{
  LOLIGO_TRY(open_columns(group));
  group->n = named_column_length(&group->columns[SOURCES]);
  for (int c = 0; c < EDGE_COLUMNS; c++) {
    const uint64_t n = named_column_length(&group->columns[c]);
    if (n != group->n)
      return tree_fail(group->source.node->mark, "%s: %s has %llu values for %llu edges", group->source.name,
                       group->paths[c], (unsigned long long)n, (unsigned long long)group->n);
  }
  return LOLIGO_OK;
}

/* While the model file is read, mistakes are kept with the others. */
static loligo_status keep_mistake(const edge_group *group, loligo_status status)
{
  return group->source.node ? mistakes_keep_told(status) : status;
}

static loligo_status begin_group(void *self)
{
  edge_group *group = self;
  group->at = 0;
  if (group->is_again) group->source.node = NULL;
  if (group->source.reader.file < 0) LOLIGO_TRY(h5_reader_open(&group->source.reader, group->source.name));
  const loligo_status status = group->is_again ? open_columns(group) : keep_mistake(group, measure(group));
  group->is_again = true;
  return status;
}

static loligo_status read_edges(const edge_group *group, loligo_edge *edges, size_t n)
{
  const named_column *columns = group->columns;
  double *values = group->numbers.values;
  uint64_t *ids = group->numbers.ids;
  LOLIGO_TRY(named_column_read_ids(&columns[SOURCES], group->at, n, ids));
  for (size_t e = 0; e < n; e++) edges[e].source = ids[e];
  LOLIGO_TRY(named_column_read_ids(&columns[TARGETS], group->at, n, ids));
  for (size_t e = 0; e < n; e++) edges[e].target = ids[e];
  LOLIGO_TRY(named_column_read(&columns[WEIGHTS], group->unit, group->at, n, values));
  for (size_t e = 0; e < n; e++) edges[e].weight = values[e];
  LOLIGO_TRY(named_column_read(&columns[DELAYS], "ms", group->at, n, values));
  for (size_t e = 0; e < n; e++) edges[e].delay = values[e];
  return LOLIGO_OK;
}

static loligo_status next_of_group(void *self, size_t room, loligo_edge *edges, size_t *n)
{
  edge_group *group = self;
  *n = least(room, group->n - group->at);
  if (*n == 0) {
    close_columns(group);
    return LOLIGO_OK;
  }
  LOLIGO_TRY(memory_grow((void **)&group->numbers.values, &group->room, room, sizeof(double), "an edge list"));
  LOLIGO_TRY(keep_mistake(group, read_edges(group, edges, *n)));
  group->at += *n;
  return LOLIGO_OK;
}

static void free_group(void *self)
{
  edge_group *group = self;
  close_columns(group);
  memory_free(group->numbers.values);
  memory_free(group);
}

static loligo_status add_name(void *names, const char *name)
{
  char *copy = memory_string(name);
  if (!copy) return LOLIGO_MACHINE_ERROR;
  fault_names *known = names;
  const size_t n = known->n;
  fault_names_add(known, copy);
  if (known->n == n) memory_free(copy);
  return LOLIGO_OK;
}

/* Says which groups there are. */
static loligo_status fail_unknown_group(const h5_source *source, const char *group)
{
  fault_names names = {.n = 0};
  loligo_status status = read_blame_file(source->node, h5_read_children(&source->reader, "/edges", add_name, &names));
  if (status == LOLIGO_OK)
    status = tree_locate(source->node->mark, source->name, fault_unknown("group of /edges", group, &names));
  for (size_t i = 0; i < names.n; i++) memory_free((void *)names.name[i]);
  return status;
}

static loligo_status open_group(const model_reader *reader, tree_node *file, const char *key, const char *name,
                                edge_group *group)
{
  bool found = false;
  char path[H5_PATH_SIZE];
  h5_path(path, "/edges/%s", name);
  for (int c = 0; c < EDGE_COLUMNS; c++) h5_path(group->paths[c], "%s/%s", path, COLUMN_NAMES[c]);
  LOLIGO_TRY(h5_source_open(reader, file, key, &group->source));
  LOLIGO_TRY(read_blame_file(file, h5_find(&group->source.reader, path, &found)));
  return found ? LOLIGO_OK : fail_unknown_group(&group->source, name);
}

loligo_status h5_edges_open(const model_reader *reader, tree_node *node, const char *name, const char *unit,
                            edge_source *edges)
{
  edges_section section = {0};
  tree_node *file = node;
  if (node->kind == TREE_MAPPING) {
    LOLIGO_TRY(decode_section("an explicit list", edges_table, node, &section));
    file = decode_child(node, edges_table, offsetof(edges_section, file));
  }
  if (!section.edges && !name)
    return tree_fail(node->mark, "%s: name the edges, as {file: edges.h5, edges: E_to_I_name}", node->key);
  edge_group *group = memory_allocate(1, sizeof *group, "an edge list");
  if (!group) return LOLIGO_MACHINE_ERROR;
  group->source.reader.file = -1;
  for (int c = 0; c < EDGE_COLUMNS; c++) group->columns[c] = named_column_closed;
  group->unit = unit;
  *edges = (edge_source){
      .self = group, .name = group->source.name, .begin = begin_group, .next = next_of_group, .free = free_group};
  const loligo_status status = open_group(reader, file, node->key, section.edges ? section.edges : name, group);
  if (status != LOLIGO_OK) edge_source_free(edges);
  return status;
}
