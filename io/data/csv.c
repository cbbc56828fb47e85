/*
 * Purpose: a table of numbers, a sample in each line: columns of values, and what is to be answered.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/csv.h"
#include "io/model_file/data_format.h"
#include "io/model_file/read.h"

typedef struct csv_section {
  const char *file, *label;
  tree_node *targets;
  uint64_t classes;
} csv_section;

static const loligo_param keys[] = {
    {"file", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "CSV with a header, relative to the model file; columns that are named below are no values",
     offsetof(csv_section, file)},
    {"label", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL, "column with the class, from 0",
     offsetof(csv_section, label)},
    {"targets", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "in place of a label: a column of numbers to be answered, or a list of these", offsetof(csv_section, targets)},
    {"classes", LOLIGO_PARAM_INTEGER, NULL, "", LOLIGO_RANGE_POSITIVE, NULL,
     "labels are below; left out: as many as the largest says", offsetof(csv_section, classes)},
};

enum { VALUE = -2, LABEL = -1 }; /* what a column is; from 0 on: the number of a target */

/* A table that is read line by line. */
typedef struct table {
  csv_lines lines;
  const tree_node *node; /* that names it */
  char **names;          /* [n_columns] owned */
  int *roles;            /* [n_columns] */
  size_t n_columns, n_targets;
  uint64_t classes, most; /* as the user says, 0: not; largest label */
  size_t n_values, n_rows, value_capacity, label_capacity, target_capacity;
} table;

static void close_table(table *table)
{
  for (size_t i = 0; table->names && i < table->n_columns; i++) memory_free(table->names[i]);
  memory_free(table->names);
  memory_free(table->roles);
  csv_lines_free(&table->lines);
  if (table->lines.file) fclose(table->lines.file);
}

static loligo_status read_header(table *table)
{
  char *rest, *field;
  size_t capacity = 0;
  LOLIGO_TRY(csv_next_line(&table->lines, &rest));
  if (!rest) return loligo_fail(LOLIGO_INPUT_ERROR, "%s:1: the first line must be a header", table->lines.path);
  while (rest) {
    LOLIGO_TRY(csv_next_field(&table->lines, &rest, &field));
    LOLIGO_TRY(
        memory_grow((void **)&table->names, &capacity, table->n_columns + 1, sizeof *table->names, table->lines.path));
    table->names[table->n_columns] = memory_string(field);
    if (!table->names[table->n_columns++]) return LOLIGO_MACHINE_ERROR;
  }
  table->roles = memory_allocate(table->n_columns, sizeof *table->roles, table->lines.path);
  if (!table->roles) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < table->n_columns; i++) table->roles[i] = VALUE;
  table->n_values = table->n_columns;
  return LOLIGO_OK;
}

/* The one column of a name; n_columns where there is none. */
static loligo_status find_column(const table *table, const tree_node *node, const char *key, size_t *found)
{
  *found = table->n_columns;
  for (size_t i = 0; i < table->n_columns; i++) {
    if (strcmp(table->names[i], node->text) != 0) continue;
    if (*found < table->n_columns)
      return tree_fail(node->mark, "%s: %s:1: two columns are called '%s'", key, table->lines.path, node->text);
    *found = i;
  }
  return LOLIGO_OK;
}

/* Says what the column is that a node names. */
static loligo_status give_role(table *table, const tree_node *node, const char *key, int role)
{
  fault_names names = {.n = 0};
  size_t column;
  LOLIGO_TRY(value_expect_text(key, node));
  LOLIGO_TRY(find_column(table, node, key, &column));
  if (column < table->n_columns && table->roles[column] == VALUE) {
    table->roles[column] = role;
    table->n_values--;
    return LOLIGO_OK;
  }
  if (column < table->n_columns) return tree_fail(node->mark, "%s: '%s' is named twice", key, node->text);
  for (size_t i = 0; i < table->n_columns; i++) fault_names_add(&names, table->names[i]);
  return tree_locate(node->mark, key, fault_unknown_in("column", node->text, table->lines.path, &names));
}

static loligo_status give_roles(const data_request *request, const csv_section *section, table *table)
{
  const loligo_param_table rows = LOLIGO_PARAM_TABLE(keys);
  const tree_node *label = decode_child(request->entry, rows, offsetof(csv_section, label));
  if (!label == !section->targets) return tree_fail(request->entry->mark, "csv data take one of 'label' and 'targets'");
  if (label) {
    LOLIGO_TRY(give_role(table, label, label->key, LABEL));
  } else {
    LOLIGO_TRY(data_items("targets", section->targets, &table->n_targets));
    for (size_t i = 0; i < table->n_targets; i++)
      LOLIGO_TRY(give_role(table, data_item(section->targets, i), "targets", (int)i));
  }
  if (table->n_values > 0) return LOLIGO_OK;
  return tree_fail(table->node->mark, "%s: no column is left for values", table->lines.path);
}

static loligo_status take_label(table *table, const char *column, double number, int32_t *label)
{
  const double classes = table->classes ? (double)table->classes : INT32_MAX;
  if (!(number >= 0 && number < classes && number < INT32_MAX && number == floor(number)))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s: %g is no class; these are whole numbers from 0 to %.0f",
                       table->lines.path, table->lines.number, column, number, classes - 1);
  *label = (int32_t)number;
  if ((uint64_t)*label > table->most) table->most = (uint64_t)*label;
  return LOLIGO_OK;
}

/* As it is stored. */
static loligo_status take_value(const table *table, const char *column, double number, float *value)
{
  *value = (float)number;
  if (isfinite(*value)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s: %g is beyond single precision, in which samples are stored",
                     table->lines.path, table->lines.number, column, number);
}

static loligo_status read_row(table *table, char *rest, dataset *set)
{
  const size_t row = table->n_rows;
  float *value = set->values + row * table->n_values;
  for (size_t i = 0; i < table->n_columns; i++) {
    char *field;
    double number;
    LOLIGO_TRY(csv_next_field(&table->lines, &rest, &field));
    if (!field)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s is missing; a line has %zu fields", table->lines.path,
                         table->lines.number, table->names[i], table->n_columns);
    LOLIGO_TRY(csv_number(&table->lines, table->names[i], field, &number));
    if (table->roles[i] == LABEL)
      LOLIGO_TRY(take_label(table, table->names[i], number, &set->labels[row]));
    else
      LOLIGO_TRY(take_value(
          table, table->names[i], number,
          table->roles[i] == VALUE ? value++ : &set->targets[row * table->n_targets + (size_t)table->roles[i]]));
  }
  if (!rest) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: more than %zu fields", table->lines.path, table->lines.number,
                     table->n_columns);
}

static loligo_status make_room(table *table, dataset *set)
{
  const size_t n = table->n_rows + 1, targets = n * table->n_targets;
  const char *what = table->lines.path;
  LOLIGO_TRY(
      memory_grow((void **)&set->values, &table->value_capacity, n * table->n_values, sizeof *set->values, what));
  if (targets > 0)
    return memory_grow((void **)&set->targets, &table->target_capacity, targets, sizeof *set->targets, what);
  return memory_grow((void **)&set->labels, &table->label_capacity, n, sizeof *set->labels, what);
}

/* All lines, and what is wrong in any of them. */
static loligo_status read_rows(table *table, dataset *set)
{
  bool any = false;
  for (char *line;; table->n_rows++) {
    LOLIGO_TRY(csv_next_line(&table->lines, &line));
    if (!line) break;
    LOLIGO_TRY(make_room(table, set));
    LOLIGO_TRY(mistakes_keep(read_row(table, line, set), &any));
  }
  LOLIGO_TRY(mistakes_told(any));
  if (table->n_rows > 0) return LOLIGO_OK;
  return tree_fail(table->node->mark, "%s: no line behind the header", table->lines.path);
}

static loligo_status read_table_of(const data_request *request, const csv_section *section, table *table, dataset *set)
{
  LOLIGO_TRY(read_header(table));
  LOLIGO_TRY(give_roles(request, section, table));
  LOLIGO_TRY(read_rows(table, set));
  LOLIGO_TRY(data_limit(request, table->n_rows, &set->n));
  set->n_values = table->n_values;
  set->n_targets = table->n_targets;
  set->target_steps = table->n_targets > 0;
  set->n_labels = table->n_targets == 0;
  if (set->labels) set->n_classes = table->classes ? table->classes : table->most + 1;
  return LOLIGO_OK;
}

static loligo_status read_csv(const data_request *request, dataset *set)
{
  csv_section section = {.file = NULL};
  char name[PATH_MAX];
  decode_store(LOLIGO_PARAM_TABLE(keys), request->values, &section);
  tree_node *node = decode_child(request->entry, LOLIGO_PARAM_TABLE(keys), offsetof(csv_section, file));
  table table = {.node = node, .classes = section.classes};
  LOLIGO_TRY(read_open_file(request->reader, node, node->key, name, &table.lines.file));
  table.lines.path = name;
  const loligo_status status = read_table_of(request, &section, &table, set);
  close_table(&table);
  return status;
}

const data_format data_format_csv = {
    .name = "csv",
    .summary = "a sample in each line: columns of values, and one of classes or some of targets",
    .keys = LOLIGO_PARAM_TABLE(keys),
    .read = read_csv,
};
