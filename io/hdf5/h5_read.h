/**
 * Values of HDF5 files that nobody vouches for: what is read is looked at first. Class, sign, size, axes and extent
 * must be what the caller has room for; links and values that lie in other files are not followed; nothing is taken to
 * be larger than its file. Not collective, but for the last.
 */
#ifndef LOLIGO_IO_H5_READ_H
#define LOLIGO_IO_H5_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "loligo/status.h"

/** An open file that one process reads with the serial driver. */
typedef struct h5_reader {
  const char *path; /* not owned */
  hid_t file;       /* negative: not open */
} h5_reader;

/** MACHINE error "cannot open PATH: reason", also if it is no regular file. */
loligo_status h5_reader_open(h5_reader *reader, const char *path);

/** The same without a message: whether it was opened. */
bool h5_reader_try(h5_reader *reader, const char *path);

/** Allowed where it is not open. */
void h5_reader_close(h5_reader *reader);

/** A dataset, or an attribute of an object. */
typedef struct h5_place {
  const char *object;    /* path from the root of the file */
  const char *attribute; /* NULL: the dataset itself */
} h5_place;

/** Looks for an object, which may turn out to be anything. MACHINE error if it cannot be told whether it is there. */
loligo_status h5_find(const h5_reader *reader, const char *object, bool *found);

/**
 * Reads n numbers, one of which may also be a scalar.
 *
 * @param type    H5T_NATIVE_... of what is in memory; the file has integers that fit it, or floating point of its size
 * @param values  [n] filled
 * @return        MACHINE error "PATH: PLACE ..." if it is missing, or no n such numbers
 */
loligo_status h5_read(const h5_reader *reader, h5_place place, hid_t type, uint64_t n, void *values);

/** Reads one text; memory_free() it. MACHINE error. */
loligo_status h5_read_text(const h5_reader *reader, h5_place place, char **text);

/** Texts of a dataset; the i-th is bytes + i * size and ends in 0. */
typedef struct h5_texts {
  char *bytes; /* [n][size] memory_free() */
  uint64_t n;
  size_t size;
} h5_texts;

/** Reads a dataset of texts of equal size, along one axis; texts->bytes is NULL after an error. MACHINE error. */
loligo_status h5_read_texts(const h5_reader *reader, const char *dataset, h5_texts *texts);

/** A part of a dataset; of one axis, column 0 and one column. */
typedef struct h5_window {
  uint64_t row, column, n_rows, n_columns;
} h5_window;

/** An open dataset of numbers, for one that is read part by part. */
typedef struct h5_numbers {
  const h5_reader *reader; /* not owned, as the path */
  const char *dataset;
  hid_t id, space; /* negative: not open */
  hid_t type;      /* in memory */
  int n_axes;
  uint64_t extent[2]; /* rows and columns; one column where there is one axis */
} h5_numbers;

/** Opens a dataset of numbers that fit `type`; h5_numbers_close() also after a failure. MACHINE error. */
loligo_status h5_numbers_open(h5_numbers *numbers, const h5_reader *reader, const char *dataset, hid_t type,
                              int n_axes);

/** Before its file is closed; allowed where it is not open. */
void h5_numbers_close(h5_numbers *numbers);

/** Reads values[n_rows][n_columns]. MACHINE error, also beyond the end. */
loligo_status h5_numbers_read(const h5_numbers *numbers, h5_window window, void *values);

/** Rows and, of two axes, columns of a dataset of numbers that fit `type`. MACHINE error. */
loligo_status h5_read_extent(const h5_reader *reader, const char *dataset, hid_t type, int n_axes, uint64_t extent[2]);

/** Opens a dataset, reads values[n_rows][n_columns] of it and closes it. MACHINE error. */
loligo_status h5_read_window(const h5_reader *reader, const char *dataset, hid_t type, int n_axes, h5_window window,
                             void *values);

/** Reads the number in one row of a dataset of one axis. MACHINE error. */
loligo_status h5_read_row(const h5_reader *reader, const char *dataset, hid_t type, uint64_t row, void *value);

/** An open dataset whose values are sequences of numbers, each as long as it likes. */
typedef struct h5_sequences {
  const h5_reader *reader; /* not owned, as the path */
  const char *dataset;
  hid_t id, type; /* negative: not open; type: of a sequence as HDF5 hands it out */
  bool is_half;   /* these are numbers of two bytes, to be widened to doubles */
  uint64_t n;
} h5_sequences;

/** Opens a dataset of sequences along one axis of numbers that fit `type`; h5_sequences_close() also after a failure.
 * MACHINE error. */
loligo_status h5_sequences_open(h5_sequences *sequences, const h5_reader *reader, const char *dataset, hid_t type);

/** Before its file is closed; allowed where it is not open. */
void h5_sequences_close(h5_sequences *sequences);

/** Reads the sequence of a row, which there is, into memory of HDF5: h5_sequence_free(). MACHINE error. */
loligo_status h5_sequence_read(const h5_sequences *sequences, uint64_t row, uint64_t *n, void **numbers);
void h5_sequence_free(void *numbers);

enum { H5_NAME_BYTES = 700 }; /* longest name in a file that is read */

/**
 * Gives the name of each child of a group to `visit`, in the order of names, up to the first failure.
 *
 * @return  what the last visit returned; MACHINE error if it is no group, or a name is longer than H5_NAME_BYTES
 */
loligo_status h5_read_children(const h5_reader *reader, const char *group,
                               loligo_status (*visit)(void *self, const char *name), void *self);

/* -- for datasets that are opened otherwise -- */

/** Opens a dataset of a file; negative after a failure. Links to other files fail. */
hid_t h5_open_dataset(hid_t file, const char *dataset);

/**
 * What is wrong with an open dataset that is to be moved in bulk: words to follow its name, or NULL.
 *
 * @param type    its numbers must fit it
 * @param n_axes  receives 1 or 2
 * @param extent  receives rows and columns, the latter unchanged for one axis
 */
const char *h5_bulk_fault(hid_t dataset, hid_t type, int *n_axes, hsize_t extent[2]);

/** The same of its size, after h5_bulk_fault() found nothing. Collective where the file was opened together. */
const char *h5_storage_fault(hid_t dataset);

#endif
