/*
 * Bytes as rows of eight, so that they travel with the numbers of other files and are part of the same digest.
 */
#include "io/model_file/raw.h"

#include <errno.h>
#include <string.h>

#include "base/memory.h"

enum { PIECE_ROWS = 1 << 13, MOST_ROWS = 1 << 27 };

size_t raw_size(const double *values)
{
  uint64_t size;
  memcpy(&size, values, sizeof size);
  return size;
}

static loligo_status read_bytes(FILE *file, const char *path, double **values, uint64_t *size)
{
  size_t capacity = 0, got;
  do {
    const size_t rows = 1 + (size_t)*size / sizeof(double);
    if (rows > MOST_ROWS) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: is longer than 1 GiB", path);
    LOLIGO_TRY(memory_grow((void **)values, &capacity, rows + PIECE_ROWS, sizeof(double), "a shared object"));
    got = fread((char *)(*values + 1) + *size, 1, (PIECE_ROWS - 1) * sizeof(double), file);
    *size += got;
  } while (got > 0);
  if (!ferror(file)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot read: %s", path, strerror(errno));
}

loligo_status raw_read(FILE *file, const char *path, double **values, size_t *n_rows)
{
  uint64_t size = 0;
  double *read = NULL;
  const loligo_status status = read_bytes(file, path, &read, &size);
  if (status != LOLIGO_OK) {
    memory_free(read);
    return status;
  }
  *n_rows = 1 + (size_t)((size + sizeof(double) - 1) / sizeof(double));
  memset((char *)(read + 1) + size, 0, (*n_rows - 1) * sizeof(double) - size);
  memcpy(read, &size, sizeof size);
  *values = read;
  return LOLIGO_OK;
}
