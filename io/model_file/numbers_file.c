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
#include "io/hdf5/h5_read.h"
#include "io/model_file/csv.h"
#include "io/model_file/read.h"
#include "io/model_file/units.h"

enum { MESSAGE_BYTES = 1024 };

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

/* What is wrong with a file is the user's mistake: the place goes before the message. */
static loligo_status blame_file(const tree_node *node, loligo_status status)
{
  if (status == LOLIGO_OK || !node) return status;
  char message[MESSAGE_BYTES];
  snprintf(message, sizeof message, "%s", loligo_error_message());
  loligo_error_clear();
  return tree_fail(node->mark, "%s", message);
}

static loligo_status open_source(const model_reader *reader, tree_node *node, const char *key, source *source)
{
  FILE *stream;
  LOLIGO_TRY(read_open_file(reader, node, key, source->name, &stream));
  fclose(stream);
  source->node = node;
  return blame_file(node, h5_reader_open(&source->reader, source->name));
}

/* Class of numbers along one axis, of which doubles can hold any, and how many there are. */
static loligo_status find_numbers(const source *source, const char *dataset, hid_t *type, uint64_t *n)
{
  uint64_t extent[2] = {0, 0};
  const hid_t others[] = {H5T_NATIVE_FLOAT, H5T_NATIVE_INT64};
  *type = H5T_NATIVE_DOUBLE;
  loligo_status status = h5_read_extent(&source->reader, dataset, *type, 1, extent);
  for (size_t i = 0; status != LOLIGO_OK && i < sizeof others / sizeof *others; i++) {
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof message, "%s", loligo_error_message());
    loligo_error_clear();
    *type = others[i];
    status = h5_read_extent(&source->reader, dataset, *type, 1, extent);
    if (status == LOLIGO_OK) continue;
    loligo_error_clear();
    status = loligo_fail(LOLIGO_INPUT_ERROR, "%s", message);
  }
  *n = extent[0];
  return blame_file(source->node, status);
}

/* n numbers from row `first` on. */
static loligo_status read_doubles(const source *source, const char *dataset, hid_t type, uint64_t first, uint64_t n,
                                  double *values)
{
  const h5_window window = {.row = first, .n_rows = n, .n_columns = 1};
  LOLIGO_TRY(blame_file(source->node, h5_read_window(&source->reader, dataset, type, 1, window, values)));
  /* From the end on, as narrow ones lie at the beginning. */
  for (uint64_t i = n; type == H5T_NATIVE_FLOAT && i > 0; i--) values[i - 1] = ((const float *)values)[i - 1];
  for (uint64_t i = 0; type == H5T_NATIVE_INT64 && i < n; i++) {
    int64_t whole;
    memcpy(&whole, &values[i], sizeof whole);
    values[i] = (double)whole;
  }
  return LOLIGO_OK;
}

/* Converts numbers to `unit` from what the dataset says that they are in, if it says anything. */
static loligo_status convert(const source *source, const char *dataset, const char *unit, double *values, uint64_t n)
{
  char *from = NULL;
  if (h5_read_text(&source->reader, (h5_place){dataset, "units"}, &from) != LOLIGO_OK) {
    loligo_error_clear();
    return LOLIGO_OK;
  }
  loligo_status status = LOLIGO_OK;
  const bool is_same = strcmp(from, unit) == 0 || (!*unit && strcmp(from, "1") == 0);
  for (uint64_t i = 0; !is_same && status == LOLIGO_OK && i < n; i++)
    status = units_convert(values[i], from, unit, &values[i]);
  memory_free(from);
  char label[PATH_MAX + H5_NAME_BYTES];
  snprintf(label, sizeof label, "%s: %s", source->name, dataset);
  return source->node ? tree_locate(source->node->mark, label, status) : status;
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

static loligo_status read_numbers(const source *source, const char *dataset, double **values, uint64_t *n)
{
  hid_t type;
  LOLIGO_TRY(find_numbers(source, dataset, &type, n));
  *values = memory_allocate(*n, sizeof **values, "numbers of a file");
  if (!*values) return LOLIGO_MACHINE_ERROR;
  return read_doubles(source, dataset, type, 0, *n, *values);
}

static loligo_status read_dataset(const model_reader *reader, const value_form *form, const char *dataset,
                                  source *source, tree_node *file, double **values, uint64_t *n)
{
  loligo_status status = open_source(reader, file, form->label, source);
  if (status == LOLIGO_OK) status = read_numbers(source, dataset, values, n);
  if (status == LOLIGO_OK) status = convert(source, dataset, form->unit, *values, *n);
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

/* Below a group. */
static const char SOURCES[] = "source_node_id", TARGETS[] = "target_node_id";
static const char WEIGHTS[] = "0/syn_weight", DELAYS[] = "0/delay";

bool numbers_are_edges(const tree_node *node)
{
  return node->kind == TREE_MAPPING || (node->text && text_ends(node->text, ".h5"));
}

/* Edges of one group, read in pieces. */
typedef struct edge_group {
  source source;
  bool is_again;           /* it was read before, and nobody waits for mistakes any more */
  char path[H5_PATH_SIZE]; /* of the group; owned */
  const char *unit;        /* of weights */
  hid_t weight_type, delay_type;
  uint64_t n, at;
  double *values; /* [room] scratch of one column */
  size_t room;
} edge_group;

static loligo_status expect_length(const edge_group *group, const char *path, uint64_t n)
{
  if (n == group->n) return LOLIGO_OK;
  return tree_fail(group->source.node->mark, "%s: %s has %llu values for %llu edges", group->source.name, path,
                   (unsigned long long)n, (unsigned long long)group->n);
}

static loligo_status measure_ends(const edge_group *group, const char *name, uint64_t *n)
{
  char path[H5_PATH_SIZE];
  uint64_t extent[2] = {0, 0};
  h5_path(path, "%s/%s", group->path, name);
  LOLIGO_TRY(blame_file(group->source.node, h5_read_extent(&group->source.reader, path, H5T_NATIVE_UINT64, 1, extent)));
  *n = extent[0];
  return LOLIGO_OK;
}

static loligo_status measure_values(const edge_group *group, const char *name, hid_t *type)
{
  char path[H5_PATH_SIZE];
  uint64_t n;
  h5_path(path, "%s/%s", group->path, name);
  LOLIGO_TRY(find_numbers(&group->source, path, type, &n));
  return expect_length(group, path, n);
}

static loligo_status measure(edge_group *group)
{
  char path[H5_PATH_SIZE];
  uint64_t n;
  LOLIGO_TRY(measure_ends(group, SOURCES, &group->n));
  LOLIGO_TRY(measure_ends(group, TARGETS, &n));
  h5_path(path, "%s/%s", group->path, TARGETS);
  LOLIGO_TRY(expect_length(group, path, n));
  LOLIGO_TRY(measure_values(group, WEIGHTS, &group->weight_type));
  return measure_values(group, DELAYS, &group->delay_type);
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
  const loligo_status status = group->is_again ? LOLIGO_OK : keep_mistake(group, measure(group));
  group->is_again = true;
  return status;
}

static loligo_status read_ends(const edge_group *group, const char *name, size_t n)
{
  char path[H5_PATH_SIZE];
  const h5_window window = {.row = group->at, .n_rows = n, .n_columns = 1};
  h5_path(path, "%s/%s", group->path, name);
  return blame_file(group->source.node,
                    h5_read_window(&group->source.reader, path, H5T_NATIVE_UINT64, 1, window, group->values));
}

static loligo_status read_column(const edge_group *group, const char *name, hid_t type, const char *unit, size_t n)
{
  char path[H5_PATH_SIZE];
  h5_path(path, "%s/%s", group->path, name);
  LOLIGO_TRY(read_doubles(&group->source, path, type, group->at, n, group->values));
  return convert(&group->source, path, unit, group->values, n);
}

static loligo_status read_edges(const edge_group *group, loligo_edge *edges, size_t n)
{
  const double *values = group->values;
  LOLIGO_TRY(read_ends(group, SOURCES, n));
  for (size_t e = 0; e < n; e++) memcpy(&edges[e].source, &values[e], sizeof edges->source);
  LOLIGO_TRY(read_ends(group, TARGETS, n));
  for (size_t e = 0; e < n; e++) memcpy(&edges[e].target, &values[e], sizeof edges->target);
  LOLIGO_TRY(read_column(group, WEIGHTS, group->weight_type, group->unit, n));
  for (size_t e = 0; e < n; e++) edges[e].weight = values[e];
  LOLIGO_TRY(read_column(group, DELAYS, group->delay_type, "ms", n));
  for (size_t e = 0; e < n; e++) edges[e].delay = values[e];
  return LOLIGO_OK;
}

static loligo_status next_of_group(void *self, size_t room, loligo_edge *edges, size_t *n)
{
  edge_group *group = self;
  *n = least(room, group->n - group->at);
  if (*n == 0) {
    h5_reader_close(&group->source.reader);
    group->source.reader.file = -1;
    return LOLIGO_OK;
  }
  LOLIGO_TRY(memory_grow((void **)&group->values, &group->room, room, sizeof *group->values, "an edge list"));
  LOLIGO_TRY(keep_mistake(group, read_edges(group, edges, *n)));
  group->at += *n;
  return LOLIGO_OK;
}

static void free_group(void *self)
{
  edge_group *group = self;
  h5_reader_close(&group->source.reader);
  memory_free(group->values);
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
  loligo_status status = blame_file(source->node, h5_read_children(&source->reader, "/edges", add_name, &names));
  if (status == LOLIGO_OK)
    status = tree_locate(source->node->mark, source->name, fault_unknown("group of /edges", group, &names));
  for (size_t i = 0; i < names.n; i++) memory_free((void *)names.name[i]);
  return status;
}

static loligo_status open_group(const model_reader *reader, tree_node *file, const char *key, const char *name,
                                edge_group *group)
{
  bool found = false;
  h5_path(group->path, "/edges/%s", name);
  LOLIGO_TRY(open_source(reader, file, key, &group->source));
  LOLIGO_TRY(blame_file(file, h5_find(&group->source.reader, group->path, &found)));
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
  group->unit = unit;
  *edges = (edge_source){
      .self = group, .name = group->source.name, .begin = begin_group, .next = next_of_group, .free = free_group};
  const loligo_status status = open_group(reader, file, node->key, section.edges ? section.edges : name, group);
  if (status != LOLIGO_OK) edge_source_free(edges);
  return status;
}
