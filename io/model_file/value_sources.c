/*
 * Files are open while they are read only: a model may name many.
 */
#include "io/model_file/value_sources.h"

#include <limits.h>

#include "base/least.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/csv_file.h"
#include "io/model_file/named_column.h"
#include "io/model_file/read.h"

static const char WHAT[] = "values of cells";

/* -- a dataset -- */

typedef struct value_dataset {
  h5_source source;
  named_column column;
  char *name, *unit; /* owned */
  uint64_t at;
} value_dataset;

static void close_dataset(value_dataset *values)
{
  named_column_close(&values->column);
  h5_reader_close(&values->source.reader);
  values->source.reader.file = -1;
}

static loligo_status open_dataset(value_dataset *values)
{
  if (values->source.reader.file < 0) LOLIGO_TRY(h5_reader_open(&values->source.reader, values->source.name));
  return named_column_open(&values->column, &values->source, values->name);
}

static loligo_status begin_dataset(void *self)
{
  value_dataset *values = self;
  values->at = 0;
  return values->column.source ? LOLIGO_OK : open_dataset(values);
}

static loligo_status next_of_dataset(void *self, size_t room, double *out, size_t *n)
{
  value_dataset *values = self;
  *n = least(room, named_column_length(&values->column) - values->at);
  LOLIGO_TRY(named_column_read(&values->column, values->unit, values->at, *n, out));
  values->at += *n;
  if (*n > 0) return LOLIGO_OK;
  close_dataset(values);
  values->column = named_column_closed;
  values->source.node = NULL;
  return LOLIGO_OK;
}

static void free_dataset(void *self)
{
  value_dataset *values = self;
  close_dataset(values);
  memory_free(values->name);
  memory_free(values->unit);
  memory_free(values);
}

static loligo_status init_dataset(value_dataset *values, const value_place *place)
{
  values->source.reader.file = -1;
  values->column = named_column_closed;
  values->name = memory_string(place->name);
  values->unit = memory_string(place->unit);
  if (!values->name || !values->unit) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(h5_source_open(place->reader, place->file, place->key, &values->source));
  return open_dataset(values);
}

static loligo_status dataset_source(const value_place *place, value_source *source)
{
  value_dataset *values = memory_allocate(1, sizeof *values, WHAT);
  if (!values) return LOLIGO_MACHINE_ERROR;
  *source = (value_source){values, values->source.name, begin_dataset, next_of_dataset, free_dataset};
  return init_dataset(values, place);
}

/* -- a column -- */

typedef struct value_column {
  csv_file file;
  csv_format format;
  char *name; /* owned */
} value_column;

static loligo_status begin_column(void *self)
{
  return csv_file_begin(&((value_column *)self)->file);
}

static loligo_status next_of_column(void *self, size_t room, double *out, size_t *n)
{
  value_column *values = self;
  bool found = true;
  for (*n = 0; *n < room; ++*n) {
    LOLIGO_TRY(csv_next_row(&values->file.csv, &out[*n], &found));
    if (!found) break;
  }
  if (*n == 0) csv_file_close(&values->file);
  return LOLIGO_OK;
}

static void free_column(void *self)
{
  value_column *values = self;
  csv_file_free(&values->file);
  memory_free(values->name);
  memory_free(values);
}

static loligo_status column_source(const value_place *place, value_source *source)
{
  FILE *stream;
  char path[PATH_MAX];
  value_column *values = memory_allocate(1, sizeof *values, WHAT);
  if (!values) return LOLIGO_MACHINE_ERROR;
  *source = (value_source){values, NULL, begin_column, next_of_column, free_column};
  values->name = memory_string(place->name);
  if (!values->name) return LOLIGO_MACHINE_ERROR;
  values->format = (csv_format){1, {values->name}, {false}, true};
  LOLIGO_TRY(read_open_file(place->reader, place->file, place->key, path, &stream));
  const loligo_status status = csv_file_init(&values->file, path, stream, &values->format);
  source->name = values->file.name;
  return status;
}

loligo_status value_source_open(const value_place *place, value_source *source)
{
  const bool is_column = place->file->text && text_ends(place->file->text, ".csv");
  *source = (value_source){0};
  return is_column ? column_source(place, source) : dataset_source(place, source);
}
