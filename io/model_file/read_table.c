/*
 * A table of projections: each line becomes the mapping that the model file would hold. A column is a key, or with dots
 * a key within a key, as --set has them; an empty field leaves the key out; a field may hold a list or a mapping in the
 * flow style of YAML, in quotes where it has commas.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/model_file/csv_lines.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"

static const char WHAT[] = "a table of projections";

typedef struct key_column {
  char *name;      /* owned */
  unsigned number; /* from 1, where its name stands in the header */
} key_column;

typedef struct table {
  csv_lines lines;
  unsigned header;     /* its line */
  key_column *columns; /* [n] owned */
  size_t n, capacity;
  uint64_t digest; /* of its lines */
} table;

static tree_mark mark_at(const table *table, const char *field)
{
  return (tree_mark){table->lines.path, (unsigned)table->lines.number, csv_column(&table->lines, field)};
}

static tree_mark mark_of_name(const table *table, const key_column *column)
{
  return (tree_mark){table->lines.path, table->header, column->number};
}

static loligo_status next_line(table *table, char **rest)
{
  LOLIGO_TRY(csv_next_line(&table->lines, rest));
  if (*rest) table->digest = hash_mix(table->digest ^ text_hash(*rest));
  return LOLIGO_OK;
}

/* -- header -- */

static const loligo_param_table *const key_tables[] = {&projection_table, &drawn_table};
enum { KEY_TABLES = sizeof key_tables / sizeof *key_tables };

/* Whether a column is the key itself or lies within it. */
static bool is_within(const char *column, const char *key)
{
  const size_t length = strlen(key);
  return strncmp(column, key, length) == 0 && (column[length] == '\0' || column[length] == '.');
}

static bool is_known(const char *column, fault_names *names)
{
  for (size_t t = 0; t < KEY_TABLES; t++) {
    for (size_t i = 0; i < key_tables[t]->n; i++) {
      if (is_within(column, key_tables[t]->rows[i].name)) return true;
      fault_names_add(names, key_tables[t]->rows[i].name);
    }
  }
  return false;
}

static loligo_status check_name(const table *table, const char *name)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < table->n; i++)
    if (strcmp(table->columns[i].name, name) == 0)
      return tree_fail(mark_at(table, name), "column '%s' is there twice", name);
  if (is_known(name, &names)) return LOLIGO_OK;
  return tree_locate(mark_at(table, name), NULL, fault_unknown_in("column", name, WHAT, &names));
}

static loligo_status add_column(table *table, const char *name)
{
  LOLIGO_TRY(check_name(table, name));
  LOLIGO_TRY(memory_grow((void **)&table->columns, &table->capacity, table->n + 1, sizeof *table->columns, WHAT));
  key_column *added = &table->columns[table->n];
  *added = (key_column){memory_string(name), csv_column(&table->lines, name)};
  if (!added->name) return LOLIGO_MACHINE_ERROR;
  table->n++;
  return LOLIGO_OK;
}

static bool has_column(const table *table, const char *key)
{
  for (size_t i = 0; i < table->n; i++)
    if (is_within(table->columns[i].name, key)) return true;
  return false;
}

/* Of what every projection needs; weights and delays are for most rules only. */
static loligo_status check_columns(const table *table)
{
  for (size_t i = 0; i < projection_table.n; i++) {
    const loligo_param *row = &projection_table.rows[i];
    if (row->fallback || has_column(table, row->name)) continue;
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%u: missing column '%s' in %s", table->lines.path, table->header,
                       row->name, WHAT);
  }
  return LOLIGO_OK;
}

static loligo_status read_header(table *table)
{
  char *rest, *field;
  LOLIGO_TRY(next_line(table, &rest));
  if (!rest)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: is empty; its first line must name the columns, as source,target,rule",
                       table->lines.path);
  table->header = (unsigned)table->lines.number;
  LOLIGO_TRY(csv_next_field(&table->lines, &rest, &field));
  while (field) {
    LOLIGO_TRY(add_column(table, field));
    LOLIGO_TRY(csv_next_field(&table->lines, &rest, &field));
  }
  return check_columns(table);
}

/* -- rows -- */

/* The node of a field; NULL after a failure. */
static loligo_status make_value(const table *table, const char *field, tree_node **value)
{
  const tree_mark mark = mark_at(table, field);
  if (*field == '{' || *field == '[') return tree_parse_line(field, mark, value);
  *value = tree_create(TREE_SCALAR, field, mark);
  if (!*value) return LOLIGO_MACHINE_ERROR;
  (*value)->is_verbatim = true;
  return LOLIGO_OK;
}

/* The mapping under a part of a column's name, made where it is not there. */
static loligo_status step_down(const table *table, const key_column *column, const char *field, const char *key,
                               tree_node **mapping)
{
  tree_node *below = tree_find(*mapping, key);
  if (below && below->kind != TREE_MAPPING)
    return tree_fail(mark_at(table, field), "column '%s': '%s' has a value in this line already", column->name, key);
  if (!below) {
    below = tree_create(TREE_MAPPING, NULL, mark_at(table, field));
    if (!below) return LOLIGO_MACHINE_ERROR;
    LOLIGO_TRY(tree_add(*mapping, key, mark_of_name(table, column), below));
  }
  *mapping = below;
  return LOLIGO_OK;
}

/* Adds a field under the last part of its column's name, `path`, which is cut into its parts. */
static loligo_status add_at(const table *table, const key_column *column, const char *field, char *path,
                            tree_node *mapping)
{
  tree_node *value;
  for (char *dot = strchr(path, '.'); dot; dot = strchr(path, '.')) {
    *dot = '\0';
    LOLIGO_TRY(step_down(table, column, field, path, &mapping));
    path = dot + 1;
  }
  if (tree_find(mapping, path))
    return tree_fail(mark_at(table, field), "column '%s': '%s' has a value in this line already", column->name, path);
  LOLIGO_TRY(make_value(table, field, &value));
  return tree_add(mapping, path, mark_of_name(table, column), value);
}

static loligo_status add_field(const table *table, const key_column *column, const char *field, tree_node *mapping)
{
  if (!*field) return LOLIGO_OK;
  char *path = memory_string(column->name);
  if (!path) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = add_at(table, column, field, path, mapping);
  memory_free(path);
  return status;
}

static loligo_status add_fields(const table *table, char *rest, tree_node *mapping)
{
  char *field;
  for (size_t i = 0; i < table->n; i++) {
    LOLIGO_TRY(csv_next_field(&table->lines, &rest, &field));
    if (!field)
      return tree_fail(mapping->mark, "'%s' is missing; a line has %zu fields, as the header has",
                       table->columns[i].name, table->n);
    LOLIGO_TRY(add_field(table, &table->columns[i], field, mapping));
  }
  return rest ? tree_fail(mark_at(table, rest), "more than %zu fields, which the header has", table->n) : LOLIGO_OK;
}

static loligo_status read_row(const table *table, char *rest, tree_sink sink, void *self)
{
  tree_node *mapping = tree_create(TREE_MAPPING, NULL, mark_at(table, rest));
  if (!mapping) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = add_fields(table, rest, mapping);
  if (status == LOLIGO_OK) return sink(self, mapping);
  tree_free(mapping);
  return status;
}

static loligo_status read_rows(table *table, tree_sink sink, void *self)
{
  char *rest;
  bool any = false;
  LOLIGO_TRY(read_header(table));
  LOLIGO_TRY(next_line(table, &rest));
  while (rest) {
    LOLIGO_TRY(mistakes_keep(read_row(table, rest, sink, self), &any));
    LOLIGO_TRY(next_line(table, &rest));
  }
  return mistakes_told(any);
}

static void table_free(table *table)
{
  for (size_t i = 0; i < table->n; i++) memory_free(table->columns[i].name);
  memory_free(table->columns);
  csv_lines_free(&table->lines);
}

loligo_status read_table(const model_reader *reader, tree_node *node, tree_sink sink, void *self)
{
  char name[PATH_MAX];
  table table = {.lines = {.path = name}};
  LOLIGO_TRY(read_open_file(reader, node, node->key, name, &table.lines.file));
  loligo_status status = read_rows(&table, sink, self);
  if (status == LOLIGO_OK) status = listed_files_note(reader->files, node->text, table.digest);
  fclose(table.lines.file);
  table_free(&table);
  return status;
}
