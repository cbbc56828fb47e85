/*
 * All numbers of a dataset are read at once, by rank 0 alone; of what they are a hash is kept, so that a run goes on
 * only with the same.
 */
#include "io/model_file/numbers_file.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
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

/* An open file, and where the model file names it. */
typedef struct source {
  const tree_node *node;
  h5_reader reader;
  char name[PATH_MAX];
} source;

/* What is wrong with a file is the user's mistake: the place goes before the message. */
static loligo_status blame_file(const tree_node *node, loligo_status status)
{
  if (status == LOLIGO_OK) return status;
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

/* Numbers along one axis of any class that doubles can hold. */
static loligo_status read_doubles(const source *source, const char *dataset, double **values, uint64_t *n)
{
  const h5_place place = {.object = dataset};
  uint64_t extent[2] = {0, 0};
  hid_t type = H5T_NATIVE_DOUBLE;
  const hid_t others[] = {H5T_NATIVE_FLOAT, H5T_NATIVE_INT64};
  loligo_status status = h5_read_extent(&source->reader, dataset, type, 1, extent);
  for (size_t i = 0; status != LOLIGO_OK && i < sizeof others / sizeof *others; i++) {
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof message, "%s", loligo_error_message());
    loligo_error_clear();
    type = others[i];
    status = h5_read_extent(&source->reader, dataset, type, 1, extent);
    if (status == LOLIGO_OK) continue;
    loligo_error_clear();
    status = loligo_fail(LOLIGO_INPUT_ERROR, "%s", message);
  }
  LOLIGO_TRY(blame_file(source->node, status));
  *n = extent[0];
  *values = memory_allocate(*n, sizeof **values, "numbers of a file");
  if (!*values) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(blame_file(source->node, h5_read(&source->reader, place, type, *n, *values)));
  /* From the end on, as narrow ones lie at the beginning. */
  for (uint64_t i = *n; type == H5T_NATIVE_FLOAT && i > 0; i--) (*values)[i - 1] = ((const float *)*values)[i - 1];
  for (uint64_t i = 0; type == H5T_NATIVE_INT64 && i < *n; i++) {
    int64_t whole;
    memcpy(&whole, &(*values)[i], sizeof whole);
    (*values)[i] = (double)whole;
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
  return tree_locate(source->node->mark, label, status);
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

static loligo_status read_dataset(const model_reader *reader, const value_form *form, const char *dataset,
                                  source *source, tree_node *file, double **values, uint64_t *n)
{
  loligo_status status = open_source(reader, file, form->label, source);
  if (status == LOLIGO_OK) status = read_doubles(source, dataset, values, n);
  if (status == LOLIGO_OK) status = convert(source, dataset, form->unit, *values, *n);
  h5_reader_close(&source->reader);
  return status;
}

static bool is_table(const char *name)
{
  const size_t length = strlen(name);
  return length > 4 && strcmp(name + length - 4, ".csv") == 0;
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
  loligo_status status = is_table(section.file)
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

bool numbers_are_edges(const tree_node *node)
{
  if (node->kind == TREE_MAPPING) return true;
  const size_t length = node->text ? strlen(node->text) : 0;
  return length > 3 && strcmp(node->text + length - 3, ".h5") == 0;
}

typedef struct edge_columns {
  double *weight, *delay;
  uint64_t *ends; /* of one end at a time */
  uint64_t n;
} edge_columns;

static loligo_status fail_length(const source *source, const char *path, uint64_t n, uint64_t wanted)
{
  return tree_fail(source->node->mark, "%s: %s has %llu values for %llu edges", source->name, path,
                   (unsigned long long)n, (unsigned long long)wanted);
}

static loligo_status read_column(const source *source, const char *path, const char *unit, uint64_t wanted,
                                 double **values)
{
  uint64_t n;
  LOLIGO_TRY(read_doubles(source, path, values, &n));
  if (n != wanted) return fail_length(source, path, n, wanted);
  return convert(source, path, unit, *values, n);
}

static loligo_status read_ends(const source *source, const char *path, uint64_t wanted, uint64_t *ends)
{
  uint64_t extent[2] = {0, 0};
  LOLIGO_TRY(blame_file(source->node, h5_read_extent(&source->reader, path, H5T_NATIVE_UINT64, 1, extent)));
  if (extent[0] != wanted) return fail_length(source, path, extent[0], wanted);
  return blame_file(source->node,
                    h5_read(&source->reader, (h5_place){.object = path}, H5T_NATIVE_UINT64, wanted, ends));
}

static loligo_status read_columns(const source *source, const char *group, const char *unit, edge_columns *columns,
                                  numbers_edges *edges)
{
  char path[H5_PATH_SIZE];
  uint64_t extent[2] = {0, 0};
  h5_path(path, "/edges/%s/source_node_id", group);
  LOLIGO_TRY(blame_file(source->node, h5_read_extent(&source->reader, path, H5T_NATIVE_UINT64, 1, extent)));
  const uint64_t n = extent[0];
  edges->items = memory_allocate(n, sizeof *edges->items, "edge list");
  columns->ends = memory_allocate(n, sizeof *columns->ends, "edge list");
  if (!edges->items || !columns->ends) return LOLIGO_MACHINE_ERROR;
  edges->n = n;
  LOLIGO_TRY(read_ends(source, path, n, columns->ends));
  for (uint64_t e = 0; e < n; e++) edges->items[e].source = columns->ends[e];
  h5_path(path, "/edges/%s/target_node_id", group);
  LOLIGO_TRY(read_ends(source, path, n, columns->ends));
  for (uint64_t e = 0; e < n; e++) edges->items[e].target = columns->ends[e];
  h5_path(path, "/edges/%s/0/syn_weight", group);
  LOLIGO_TRY(read_column(source, path, unit, n, &columns->weight));
  for (uint64_t e = 0; e < n; e++) edges->items[e].weight = columns->weight[e];
  h5_path(path, "/edges/%s/0/delay", group);
  LOLIGO_TRY(read_column(source, path, "ms", n, &columns->delay));
  for (uint64_t e = 0; e < n; e++) edges->items[e].delay = columns->delay[e];
  return LOLIGO_OK;
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

static loligo_status read_group(const model_reader *reader, const source *source, const char *group, const char *unit,
                                numbers_edges *edges)
{
  char path[H5_PATH_SIZE];
  bool found = false;
  edge_columns columns = {.n = 0};
  h5_path(path, "/edges/%s", group);
  LOLIGO_TRY(blame_file(source->node, h5_find(&source->reader, path, &found)));
  if (!found) return fail_unknown_group(source, group);
  loligo_status status = read_columns(source, group, unit, &columns, edges);
  if (status == LOLIGO_OK) status = note(reader, source->node, group, edges->items, edges->n * sizeof *edges->items);
  memory_free(columns.ends);
  memory_free(columns.weight);
  memory_free(columns.delay);
  return status;
}

loligo_status numbers_file_read_edges(const model_reader *reader, tree_node *node, const char *name, const char *unit,
                                      numbers_edges *edges)
{
  edges_section section = {0};
  source source = {.reader = {.file = -1}};
  tree_node *file = node;
  if (node->kind == TREE_MAPPING) {
    LOLIGO_TRY(decode_section("an explicit list", edges_table, node, &section));
    file = decode_child(node, edges_table, offsetof(edges_section, file));
  }
  if (!section.edges && !name)
    return tree_fail(node->mark, "%s: name the edges, as {file: edges.h5, edges: E_to_I_name}", node->key);
  loligo_status status = open_source(reader, file, node->key, &source);
  if (status == LOLIGO_OK) status = read_group(reader, &source, section.edges ? section.edges : name, unit, edges);
  h5_reader_close(&source.reader);
  return status;
}
