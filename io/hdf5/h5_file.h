/**
 * HDF5 files that all ranks append to, in bounded pieces; each began as a draft (h5_draft.h).
 *
 * Before each append the disk space is reserved: a full disk is found while nothing is half written, and the file stays
 * good. A file system that cannot reserve is asked whether it has the room.
 */
#ifndef LOLIGO_IO_H5_FILE_H
#define LOLIGO_IO_H5_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "loligo/context.h"
#include "loligo/status.h"

/** An open file. */
typedef struct h5_file {
  const loligo_context *context;
  char path[4096];
  hid_t id;                          /* negative: not open */
  int name;                          /* descriptor that stands for the path; -1: none */
  bool broken;                       /* HDF5 failed, on all ranks */
  double published, publish_seconds; /* when h5_file_publish() last flushed the file, and how long that took */
} h5_file;

/** Opens a draft that was closed. Collective. MACHINE error. */
loligo_status h5_file_open(h5_file *file, const loligo_context *context, const char *path);

/** Opens a file that is complete, to read; it is not changed, also not by closing it. Collective. MACHINE error. */
loligo_status h5_file_open_to_read(h5_file *file, const loligo_context *context, const char *path);

/** Sends all that was written to disk: the file can be read while it is open. Collective. MACHINE error. */
loligo_status h5_file_flush(h5_file *file);

/**
 * Flushes the file if the last time is long enough ago that this costs next to nothing: some seconds, more where the
 * disk is slow. To be called now and then, so that a result can be read while the run goes on.
 * Collective. MACHINE error.
 */
loligo_status h5_file_publish(h5_file *file);

/**
 * The status of all ranks after each called h5_series_put(); where one has failed no more is asked of the file.
 * Collective.
 */
loligo_status h5_file_agree(h5_file *file, loligo_status status);

/**
 * Closes the file, if it is open, or abandons it if HDF5 has failed on it.
 * Collective. MACHINE error if what was written may not have arrived.
 */
loligo_status h5_file_close(h5_file *file);

/** A dataset of an open file that grows along its first axis. */
typedef struct h5_series {
  h5_file *file; /* not owned */
  hid_t id, type;
  uint64_t rows, columns; /* columns is 1 for a one-dimensional series */
  int n_axes;
  hsize_t chunk[2];
  uint64_t piece_bytes; /* most that one call of HDF5 writes; below 2 GiB, so that counts fit an int */
} h5_series;

/** Opens a series. `type` is that of the values in memory and in the file. Collective. MACHINE error. */
loligo_status h5_series_open(h5_series *series, h5_file *file, const char *path, hid_t type);

/** Collective, before the file is closed. */
void h5_series_close(h5_series *series);

/**
 * Adds `rows` rows without contents, the same number on all ranks, to each of n series of one file: to all of them or,
 * where the disk has no space for all, to none. Collective. MACHINE error.
 */
loligo_status h5_series_extend(h5_series *series, size_t n, uint64_t rows);

/** The same with rows[i] rows for the i-th series. Collective. MACHINE error. */
loligo_status h5_series_extend_each(h5_series *series, size_t n, const uint64_t *rows);

/** A rectangle of a series. */
typedef struct h5_block {
  uint64_t row, rows;
  uint64_t column, columns; /* 0, 1 for a one-dimensional series */
} h5_block;

/**
 * Writes values[block.rows][block.columns] of this rank; blocks of ranks do not overlap and may be empty.
 * Not collective. MACHINE error, to be agreed upon by h5_file_agree().
 */
loligo_status h5_series_put(const h5_series *series, h5_block block, const void *values);

/** h5_series_put() on each rank and h5_file_agree(). Collective. MACHINE error. */
loligo_status h5_series_write(h5_series *series, h5_block block, const void *values);

/** Reads values[block.rows][block.columns] of each rank; blocks may overlap and be empty. Collective. MACHINE error. */
loligo_status h5_series_read(h5_series *series, h5_block block, void *values);

/**
 * Rows of this rank of a one-dimensional series where, from `row` on, each rank in order has n rows; *total receives
 * their number over all ranks. Collective over the context.
 */
h5_block h5_block_of_rank(const loligo_context *context, uint64_t row, uint64_t n, uint64_t *total);

#endif
