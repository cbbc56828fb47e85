/*
 * Rows stay in the order of their lines; ids are sorted once all are there.
 */
#include "io/sonata/types.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/csv.h"

enum { MESSAGE_BYTES = 512 };

static const char WHAT[] = "a table of types";

void types_free(type_table *types)
{
  memory_free(types->columns);
  memory_free(types->fields);
  memory_free(types->ids);
  memory_free(types->lines);
  pool_free(&types->pool);
  *types = (type_table){0};
}

loligo_status types_fail(const type_table *types, size_t row, const char *format, ...)
{
  char message[MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s", types->path, types->lines[row], message);
}

/* -- reading -- */

static bool says_nothing(const char *field)
{
  return !*field || strcasecmp(field, "NULL") == 0 || strcasecmp(field, "NONE") == 0;
}

static loligo_status add_column(type_table *types, const csv_lines *lines, const char *name)
{
  size_t capacity = types->n_columns;
  if (types_column(types, name) != TYPES_NONE)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: column '%s' is there twice", lines->path, lines->number, name);
  LOLIGO_TRY(memory_grow((void **)&types->columns, &capacity, types->n_columns + 1, sizeof *types->columns, WHAT));
  types->columns[types->n_columns] = pool_text(&types->pool, name);
  return types->columns[types->n_columns++] ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_header(type_table *types, csv_lines *lines)
{
  char *rest, *field;
  LOLIGO_TRY(csv_next_line(lines, &rest));
  for (;;) {
    LOLIGO_TRY(csv_next_field(lines, &rest, &field));
    if (!field) return LOLIGO_OK;
    types->digest = hash_mix(types->digest ^ text_hash(field));
    LOLIGO_TRY(add_column(types, lines, field));
  }
}

static loligo_status fail_length(const type_table *types, const csv_lines *lines)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: the header has %zu columns, this line another number", lines->path,
                     lines->number, types->n_columns);
}

static loligo_status read_fields(type_table *types, const csv_lines *lines, char *rest, const char **fields)
{
  size_t n = 0;
  for (char *field;; n++) {
    LOLIGO_TRY(csv_next_field(lines, &rest, &field));
    if (!field) break;
    if (n == types->n_columns) return fail_length(types, lines);
    types->digest = hash_mix(types->digest ^ text_hash(field));
    fields[n] = says_nothing(field) ? NULL : pool_text(&types->pool, field);
    if (!fields[n] && !says_nothing(field)) return LOLIGO_MACHINE_ERROR;
  }
  return n == types->n_columns ? LOLIGO_OK : fail_length(types, lines);
}

static loligo_status read_id(type_table *types, size_t row, size_t column)
{
  const char *field = types->fields[row * types->n_columns + column];
  char *end = NULL;
  types->ids[row].row = row;
  if (field && isdigit((unsigned char)*field)) types->ids[row].id = strtoull(field, &end, 10);
  if (end && !*end) return LOLIGO_OK;
  return types_fail(types, row, "%s: '%s' is not a whole number", types->columns[column], field ? field : "");
}

static loligo_status read_row(type_table *types, const csv_lines *lines, char *rest, size_t id_column)
{
  const size_t width = types->n_columns, row = types->n;
  const memory_column columns[] = {{(void **)&types->fields, width * sizeof *types->fields},
                                   {(void **)&types->ids, sizeof *types->ids},
                                   {(void **)&types->lines, sizeof *types->lines}};
  LOLIGO_TRY(memory_grow_columns(columns, 3, &types->capacity, row + 1, WHAT));
  types->lines[types->n++] = lines->number;
  LOLIGO_TRY(read_fields(types, lines, rest, types->fields + row * width));
  return read_id(types, row, id_column);
}

static loligo_status read_rows(type_table *types, csv_lines *lines, const char *id_column)
{
  char *rest;
  LOLIGO_TRY(read_header(types, lines));
  const size_t column = types_column(types, id_column);
  if (column == TYPES_NONE)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: there is no column '%s'; columns stand apart by blanks",
                       lines->path, lines->number, id_column);
  for (;;) {
    LOLIGO_TRY(csv_next_line(lines, &rest));
    if (!rest) return LOLIGO_OK;
    LOLIGO_TRY(read_row(types, lines, rest, column));
  }
}

static int compare(const void *a, const void *b)
{
  const type_id *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static loligo_status sort_ids(type_table *types)
{
  const type_id *ids = types->ids;
  if (types->n) qsort(types->ids, types->n, sizeof *ids, compare);
  for (size_t i = 1; i < types->n; i++)
    if (ids[i].id == ids[i - 1].id)
      return types_fail(types, ids[i].row, "type %llu is there twice, first in line %zu", (unsigned long long)ids[i].id,
                        types->lines[ids[i - 1].row]);
  return LOLIGO_OK;
}

loligo_status types_read(const char *path, const char *id_column, type_table *types)
{
  const char *why;
  *types = (type_table){0};
  types->path = pool_text(&types->pool, path);
  if (!types->path) return LOLIGO_MACHINE_ERROR;
  FILE *file = file_stream(path, &why);
  if (!file) return loligo_fail(LOLIGO_INPUT_ERROR, "cannot open '%s': %s", path, why);
  csv_lines lines = {.file = file, .path = types->path, .by_blanks = true};
  const loligo_status status = read_rows(types, &lines, id_column);
  csv_lines_free(&lines);
  fclose(file);
  return status == LOLIGO_OK ? sort_ids(types) : status;
}

/* -- looking up -- */

size_t types_find(const type_table *types, uint64_t id)
{
  if (types->n == 0) return TYPES_NONE;
  const uint64_t at = lower_bound_of_field(&types->ids->id, sizeof *types->ids, types->n, id);
  return at < types->n && types->ids[at].id == id ? types->ids[at].row : TYPES_NONE;
}

size_t types_column(const type_table *types, const char *name)
{
  for (size_t i = 0; i < types->n_columns; i++)
    if (strcmp(types->columns[i], name) == 0) return i;
  return TYPES_NONE;
}

const char *types_text(const type_table *types, size_t row, const char *column)
{
  const size_t at = types_column(types, column);
  return at == TYPES_NONE ? NULL : types->fields[row * types->n_columns + at];
}

loligo_status types_number(const type_table *types, size_t row, const char *column, double *number)
{
  const char *text = types_text(types, row, column);
  const csv_lines place = {.path = types->path, .number = types->lines[row]};
  return text ? csv_number(&place, column, text, number) : LOLIGO_OK;
}
