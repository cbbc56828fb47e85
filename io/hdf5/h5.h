/** What creating and appending to HDF5 files have in common. Not collective, all of it. */
#ifndef LOLIGO_IO_H5_H
#define LOLIGO_IO_H5_H

#include <stdbool.h>

#include <hdf5.h>

#include "loligo/status.h"

/** Records "cannot ACTION PATH: reason", a MACHINE error, right after a call of HDF5 failed. */
loligo_status h5_fail(const char *action, const char *path);

/** `properties` if all that was set in them is good; else they are closed and no id, which the next call refuses. */
hid_t h5_checked_properties(hid_t properties, bool good);

/**
 * Properties of access that all files share: no locks, which parallel file systems lack; chunks begin at stripes;
 * closing a file closes what a failure left open in it, so that it reaches the disk. Negative after a failure.
 */
hid_t h5_access_properties(void);

enum { H5_PATH_SIZE = 1024 };

/** Prints a path inside a file into path[H5_PATH_SIZE]. */
void h5_path(char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
