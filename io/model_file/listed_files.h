/**
 * The numbers of the files that a model names (edge lists, spike trains, shared objects): read once, on rank 0, and
 * handed to all ranks. Not collective, all of it.
 */
#ifndef LOLIGO_IO_LISTED_FILES_H
#define LOLIGO_IO_LISTED_FILES_H

#include <stdint.h>

#include "io/model_file/csv.h"

typedef struct listed_file {
  char *path;           /* absolute; owned */
  char *name;           /* as opened, for messages; NULL in unpacked ones; owned */
  const double *values; /* [n_rows][n_columns] */
  double *owned;        /* the same, if they belong to this file; NULL if they lie in the unpacked bytes */
  size_t n_rows, n_columns;
} listed_file;

typedef struct listed_files {
  listed_file *files; /* [n] */
  size_t n, capacity;
} listed_files;

/** The numbers of the file with that absolute path, or NULL. */
const listed_file *listed_files_find(const listed_files *set, const char *path, const csv_format *format);

/**
 * Reads a file, unless it is there already.
 *
 * @param path    absolute
 * @param format  NULL: a raw file (raw.h), here and above
 * @param name    for messages
 * @param stream  of the file; closed
 * @param file    valid until another file is read
 * @return        INPUT error where its content is wrong
 */
loligo_status listed_files_read(listed_files *set, const char *path, const char *name, FILE *stream,
                                const csv_format *format, const listed_file **file);

/** Puts file and line of a row before the message of an INPUT error. */
loligo_status listed_file_locate(const listed_file *file, size_t row, loligo_status status);

void listed_files_free(listed_files *set);

/** Hash of all numbers, whatever the files are called. */
uint64_t listed_files_digest(const listed_files *set);

/** A line "PATH DIGEST" for each raw file, freed by memory_free(). MACHINE without memory. */
loligo_status listed_files_raw(const listed_files *set, char **lines);

/** Bytes that listed_files_pack() writes: a multiple of 8. */
size_t listed_files_packed_size(const listed_files *set);
void listed_files_pack(const listed_files *set, char *bytes);

/** Fills an empty set from packed bytes, which must be aligned to 8 and outlive it. */
loligo_status listed_files_unpack(listed_files *set, const char *bytes);

#endif
