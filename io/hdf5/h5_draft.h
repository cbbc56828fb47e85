/**
 * HDF5 files that one process creates with the serial driver: groups, attributes, datasets, and empty series that all
 * ranks then append to (h5_file.h). So strings of variable length, which parallel HDF5 cannot write, and all that can
 * go wrong at creation stay on one rank. Not collective, all of it.
 */
#ifndef LOLIGO_IO_H5_DRAFT_H
#define LOLIGO_IO_H5_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "loligo/status.h"

/** An open file. The first failure is kept, later calls do nothing, and h5_draft_close() tells. */
typedef struct h5_draft {
  const char *path; /* not owned */
  bool is_new;      /* made by h5_draft_create() */
  hid_t file;
  loligo_status status;
} h5_draft;

/** Creates the file in place of one of that name; a link is replaced, not followed. */
void h5_draft_create(h5_draft *draft, const char *path);

/** Opens an existing file to change it. */
void h5_draft_open(h5_draft *draft, const char *path);

/** Creates a group and those above it. */
void h5_draft_group(h5_draft *draft, const char *path);

/** Attribute of the object at `path`: n values, or one scalar where n is 0. */
void h5_draft_attribute(h5_draft *draft, const char *path, const char *name, hid_t type, size_t n, const void *values);

/** Attribute that is a UTF-8 string of variable length. */
void h5_draft_text_attribute(h5_draft *draft, const char *path, const char *name, const char *text);

/** Attribute that is one of n names. */
void h5_draft_choice_attribute(h5_draft *draft, const char *path, const char *name, const char *const *choices,
                               uint8_t n, uint8_t chosen);

/** Dataset of n values, with the groups above it. */
void h5_draft_array(h5_draft *draft, const char *path, hid_t type, uint64_t n, const void *values);

/** Dataset of values[rows][columns], of which there is one at least. */
void h5_draft_matrix(h5_draft *draft, const char *path, hid_t type, uint64_t rows, uint64_t columns,
                     const void *values);

enum { H5_PIECE = 8 << 10 };

/** Fills values[n], n <= H5_PIECE, with elements of 8 bytes from number `from` on. */
typedef void (*h5_fill)(const void *self, uint64_t from, size_t n, void *values);

/** Dataset of n elements of 8 bytes, made and written in small pieces. */
void h5_draft_pieces(h5_draft *draft, const char *path, hid_t type, uint64_t n, h5_fill fill, const void *self);

/** Dataset of the n integers first, first + 1, ..., made and written in small pieces. */
void h5_draft_count(h5_draft *draft, const char *path, uint64_t first, uint64_t n);

/** Dataset of n zeros, which take no room in the file. */
void h5_draft_zeros(h5_draft *draft, const char *path, hid_t type, uint64_t n);

/** Dataset of n UTF-8 strings, all with as many bytes as the longest. */
void h5_draft_texts(h5_draft *draft, const char *path, uint64_t n, const char *const *texts);

/** Dataset of one value. */
void h5_draft_scalar(h5_draft *draft, const char *path, hid_t type, const void *value);

/** Dataset that is one UTF-8 string of variable length. */
void h5_draft_text(h5_draft *draft, const char *path, const char *text);

/** Replaces the value of a scalar dataset. */
void h5_draft_set_scalar(h5_draft *draft, const char *path, hid_t type, const void *value);

/** A second name for the dataset at `path`. */
void h5_draft_link(h5_draft *draft, const char *path, const char *link);

/** How large a series is expected to become; from it follow its chunks. */
typedef struct h5_shape {
  int n_axes;       /* 1 or 2 */
  uint64_t rows;    /* expected in the end, a guess */
  uint64_t columns; /* 1 where n_axes is 1 */
} h5_shape;

/** Dataset of 0 rows that can grow along the first axis. */
void h5_draft_series(h5_draft *draft, const char *path, hid_t type, h5_shape shape);

/**
 * Closes the file. MACHINE error, with the path and the reason, if any call since the creation failed; a file that was
 * to be created is then removed.
 */
loligo_status h5_draft_close(h5_draft *draft);

/** Rows and columns of one chunk of a series. Not collective. */
void h5_chunk(h5_shape shape, size_t element_size, hsize_t chunk[2]);

#endif
