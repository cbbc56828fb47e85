/*
 * Each class that may do is tried; the first says what is wrong where none does.
 */
#include "io/hdf5/h5_column.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_BYTES = 1024 };

static loligo_status open_as(h5_numbers *column, const h5_reader *reader, const char *dataset, const hid_t *types,
                             size_t n)
{
  char message[MESSAGE_BYTES] = "";
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < n; i++) {
    status = h5_numbers_open(column, reader, dataset, types[i], 1);
    if (status == LOLIGO_OK) return LOLIGO_OK;
    if (i == 0) snprintf(message, sizeof message, "%s", loligo_error_message());
    h5_numbers_close(column);
    loligo_error_clear();
  }
  return loligo_fail(status, "%s", message);
}

loligo_status h5_column_open(h5_numbers *column, const h5_reader *reader, const char *dataset)
{
  const hid_t types[] = {H5T_NATIVE_DOUBLE, H5T_NATIVE_INT64, H5T_NATIVE_UINT64};
  return open_as(column, reader, dataset, types, sizeof types / sizeof *types);
}

loligo_status h5_ids_open(h5_numbers *column, const h5_reader *reader, const char *dataset)
{
  const hid_t types[] = {H5T_NATIVE_UINT64, H5T_NATIVE_INT64};
  return open_as(column, reader, dataset, types, sizeof types / sizeof *types);
}

/* n numbers of 8 bytes. */
static loligo_status read_rows(const h5_numbers *column, uint64_t first, uint64_t n, void *values)
{
  return n ? h5_numbers_read(column, (h5_window){.row = first, .n_rows = n, .n_columns = 1}, values) : LOLIGO_OK;
}

loligo_status h5_column_read(const h5_numbers *column, uint64_t first, uint64_t n, double *values)
{
  LOLIGO_TRY(read_rows(column, first, n, values));
  if (column->type == H5T_NATIVE_DOUBLE) return LOLIGO_OK;
  const bool is_signed = column->type == H5T_NATIVE_INT64;
  for (uint64_t i = 0; i < n; i++) {
    uint64_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    values[i] = is_signed ? (double)(int64_t)bits : (double)bits;
  }
  return LOLIGO_OK;
}

loligo_status h5_ids_read(const h5_numbers *column, uint64_t first, uint64_t n, uint64_t *ids)
{
  LOLIGO_TRY(read_rows(column, first, n, ids));
  for (uint64_t i = 0; column->type == H5T_NATIVE_INT64 && i < n; i++)
    if ((int64_t)ids[i] < 0)
      return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s[%" PRIu64 "] is %" PRId64 ", below 0", column->reader->path,
                         column->dataset, first + i, (int64_t)ids[i]);
  return LOLIGO_OK;
}
