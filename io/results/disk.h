/** How fast a folder takes what is written. */
#ifndef LOLIGO_IO_DISK_H
#define LOLIGO_IO_DISK_H

#include "loligo/context.h"

/**
 * Writes a file from each rank, down to the disk, and removes it.
 *
 * Collective.
 *
 * @param bytes    of each rank
 * @param seconds  receives how long all of them took
 * @return         MACHINE, the same on all ranks, where that cannot be
 */
loligo_status disk_time_writing(const loligo_context *context, const char *folder, double bytes, double *seconds);

#endif
