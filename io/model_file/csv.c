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
static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF"; /* of UTF-8, which spreadsheets write */

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

static loligo_status check_stream(const csv_reader *csv)
{
  if (!ferror(csv->file)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot read: %s", csv->path, strerror(errno));
}

/* Cuts the end of a line off, LF or CRLF; anything else that is no text would hide what stands behind it. */
static loligo_status trim_line(csv_reader *csv, size_t length)
{
  if (length > 0 && csv->line[length - 1] == '\n') length--;
  if (length > 0 && csv->line[length - 1] == '\r') length--;
  csv->line[length] = '\0';
  if (strlen(csv->line) < length)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: not a text file: it holds a zero byte; save it as UTF-8", csv->path,
                       csv->line_number);
  if (!strchr(csv->line, '\r')) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: a carriage return within a line; end lines with LF or CRLF",
                     csv->path, csv->line_number);
}

/* The next line that is not blank; *line is NULL at the end of the file. */
static loligo_status next_line(csv_reader *csv, char **line)
{
  ssize_t length;
  *line = NULL;
  while ((length = getline(&csv->line, &csv->line_capacity, csv->file)) >= 0) {
    csv->line_number++;
    LOLIGO_TRY(trim_line(csv, (size_t)length));
    const size_t mark = csv->line_number == 1 && strncmp(csv->line, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0
                            ? strlen(BYTE_ORDER_MARK)
                            : 0;
    *line = csv->line + mark;
    if ((*line)[strspn(*line, " \t")]) return LOLIGO_OK;
  }
  *line = NULL;
  return check_stream(csv);
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
  char *rest;
  LOLIGO_TRY(next_line(csv, &rest));
  if (!rest) return fail_header(csv);
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

static loligo_status read_row(csv_reader *csv, char *rest)
{
  const size_t n = csv->format->n_columns;
  LOLIGO_TRY(memory_grow((void **)&csv->values, &csv->capacity, (csv->n_rows + 1) * n, sizeof(double), csv->path));
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
  char *line;
  LOLIGO_TRY(read_header(csv));
  LOLIGO_TRY(next_line(csv, &line));
  while (line) {
    LOLIGO_TRY(read_row(csv, line));
    LOLIGO_TRY(next_line(csv, &line));
  }
  return LOLIGO_OK;
}

loligo_status csv_read(FILE *file, const char *path, const csv_format *format, double **values, size_t *n_rows)
{
  csv_reader csv = {.file = file, .path = path, .format = format};
  const loligo_status status = read_table(&csv);
  free(csv.line);
  if (status != LOLIGO_OK) {
    memory_free(csv.values);
    return status;
  }
  *values = csv.values;
  *n_rows = csv.n_rows;
  return LOLIGO_OK;
}

size_t csv_line_of_row(FILE *file, size_t row)
{
  csv_reader csv = {.file = file, .path = ""};
  char *line;
  loligo_status status = next_line(&csv, &line);
  for (size_t i = 0; i <= row && status == LOLIGO_OK && line; i++) status = next_line(&csv, &line);
  free(csv.line);
  return csv.line_number;
}
