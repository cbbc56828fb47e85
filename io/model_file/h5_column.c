/*
 * Integers and floats become doubles in place.
 */
#include "io/model_file/h5_column.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/model_file/read.h"
#include "io/model_file/units.h"

enum { MESSAGE_BYTES = 1024 };

const h5_column h5_column_closed = {.open = {.id = -1, .space = -1}};

loligo_status h5_source_open(const model_reader *reader, tree_node *node, const char *key, h5_source *source)
{
  FILE *stream;
  LOLIGO_TRY(read_open_file(reader, node, key, source->name, &stream));
  fclose(stream);
  source->node = node;
  return read_blame_file(node, h5_reader_open(&source->reader, source->name));
}

/* Of the class that the dataset has. */
static loligo_status open_class(h5_column *column, const char *dataset)
{
  const h5_reader *reader = &column->source->reader;
  const hid_t others[] = {H5T_NATIVE_FLOAT, H5T_NATIVE_INT64};
  loligo_status status = h5_numbers_open(&column->open, reader, dataset, H5T_NATIVE_DOUBLE, 1);
  for (size_t i = 0; status != LOLIGO_OK && i < sizeof others / sizeof *others; i++) {
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof message, "%s", loligo_error_message());
    loligo_error_clear();
    status = h5_numbers_open(&column->open, reader, dataset, others[i], 1);
    if (status == LOLIGO_OK) continue;
    loligo_error_clear();
    status = loligo_fail(LOLIGO_INPUT_ERROR, "%s", message);
  }
  return read_blame_file(column->source->node, status);
}

loligo_status h5_column_open(h5_column *column, const h5_source *source, const char *dataset)
{
  *column = h5_column_closed;
  column->source = source;
  LOLIGO_TRY(open_class(column, dataset));
  if (h5_read_text(&source->reader, (h5_place){dataset, "units"}, &column->unit) != LOLIGO_OK) loligo_error_clear();
  return LOLIGO_OK;
}

loligo_status h5_column_open_ids(h5_column *column, const h5_source *source, const char *dataset)
{
  *column = h5_column_closed;
  column->source = source;
  return read_blame_file(source->node, h5_numbers_open(&column->open, &source->reader, dataset, H5T_NATIVE_UINT64, 1));
}

void h5_column_close(h5_column *column)
{
  h5_numbers_close(&column->open);
  memory_free(column->unit);
  column->unit = NULL;
}

uint64_t h5_column_length(const h5_column *column)
{
  return column->open.extent[0];
}

/* n numbers of 8 bytes from row `first` on. */
static loligo_status read_rows(const h5_column *column, uint64_t first, uint64_t n, void *values)
{
  const h5_window window = {.row = first, .n_rows = n, .n_columns = 1};
  return read_blame_file(column->source->node, h5_numbers_read(&column->open, window, values));
}

loligo_status h5_column_read_ids(const h5_column *column, uint64_t first, uint64_t n, uint64_t *values)
{
  return read_rows(column, first, n, values);
}

/* Converts numbers to `unit` from what the dataset says that they are in, if it says anything. */
static loligo_status convert(const h5_column *column, const char *unit, double *values, uint64_t n)
{
  const h5_source *source = column->source;
  const char *from = column->unit;
  const bool is_same = !from || (!*unit && strcmp(from, "1") == 0);
  const loligo_status status = is_same ? LOLIGO_OK : units_convert_all(values, n, from, unit);
  char label[PATH_MAX + H5_NAME_BYTES];
  snprintf(label, sizeof label, "%s: %s", source->name, column->open.dataset);
  return source->node ? tree_locate(source->node->mark, label, status) : status;
}

loligo_status h5_column_read(const h5_column *column, const char *unit, uint64_t first, uint64_t n, double *values)
{
  const hid_t type = column->open.type;
  LOLIGO_TRY(read_rows(column, first, n, values));
  /* From the end on, as narrow ones lie at the beginning. */
  for (uint64_t i = n; type == H5T_NATIVE_FLOAT && i > 0; i--) values[i - 1] = ((const float *)values)[i - 1];
  for (uint64_t i = 0; type == H5T_NATIVE_INT64 && i < n; i++) {
    int64_t whole;
    memcpy(&whole, &values[i], sizeof whole);
    values[i] = (double)whole;
  }
  return convert(column, unit, values, n);
}
