/*
 * All numbers of a dataset are read at once, edges in pieces, by rank 0 alone; of what they are a hash is kept, so that
 * a run goes on only with the same.
 */
#include "io/model_file/numbers_file.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "base/param.h"
#include "base/text.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_column.h"
#include "io/hdf5/h5_read.h"
#include "io/model_file/csv.h"
#include "io/model_file/read.h"
#include "io/model_file/units.h"

typedef struct values_section {
  const char *file, *dataset;
} values_section;

typedef struct edges_section {
  const char *file, *edges;
} edges_section;

static const loligo_param values_rows[] = {
    {"file", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "HDF5, or CSV with a header, relative to the model file", offsetof(values_section, file)},
    {"dataset", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "dataset, or column of CSV: a value for each",
     offsetof(values_section, dataset)},
};
static const loligo_param edges_rows[] = {
    {"file", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "HDF5, relative to the model file",
     offsetof(edges_section, file)},
    {"edges", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL, "the group below /edges",
     offsetof(edges_section, edges)},
};
static const loligo_param_table values_table = {values_rows, sizeof values_rows / sizeof *values_rows};
static const loligo_param_table edges_table = {edges_rows, sizeof edges_rows / sizeof *edges_rows};

/* -- files -- */

/* An open file, and where the model file names it; NULL once that is read. */
typedef struct source {
  const tree_node *node;
  h5_reader reader;
  char name[PATH_MAX];
} source;

static loligo_status open_source(const model_reader *reader, tree_node *node, const char *key, source *source)
{
  FILE *stream;
  LOLIGO_TRY(read_open_file(reader, node, key, source->name, &stream));
  fclose(stream);
  source->node = node;
  return read_blame_file(node, h5_reader_open(&source->reader, source->name));
}

/* Numbers along one axis of which doubles can hold any. */
typedef struct numbers {
  const source *source;
  h5_numbers open;
  char *unit; /* that the dataset names; NULL: none; owned */
} numbers;

static const numbers CLOSED = {.open = H5_COLUMN_CLOSED};

/* close_numbers() also after a failure. */
static loligo_status open_numbers(numbers *numbers, const source *source, const char *dataset)
{
  numbers->source = source;
  numbers->unit = NULL;
  LOLIGO_TRY(read_blame_file(source->node, h5_column_open(&numbers->open, &source->reader, dataset)));
  if (h5_read_text(&source->reader, (h5_place){dataset, "units"}, &numbers->unit) != LOLIGO_OK) loligo_error_clear();
  return LOLIGO_OK;
}

static void close_numbers(numbers *numbers)
{
  h5_numbers_close(&numbers->open);
  memory_free(numbers->unit);
  numbers->unit = NULL;
}

/* Converts numbers to `unit` from what the dataset says that they are in, if it says anything. */
static loligo_status convert(const numbers *numbers, const char *unit, double *values, uint64_t n)
{
  const source *source = numbers->source;
  const char *from = numbers->unit;
  const bool is_same = !from || (!*unit && strcmp(from, "1") == 0);
  const loligo_status status = is_same ? LOLIGO_OK : units_convert_all(values, n, from, unit);
  char label[PATH_MAX + H5_NAME_BYTES];
  snprintf(label, sizeof label, "%s: %s", source->name, numbers->open.dataset);
  return source->node ? tree_locate(source->node->mark, label, status) : status;
}

/* n numbers in `unit` from row `first` on. */
static loligo_status read_doubles(const numbers *numbers, const char *unit, uint64_t first, uint64_t n, double *values)
{
  LOLIGO_TRY(read_blame_file(numbers->source->node, h5_column_read(&numbers->open, first, n, values)));
  return convert(numbers, unit, values, n);
}

/* Of ids. */
static loligo_status read_ids(const numbers *numbers, uint64_t first, uint64_t n, uint64_t *ids)
{
  return read_blame_file(numbers->source->node, h5_ids_read(&numbers->open, first, n, ids));
}

static loligo_status note(const model_reader *reader, const tree_node *node, const char *dataset, const void *numbers,
                          uint64_t bytes)
{
  char name[PATH_MAX + H5_NAME_BYTES];
  uint64_t hash = hash_mix(bytes);
  for (uint64_t at = 0; at + sizeof hash <= bytes; at += sizeof hash) {
    uint64_t word;
    memcpy(&word, (const char *)numbers + at, sizeof word);
    hash = hash_mix(hash ^ word);
  }
  snprintf(name, sizeof name, "%s:%s", node->text, dataset);
  return listed_files_note(reader->files, name, hash);
}

/* -- one value per cell -- */

static loligo_status check_values(const source *source, const value_form *form, const char *dataset,
                                  const double *values, uint64_t n)
{
  for (uint64_t i = 0; i < n; i++) {
    const unsigned long long at = i;
    if (!isfinite(values[i]))
      return tree_fail(source->node->mark, "%s: %s[%llu] of %s must be a finite number, not %g", form->label, dataset,
                       at, source->name, values[i]);
    if (!param_in_range(form->row, values[i]))
      return tree_fail(source->node->mark, "%s: %s[%llu] of %s must be %s, not %g%s%s", form->label, dataset, at,
                       source->name, param_range_text(form->row->range), values[i], *form->unit ? " " : "", form->unit);
  }
  return LOLIGO_OK;
}

static loligo_status take_values(const numbers_wanted *wanted, const value_form *form, const char *dataset,
                                 const source *source, const double *values, uint64_t n)
{
  const bool is_list = form->row->type == LOLIGO_PARAM_LIST;
  if (!is_list && wanted->cells != NUMBERS_ANY && n != wanted->cells)
    return tree_fail(source->node->mark, "%s: %s of %s has %llu values for %llu cells; give one value per cell",
                     form->label, dataset, source->name, (unsigned long long)n, (unsigned long long)wanted->cells);
  LOLIGO_TRY(check_values(source, form, dataset, values, n));
  return note(wanted->reader, source->node, dataset, values, n * sizeof *values);
}

static loligo_status read_all(const numbers *numbers, const char *unit, double **values, uint64_t *n)
{
  *n = numbers->open.extent[0];
  *values = memory_allocate(*n, sizeof **values, "numbers of a file");
  return *values ? read_doubles(numbers, unit, 0, *n, *values) : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_dataset(const model_reader *reader, const value_form *form, const char *dataset,
                                  source *source, tree_node *file, double **values, uint64_t *n)
{
  numbers numbers = CLOSED;
  loligo_status status = open_source(reader, file, form->label, source);
  if (status == LOLIGO_OK) status = open_numbers(&numbers, source, dataset);
  if (status == LOLIGO_OK) status = read_all(&numbers, form->unit, values, n);
  close_numbers(&numbers);
  h5_reader_close(&source->reader);
  return status;
}

/* Numbers of a column are in the base unit. */
static loligo_status read_column_of(const model_reader *reader, const value_form *form, const char *column,
                                    source *source, tree_node *file, double **values, uint64_t *n)
{
  FILE *stream;
  size_t n_rows = 0;
  source->node = file;
  LOLIGO_TRY(read_open_file(reader, file, form->label, source->name, &stream));
  const loligo_status status = csv_read_column(stream, source->name, column, values, &n_rows);
  fclose(stream);
  *n = n_rows;
  return status;
}

static loligo_status read_file(const void *self, const value_form *form, tree_node *mapping,
                               loligo_distribution *values)
{
  const numbers_wanted *wanted = self;
  values_section section;
  source source = {.reader = {.file = -1}};
  LOLIGO_TRY(decode_section("values from a file", values_table, mapping, &section));
  tree_node *file = decode_child(mapping, values_table, offsetof(values_section, file));
  double *numbers = NULL;
  uint64_t n = 0;
  loligo_status status = text_ends(section.file, ".csv")
                             ? read_column_of(wanted->reader, form, section.dataset, &source, file, &numbers, &n)
                             : read_dataset(wanted->reader, form, section.dataset, &source, file, &numbers, &n);
  if (status == LOLIGO_OK) status = take_values(wanted, form, section.dataset, &source, numbers, n);
  memory_free(file->numbers);
  file->numbers = numbers;
  file->n_numbers = n;
  *values = loligo_list(numbers, n);
  return status;
}

decode_source numbers_source(const numbers_wanted *wanted)
{
  return (decode_source){read_file, wanted};
}

/* -- edges -- */

enum { SOURCES, TARGETS, WEIGHTS, DELAYS, EDGE_COLUMNS };
static const char *const COLUMN_NAMES[EDGE_COLUMNS] = {"source_node_id", "target_node_id", "0/syn_weight", "0/delay"};

bool numbers_are_edges(const tree_node *node)
{
  return node->kind == TREE_MAPPING || (node->text && text_ends(node->text, ".h5"));
}

/* Edges of one group, read in pieces. */
typedef struct edge_group {
  source source;
  bool is_again; /* it was read before, and nobody waits for mistakes any more */
  char paths[EDGE_COLUMNS][H5_PATH_SIZE];
  numbers columns[EDGE_COLUMNS]; /* open while edges are read */
  const char *unit;              /* of weights */
  uint64_t n, at;
  double *values; /* [room] scratch of one column */
  uint64_t *ids;  /* [room] likewise */
  size_t room;
} edge_group;

/* Sources and targets are no doubles. */
static loligo_status open_ends(numbers *numbers, const source *source, const char *dataset)
{
  numbers->source = source;
  return read_blame_file(source->node, h5_ids_open(&numbers->open, &source->reader, dataset));
}

static loligo_status open_columns(edge_group *group)
{
  const source *source = &group->source;
  for (int c = 0; c < EDGE_COLUMNS; c++) {
    close_numbers(&group->columns[c]);
    LOLIGO_TRY(c < WEIGHTS ? open_ends(&group->columns[c], source, group->paths[c])
                           : open_numbers(&group->columns[c], source, group->paths[c]));
  }
  return LOLIGO_OK;
}

static void close_columns(edge_group *group)
{
  for (int c = 0; c < EDGE_COLUMNS; c++) close_numbers(&group->columns[c]);
  h5_reader_close(&group->source.reader);
  group->source.reader.file = -1;
}

/* Opens the columns, which are equally long. */
static loligo_status measure(edge_group *group)
{
  LOLIGO_TRY(open_columns(group));
  group->n = group->columns[SOURCES].open.extent[0];
  for (int c = 0; c < EDGE_COLUMNS; c++) {
    const uint64_t n = group->columns[c].open.extent[0];
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
  const numbers *columns = group->columns;
  double *values = group->values;
  uint64_t *ids = group->ids;
  LOLIGO_TRY(read_ids(&columns[SOURCES], group->at, n, ids));
  for (size_t e = 0; e < n; e++) edges[e].source = ids[e];
  LOLIGO_TRY(read_ids(&columns[TARGETS], group->at, n, ids));
  for (size_t e = 0; e < n; e++) edges[e].target = ids[e];
  LOLIGO_TRY(read_doubles(&columns[WEIGHTS], group->unit, group->at, n, values));
  for (size_t e = 0; e < n; e++) edges[e].weight = values[e];
  LOLIGO_TRY(read_doubles(&columns[DELAYS], "ms", group->at, n, values));
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
  const memory_column scratch[] = {{(void **)&group->values, sizeof *group->values},
                                   {(void **)&group->ids, sizeof *group->ids}};
  LOLIGO_TRY(memory_grow_columns(scratch, 2, &group->room, room, "an edge list"));
  LOLIGO_TRY(keep_mistake(group, read_edges(group, edges, *n)));
  group->at += *n;
  return LOLIGO_OK;
}

static void free_group(void *self)
{
  edge_group *group = self;
  close_columns(group);
  memory_free(group->values);
  memory_free(group->ids);
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
static loligo_status fail_unknown_group(const source *source, const char *group)
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
  LOLIGO_TRY(open_source(reader, file, key, &group->source));
  LOLIGO_TRY(read_blame_file(file, h5_find(&group->source.reader, path, &found)));
  return found ? LOLIGO_OK : fail_unknown_group(&group->source, name);
}

loligo_status numbers_file_edges(const model_reader *reader, tree_node *node, const char *name, const char *unit,
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
  for (int c = 0; c < EDGE_COLUMNS; c++) group->columns[c] = CLOSED;
  group->unit = unit;
  *edges = (edge_source){
      .self = group, .name = group->source.name, .begin = begin_group, .next = next_of_group, .free = free_group};
  const loligo_status status = open_group(reader, file, node->key, section.edges ? section.edges : name, group);
  if (status != LOLIGO_OK) edge_source_free(edges);
  return status;
}
