/*
 * Purpose: copy series from file to file at the speed of the disk.
 *
 * In each round the ranks in order take stretches of whole rows; a row longer than a piece is divided.
 */
#include "io/hdf5/h5_append.h"

#include "base/heartbeat.h"
#include "base/memory.h"

#define PIECE_BYTES ((uint64_t)16 << 20)

/* Rows of one rank and columns that are moved in one round. */
typedef struct piece_shape {
  uint64_t rows, columns;
} piece_shape;

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
  return value < low ? low : value > high ? high : value;
}

static piece_shape shape_of(const h5_series *series)
{
  uint64_t most = PIECE_BYTES / H5Tget_size(series->type);
  uint64_t columns = clamp(series->columns, 1, most);
  return (piece_shape){clamp(most / columns, 1, clamp(series->rows, 1, most)), columns};
}

/* One rank's rectangle of the round that begins at `row` and `column` of the source. */
static h5_block block_of(const h5_series *source, piece_shape shape, uint64_t row, uint64_t column)
{
  uint64_t first = row + (uint64_t)source->file->context->rank * shape.rows;
  if (first > source->rows) first = source->rows;
  return (h5_block){first, clamp(shape.rows, 0, source->rows - first), column,
                    clamp(shape.columns, 0, source->columns - column)};
}

static loligo_status copy_rows(h5_series *series, h5_series *source, uint64_t first, void *buffer)
{
  piece_shape shape = shape_of(source);
  uint64_t round = shape.rows * (uint64_t)source->file->context->size;
  for (uint64_t row = 0; row < source->rows; row += round) {
    heartbeat_doing("merges segments");
    for (uint64_t column = 0; column < source->columns; column += shape.columns) {
      h5_block block = block_of(source, shape, row, column);
      LOLIGO_TRY(h5_series_read(source, block, buffer));
      block.row += first;
      LOLIGO_TRY(h5_series_write(series, block, buffer));
    }
  }
  return LOLIGO_OK;
}

/* `source` is taken to end where the series is full. */
static loligo_status append_rows(h5_series *series, uint64_t most_rows, h5_series *source)
{
  const h5_file *from = source->file;
  if (source->columns != series->columns) {
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s does not fit to %s: other columns", from->path, series->file->path);
  }
  uint64_t first = series->rows;
  source->rows = clamp(source->rows, 0, most_rows - first);
  piece_shape shape = shape_of(source);
  void *buffer = memory_allocate(shape.rows * shape.columns, H5Tget_size(series->type), "the copy of a recording");
  loligo_status status = loligo_agree(from->context, buffer ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = h5_series_extend(series, 1, source->rows);
  if (status == LOLIGO_OK) status = copy_rows(series, source, first, buffer);
  memory_free(buffer);
  return status;
}

static loligo_status append(h5_series *series, uint64_t most_rows, h5_file *from)
{
  char path[1024];
  h5_series source;
  H5Iget_name(series->id, path, sizeof path);
  loligo_status status = h5_series_open(&source, from, path, series->type);
  if (status == LOLIGO_OK) status = append_rows(series, most_rows, &source);
  h5_series_close(&source);
  return status;
}

loligo_status h5_series_append(h5_series *series, size_t n, uint64_t most_rows, const char *path)
{
  h5_file from;
  LOLIGO_TRY(h5_file_open_to_read(&from, series->file->context, path));
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < n && status == LOLIGO_OK; i++) status = append(&series[i], most_rows, &from);
  loligo_status closed = h5_file_close(&from);
  return status != LOLIGO_OK ? status : closed;
}
