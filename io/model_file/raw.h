/** Files whose bytes are wanted as they are, among the tables of numbers (listed_files.h). Not collective. */
#ifndef LOLIGO_IO_RAW_H
#define LOLIGO_IO_RAW_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "loligo/status.h"

/** Rows of a raw file: the number of its bytes, then these, eight to a row, the last one filled up with zeros. */
enum { RAW_COLUMNS = 1 };

/** Reads a whole file. INPUT where it cannot be read or is longer than 1 GiB; MACHINE without memory. */
loligo_status raw_read(FILE *file, const char *path, double **values, size_t *n_rows);

/** The bytes in such rows, and how many they are. */
static inline const void *raw_bytes(const double *values)
{
  return values + 1;
}
size_t raw_size(const double *values);

#endif
