/*
 * Line by line: the header must name the columns in order, every other line holds one number for each.
 */
#include "io/model_file/csv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/memory.h"

const csv_format csv_edges = {4, {"source", "target", "weight", "delay"}, {true, true, false, false}};
const csv_format csv_trains = {2, {"cell", "time"}, {true, false}};

static const double MAX_INDEX = 9007199254740992.0;

typedef struct csv_reader {
  FILE *file;
  const char *path;
  const csv_format *format;
  char *line; /* of getline(), without its end */
  size_t line_capacity;
  size_t line_number;
  double *values;
  size_t n_rows, capacity;
} csv_reader;

/* The next line that is not blank; false at the end of the file. */
static bool next_line(csv_reader *csv)
{
  while (getline(&csv->line, &csv->line_capacity, csv->file) >= 0) {
    csv->line_number++;
    csv->line[strcspn(csv->line, "\r\n")] = '\0';
    if (csv->line[strspn(csv->line, " \t")]) return true;
  }
  return false;
}

/* Cuts the next field off *rest and trims it; NULL behind the last. */
static char *next_field(char **rest)
{
  char *field = strsep(rest, ",");
  if (!field) return NULL;
  field += strspn(field, " \t\"");
  size_t length = strlen(field);
  while (length > 0 && strchr(" \t\"", field[length - 1])) field[--length] = '\0';
  return field;
}

static loligo_status check_stream(const csv_reader *csv)
{
  if (!ferror(csv->file)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "cannot read '%s': %s", csv->path, strerror(errno));
}

static loligo_status fail_header(const csv_reader *csv)
{
  char names[128] = "";
  for (size_t i = 0; i < csv->format->n_columns; i++) {
    const size_t n = strlen(names);
    snprintf(names + n, sizeof names - n, "%s%s", i ? "," : "", csv->format->names[i]);
  }
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: the first line must be the header '%s'", csv->path,
                     csv->line_number ? csv->line_number : 1, names);
}

static loligo_status read_header(csv_reader *csv)
{
  const bool is_empty = !next_line(csv);
  LOLIGO_TRY(check_stream(csv));
  if (is_empty) return fail_header(csv);
  char *rest = csv->line;
  for (size_t i = 0; i < csv->format->n_columns; i++) {
    const char *field = next_field(&rest);
    if (!field || strcmp(field, csv->format->names[i]) != 0) return fail_header(csv);
  }
  return rest ? fail_header(csv) : LOLIGO_OK;
}

static loligo_status read_field(const csv_reader *csv, size_t column, const char *field, double *value)
{
  const char *name = csv->format->names[column];
  char *end;
  *value = strtod(field, &end);
  if (*field == '\0' || *end || !isfinite(*value)) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s: '%s' is not a finite number", csv->path, csv->line_number, name,
                       field);
  }
  if (csv->format->is_index[column] && (*value < 0 || *value > MAX_INDEX || *value != floor(*value))) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s: '%s' is not a whole number >= 0", csv->path, csv->line_number,
                       name, field);
  }
  return LOLIGO_OK;
}

static loligo_status read_row(csv_reader *csv)
{
  const size_t n = csv->format->n_columns;
  LOLIGO_TRY(memory_grow((void **)&csv->values, &csv->capacity, (csv->n_rows + 1) * n, sizeof(double), csv->path));
  char *rest = csv->line;
  for (size_t i = 0; i < n; i++) {
    const char *field = next_field(&rest);
    if (!field) {
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s is missing; a line has %zu fields", csv->path,
                         csv->line_number, csv->format->names[i], n);
    }
    LOLIGO_TRY(read_field(csv, i, field, &csv->values[csv->n_rows * n + i]));
  }
  if (rest) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: more than %zu fields", csv->path, csv->line_number, n);
  }
  csv->n_rows++;
  return LOLIGO_OK;
}

static loligo_status read_table(csv_reader *csv)
{
  LOLIGO_TRY(read_header(csv));
  while (next_line(csv)) LOLIGO_TRY(read_row(csv));
  return check_stream(csv);
}

loligo_status csv_read(const char *path, const csv_format *format, double **values, size_t *n_rows)
{
  csv_reader csv = {.file = fopen(path, "r"), .path = path, .format = format};
  if (!csv.file) return loligo_fail(LOLIGO_INPUT_ERROR, "cannot open '%s': %s", path, strerror(errno));
  const loligo_status status = read_table(&csv);
  fclose(csv.file);
  free(csv.line);
  if (status != LOLIGO_OK) {
    memory_free(csv.values);
    return status;
  }
  *values = csv.values;
  *n_rows = csv.n_rows;
  return LOLIGO_OK;
}
