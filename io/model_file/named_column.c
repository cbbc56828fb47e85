/*
 * Columns of any class, in the unit that is wanted.
 */
#include "io/model_file/named_column.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_column.h"
#include "io/model_file/read.h"
#include "io/model_file/units.h"

const named_column named_column_closed = {.open = H5_COLUMN_CLOSED};

loligo_status h5_source_open(const model_reader *reader, tree_node *node, const char *key, h5_source *source)
{
  FILE *stream;
  LOLIGO_TRY(read_open_file(reader, node, key, source->name, &stream));
  fclose(stream);
  source->node = node;
  return read_blame_file(node, h5_reader_open(&source->reader, source->name));
}

loligo_status named_column_open(named_column *column, const h5_source *source, const char *dataset)
{
  *column = named_column_closed;
  column->source = source;
  LOLIGO_TRY(read_blame_file(source->node, h5_column_open(&column->open, &source->reader, dataset)));
  if (h5_read_text(&source->reader, (h5_place){dataset, "units"}, &column->unit) != LOLIGO_OK) loligo_error_clear();
  return LOLIGO_OK;
}

loligo_status named_column_open_ids(named_column *column, const h5_source *source, const char *dataset)
{
  *column = named_column_closed;
  column->source = source;
  return read_blame_file(source->node, h5_ids_open(&column->open, &source->reader, dataset));
}

void named_column_close(named_column *column)
{
  h5_numbers_close(&column->open);
  memory_free(column->unit);
  column->unit = NULL;
}

uint64_t named_column_length(const named_column *column)
{
  return column->open.extent[0];
}

loligo_status named_column_read_ids(const named_column *column, uint64_t first, uint64_t n, uint64_t *values)
{
  return read_blame_file(column->source->node, h5_ids_read(&column->open, first, n, values));
}

/* Converts numbers to `unit` from what the dataset says that they are in, if it says anything. */
static loligo_status convert(const named_column *column, const char *unit, double *values, uint64_t n)
{
  const h5_source *source = column->source;
  const char *from = column->unit;
  const bool is_same = !from || (!*unit && strcmp(from, "1") == 0);
  const loligo_status status = is_same ? LOLIGO_OK : units_convert_all(values, n, from, unit);
  char label[PATH_MAX + H5_NAME_BYTES];
  snprintf(label, sizeof label, "%s: %s", source->name, column->open.dataset);
  return source->node ? tree_locate(source->node->mark, label, status) : status;
}

loligo_status named_column_read(const named_column *column, const char *unit, uint64_t first, uint64_t n,
                                double *values)
{
  LOLIGO_TRY(read_blame_file(column->source->node, h5_column_read(&column->open, first, n, values)));
  return convert(column, unit, values, n);
}
