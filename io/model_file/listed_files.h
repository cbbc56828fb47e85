/**
 * The numbers of the files that a model names (edge lists, spike trains, shared objects): read once, on rank 0. Not
 * collective, all of it.
 */
#ifndef LOLIGO_IO_LISTED_FILES_H
#define LOLIGO_IO_LISTED_FILES_H

#include <stdint.h>

#include "base/name_table.h"
#include "io/model_file/csv.h"

typedef struct listed_file {
  char *path;               /* absolute; owned */
  char *name;               /* as opened, for messages; owned */
  const csv_format *format; /* NULL: raw */
  double *values;           /* [n_rows][n_columns] owned; NULL: forgotten */
  size_t n_rows, n_columns;
  uint64_t digest; /* of values that are forgotten */
} listed_file;

typedef struct listed_files {
  listed_file *files; /* [n] */
  size_t n, capacity;
  name_table numbers; /* of the files by path, in the scope of their format */
} listed_files;

/**
 * Reads a file, unless it is there already with its values.
 *
 * @param path    absolute
 * @param format  NULL: a raw file (raw.h)
 * @param name    for messages
 * @param stream  of the file; closed
 * @param file    valid until another file is read
 * @return        INPUT error where its content is wrong
 */
loligo_status listed_files_read(listed_files *set, const char *path, const char *name, FILE *stream,
                                const csv_format *format, const listed_file **file);

/** Keeps no more than a hash of a file's values, which are read again should another ask for them. */
void listed_files_forget(listed_files *set, const listed_file *file);

/** Notes a file that was read otherwise, by a hash of what it holds. MACHINE without memory. */
loligo_status listed_files_note(listed_files *set, const char *path, uint64_t hash);

/** Puts file and line of a row before the message of an INPUT error. */
loligo_status listed_file_locate(const listed_file *file, size_t row, loligo_status status);

void listed_files_free(listed_files *set);

/** Hash of all that the files hold, whatever they are called. */
uint64_t listed_files_digest(const listed_files *set);

/** A line "PATH DIGEST" for each raw file, freed by memory_free(). MACHINE without memory. */
loligo_status listed_files_raw(const listed_files *set, char **lines);

#endif
