/** A CSV file that is read more than once: for the first time while a model file is read. Not collective. */
#ifndef LOLIGO_IO_CSV_FILE_H
#define LOLIGO_IO_CSV_FILE_H

#include <stdio.h>

#include "io/model_file/csv.h"

typedef struct csv_file {
  char *name;    /* owned */
  FILE *file;    /* open while it is read only, as a model may name many; else NULL */
  bool is_again; /* it was read before */
  const csv_format *format;
  csv_reader csv; /* what is wrong is kept as a mistake (base/mistakes.h), each with its line, the first time */
} csv_file;

/**
 * Takes over a file at its beginning, also after a failure; csv_file_free() then too.
 *
 * @param name    to open it again; copied
 * @param format  outlives it
 * @return        MACHINE without memory
 */
loligo_status csv_file_init(csv_file *file, const char *name, FILE *stream, const csv_format *format);
void csv_file_free(csv_file *file);

/** Goes to the first row. INPUT as csv_open(), or where the file cannot be opened again. */
loligo_status csv_file_begin(csv_file *file);

/** Closes it until the next beginning. */
void csv_file_close(csv_file *file);

#endif
