/** The HDF5 files of a result; those of an unfinished run lie in segments, and are read as one. Not collective. */
#ifndef LOLIGO_IO_RESULT_FILES_H
#define LOLIGO_IO_RESULT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/hdf5/h5_read.h"
#include "loligo/status.h"

/** Files that follow one another, or one. There may be more than a process can open at once. */
typedef struct result_file {
  char *name;
  char **paths; /* [n] */
  size_t n;
  bool in_segments;
} result_file;

typedef struct result_files {
  result_file *items; /* [n] final ones by name, then those in segments by name */
  size_t n, capacity;
} result_files;

/**
 * Finds those of an output directory, whatever became of the run.
 *
 * @param files  filled; result_files_free() it, also after an error
 * @return       INPUT error if the directory cannot be read, MACHINE error without memory
 */
loligo_status result_files_find(const char *directory, result_files *files);
void result_files_free(result_files *files);

/** Whether its first path holds an object. MACHINE error. */
loligo_status result_file_has(const result_file *file, const char *object, bool *found);

/** Prints the path of what tells the cells of the columns of a report into path[H5_PATH_SIZE]: its node_ids or, where
 * columns are synapses, target_ids. MACHINE error. */
loligo_status result_report_cells(const result_file *file, const char *name, char *path, bool *of_synapses);

/** A dataset of numbers over all paths of a file, which must outlive it. */
typedef struct result_column {
  const result_file *file;
  const char *dataset;
  hid_t type; /* in memory */
  int n_axes;
  uint64_t rows, columns;
  uint64_t *ends; /* [file->n] rows up to the end of each path; owned */
  size_t first;   /* path that has the first row; 0 without any */
} result_column;

/** Closes with result_column_close(), also after an error. MACHINE error if it is no such dataset in each path. */
loligo_status result_column_open(result_column *column, const result_file *file, const char *dataset, hid_t type,
                                 int n_axes);
void result_column_close(result_column *column);

/** Reads values[n_rows][n_columns] of a window that lies within the column. MACHINE error. */
loligo_status result_column_read(const result_column *column, h5_window window, void *values);

#endif
