/** Appends one file's series to another's. */
#ifndef LOLIGO_IO_H5_APPEND_H
#define LOLIGO_IO_H5_APPEND_H

#include "io/hdf5/h5_file.h"

/**
 * Appends to each of n series of a file the rows of the series that has the same path in another file, in bounded
 * pieces of which each rank moves its share.
 *
 * Collective. MACHINE error, also if the other series has other columns.
 *
 * @param most_rows  that a series may have in the end; further ones are left out
 * @param path       of the other file, which is only read
 */
loligo_status h5_series_append(h5_series *series, size_t n, uint64_t most_rows, const char *path);

#endif
