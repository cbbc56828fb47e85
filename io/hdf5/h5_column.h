/**
 * Numbers along one axis of a dataset that is read part by part, whatever class it has of those that can hold what is
 * wanted. Not collective.
 */
#ifndef LOLIGO_IO_H5_COLUMN_H
#define LOLIGO_IO_H5_COLUMN_H

#include "io/hdf5/h5_read.h"

/** A column that is not open. */
#define H5_COLUMN_CLOSED                                                                                               \
  {                                                                                                                    \
    .id = -1, .space = -1                                                                                              \
  }

/** Opens a dataset of numbers that are to be doubles; h5_numbers_close() also after a failure. MACHINE error. */
loligo_status h5_column_open(h5_numbers *column, const h5_reader *reader, const char *dataset);

/** Reads n of them from row `first` on. MACHINE error, also beyond the end. */
loligo_status h5_column_read(const h5_numbers *column, uint64_t first, uint64_t n, double *values);

/** The same of whole numbers >= 0. MACHINE error, also for a number below 0. */
loligo_status h5_ids_open(h5_numbers *column, const h5_reader *reader, const char *dataset);
loligo_status h5_ids_read(const h5_numbers *column, uint64_t first, uint64_t n, uint64_t *ids);

#endif
