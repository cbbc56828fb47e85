/** Lines of comma-separated fields, as RFC 4180 has them, but none with line ends in quotes; or of fields that stand
 * apart by blanks, with the same quotes. Not collective. */
#ifndef LOLIGO_IO_CSV_LINES_H
#define LOLIGO_IO_CSV_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "loligo/status.h"

/** A file that is read line by line; set the first three. */
typedef struct csv_lines {
  FILE *file;       /* at its beginning */
  const char *path; /* for messages */
  bool by_blanks;   /* fields stand apart by blanks, any number of them, in place of commas */
  char *line;       /* the current one, without its end; owned */
  size_t capacity;
  size_t number; /* of the current line, from 1; 0 before the first */
} csv_lines;

/** Goes to the next line that is not blank; *rest receives its fields, NULL at the end of the file. A byte order mark
 * is skipped. INPUT error with file and line where the file is no text or cannot be read. */
loligo_status csv_next_line(csv_lines *lines, char **rest);

/** Cuts the next field off *rest, without blanks and quotes around it; NULL behind the last. INPUT error with file,
 * line and column where quotes do not match. */
loligo_status csv_next_field(const csv_lines *lines, char **rest, char **field);

/** Where a field of the current line stands, from 1. */
unsigned csv_column(const csv_lines *lines, const char *field);

void csv_lines_free(csv_lines *lines);

#endif
