/** Tables of numbers in comma-separated values with a header line. Not collective. */
#ifndef LOLIGO_IO_CSV_H
#define LOLIGO_IO_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "io/model_file/csv_lines.h"
#include "loligo/status.h"

enum { CSV_MAX_COLUMNS = 4 };

typedef struct csv_format {
  size_t n_columns;
  const char *names[CSV_MAX_COLUMNS];
  bool is_index[CSV_MAX_COLUMNS]; /* a whole number in [0, 2^53], else any finite number */
  bool any_header;                /* of one column: the one of that name in a table of any */
} csv_format;

extern const csv_format csv_edges;                          /* source,target,weight,delay */
extern const csv_format csv_prompt_edges;                   /* source,target,weight: without delay */
extern const csv_format csv_trains;                         /* cell,time */
extern const csv_format csv_positions_2d, csv_positions_3d; /* x,y and x,y,z */

/** A file that is read row by row. */
typedef struct csv_reader {
  csv_lines lines;
  const csv_format *format;
  size_t column;  /* place of the one that is sought in any header */
  bool tells_all; /* rows that are wrong are kept as mistakes (base/mistakes.h) and left out */
  bool any;       /* one was */
} csv_reader;

/**
 * Begins with a file at its beginning, which stays the caller's; csv_close() also after a failure. Blank lines are
 * skipped, and a byte order mark.
 *
 * @param path  for messages
 * @return      INPUT error with file and line for a file that cannot be read, or another header; of one without the
 *              column that is sought, with those that there are
 */
loligo_status csv_open(csv_reader *csv, FILE *file, const char *path, const csv_format *format, bool tells_all);

/** Fills row[n_columns] with the next one, in line csv->lines.number; *found is false behind the last. INPUT error for
 * a wrong field, or at the end where there were some, which are told. */
loligo_status csv_next_row(csv_reader *csv, double *row, bool *found);

void csv_close(csv_reader *csv);

/** Reads a whole file: values[n_rows][n_columns], free with memory_free(). INPUT error as above, with all mistakes. */
loligo_status csv_read(FILE *file, const char *path, const csv_format *format, double **values, size_t *n_rows);

/** The finite number in a field of the current line, in a column of that name. INPUT error with file and line. */
loligo_status csv_number(const csv_lines *lines, const char *column, const char *field, double *value);

/** Number of the line, from 1, that holds a row, from 0, of a file that was read before; open at its beginning. */
size_t csv_line_of_row(FILE *file, size_t row);

#endif
