/** What creating and appending to HDF5 files have in common. Not collective, all of it. */
#ifndef LOLIGO_IO_H5_H
#define LOLIGO_IO_H5_H

#include <stdbool.h>

#include <hdf5.h>

#include "loligo/status.h"

/**
 * Makes the program fit for failing files; call before MPI_Init. HDF5 does not try to close files at the end, for it
 * would hang on one that was abandoned, and a limit on the size of files is an error instead of a signal.
 */
void h5_before_mpi(void);

/** Records "cannot ACTION PATH: reason", a MACHINE error, right after a call of HDF5 failed. */
loligo_status h5_fail(const char *action, const char *path);

/** `properties` if all that was set in them is good; else they are closed and no id, which the next call refuses. */
hid_t h5_checked_properties(hid_t properties, bool good);

/**
 * Properties of access that all files share: no locks, which parallel file systems lack; chunks begin at stripes;
 * closing a file closes what a failure left open in it, so that it reaches the disk. Negative after a failure.
 */
hid_t h5_access_properties(void);

#endif
