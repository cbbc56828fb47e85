/*
 * Line by line: the header must name the columns in order, every other line holds one number for each.
 */
#include "io/model_file/csv.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/mistakes.h"

const csv_format csv_edges = {4, {"source", "target", "weight", "delay"}, {true, true, false, false}, false};
const csv_format csv_prompt_edges = {3, {"source", "target", "weight"}, {true, true, false}, false};
const csv_format csv_trains = {2, {"cell", "time"}, {true, false}, false};
const csv_format csv_positions_2d = {2, {"x", "y"}, {false}, false};
const csv_format csv_positions_3d = {3, {"x", "y", "z"}, {false}, false};

static const double MAX_INDEX = 9007199254740992.0;

static loligo_status fail_header(const csv_reader *csv)
{
  char names[128] = "";
  for (size_t i = 0; i < csv->format->n_columns; i++) {
    const size_t n = strlen(names);
    snprintf(names + n, sizeof names - n, "%s%s", i ? "," : "", csv->format->names[i]);
  }
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: the first line must be the header '%s'", csv->lines.path,
                     csv->lines.number ? csv->lines.number : 1, names);
}

static loligo_status read_header(csv_reader *csv)
{
  char *rest;
  LOLIGO_TRY(csv_next_line(&csv->lines, &rest));
  if (!rest) return fail_header(csv);
  for (size_t i = 0; i < csv->format->n_columns; i++) {
    char *field;
    LOLIGO_TRY(csv_next_field(&csv->lines, &rest, &field));
    if (!field || strcmp(field, csv->format->names[i]) != 0) return fail_header(csv);
  }
  return rest ? fail_header(csv) : LOLIGO_OK;
}

loligo_status csv_number(const csv_lines *lines, const char *column, const char *field, double *value)
{
  char *end;
  *value = strtod(field, &end);
  if (*field && !*end && isfinite(*value)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s: '%s' is not a finite number", lines->path, lines->number, column,
                     field);
}

static loligo_status read_field(const csv_reader *csv, size_t column, const char *field, double *value)
{
  const char *name = csv->format->names[column];
  LOLIGO_TRY(csv_number(&csv->lines, name, field, value));
  if (csv->format->is_index[column] && (*value < 0 || *value > MAX_INDEX || *value != floor(*value))) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s: '%s' is not a whole number >= 0", csv->lines.path,
                       csv->lines.number, name, field);
  }
  return LOLIGO_OK;
}

static loligo_status read_row(const csv_reader *csv, char *rest, double *row)
{
  const size_t n = csv->format->n_columns;
  for (size_t i = 0; i < n; i++) {
    char *field;
    LOLIGO_TRY(csv_next_field(&csv->lines, &rest, &field));
    if (!field) {
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s is missing; a line has %zu fields", csv->lines.path,
                         csv->lines.number, csv->format->names[i], n);
    }
    LOLIGO_TRY(read_field(csv, i, field, &row[i]));
  }
  if (!rest) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: more than %zu fields", csv->lines.path, csv->lines.number, n);
}

/* -- one column of any table -- */

/* Finds the column in the header. */
static loligo_status find_column(csv_reader *csv)
{
  fault_names names = {.n = 0};
  const char *column = csv->format->names[0];
  char *header, *field = NULL;
  csv->column = SIZE_MAX;
  LOLIGO_TRY(csv_next_line(&csv->lines, &header));
  for (size_t i = 0; header; i++) {
    LOLIGO_TRY(csv_next_field(&csv->lines, &header, &field));
    fault_names_add(&names, field);
    if (strcmp(field, column) == 0) csv->column = i;
  }
  return csv->column < SIZE_MAX ? LOLIGO_OK : fault_unknown_in("column", column, csv->lines.path, &names);
}

/* The number of the current line in the column. */
static loligo_status read_number(const csv_reader *csv, char *rest, double *value)
{
  char *field = NULL;
  for (size_t i = 0; i <= csv->column && rest; i++) {
    LOLIGO_TRY(csv_next_field(&csv->lines, &rest, &field));
    if (i < csv->column) field = NULL;
  }
  if (field) return read_field(csv, 0, field, value);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s is missing", csv->lines.path, csv->lines.number,
                     csv->format->names[0]);
}

/* -- row by row -- */

loligo_status csv_open(csv_reader *csv, FILE *file, const char *path, const csv_format *format, bool tells_all)
{
  *csv = (csv_reader){.lines = {.file = file, .path = path}, .format = format, .tells_all = tells_all};
  return format->any_header ? find_column(csv) : read_header(csv);
}

loligo_status csv_next_row(csv_reader *csv, double *row, bool *found)
{
  for (;;) {
    char *line;
    *found = false;
    LOLIGO_TRY(csv_next_line(&csv->lines, &line));
    if (!line) return mistakes_told(csv->any);
    const loligo_status status = csv->format->any_header ? read_number(csv, line, row) : read_row(csv, line, row);
    *found = status == LOLIGO_OK;
    if (*found || !csv->tells_all) return status;
    LOLIGO_TRY(mistakes_keep(status, &csv->any));
  }
}

void csv_close(csv_reader *csv)
{
  csv_lines_free(&csv->lines);
}

/* -- whole tables -- */

static loligo_status read_rows(csv_reader *csv, double **values, size_t *n_rows)
{
  const size_t n = csv->format->n_columns;
  size_t capacity = 0;
  for (bool found = true; found; *n_rows += found) {
    LOLIGO_TRY(memory_grow((void **)values, &capacity, (*n_rows + 1) * n, sizeof **values, csv->lines.path));
    LOLIGO_TRY(csv_next_row(csv, *values + *n_rows * n, &found));
  }
  return LOLIGO_OK;
}

loligo_status csv_read(FILE *file, const char *path, const csv_format *format, double **values, size_t *n_rows)
{
  csv_reader csv;
  double *numbers = NULL;
  size_t n = 0;
  loligo_status status = csv_open(&csv, file, path, format, true);
  if (status == LOLIGO_OK) status = read_rows(&csv, &numbers, &n);
  csv_close(&csv);
  if (status != LOLIGO_OK) {
    memory_free(numbers);
    return status;
  }
  *values = numbers;
  *n_rows = n;
  return LOLIGO_OK;
}

size_t csv_line_of_row(FILE *file, size_t row)
{
  csv_lines lines = {.file = file, .path = ""};
  char *line;
  loligo_status status = csv_next_line(&lines, &line);
  for (size_t i = 0; i <= row && status == LOLIGO_OK && line; i++) status = csv_next_line(&lines, &line);
  csv_lines_free(&lines);
  return lines.number;
}
