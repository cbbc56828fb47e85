/** Appends one file's series to another's. */
#ifndef LOLIGO_IO_H5_APPEND_H
#define LOLIGO_IO_H5_APPEND_H

#include "io/hdf5/h5_file.h"

/**
 * Appends all rows of the series that has the same path in the file `from`, in bounded pieces of which each rank moves
 * its share.
 *
 * Collective. MACHINE error, also if that series has other columns.
 *
 * @param from  open; the same context as that of the series' own file
 */
loligo_status h5_series_append(h5_series *series, h5_file *from);

#endif
