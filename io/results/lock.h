/** At most one run at a time in an output directory. For one process; not collective. */
#ifndef LOLIGO_IO_LOCK_H
#define LOLIGO_IO_LOCK_H

#include <stdbool.h>

#include "loligo/status.h"

typedef struct output_lock {
  int folder, file; /* descriptors */
  bool held;
} output_lock;

/**
 * Locks a directory that exists; does nothing where it is held already. The lock ends with the process, however that
 * ends.
 *
 * @param lock  zero before the first call
 * @return      INPUT error if another run holds it, also on another node where the file system knows locks between
 *              nodes; where it knows none, nothing is locked. MACHINE error if the directory cannot be written.
 */
loligo_status output_lock_take(output_lock *lock, const char *directory);

/** Gives the directory free and leaves no file behind. */
void output_lock_release(output_lock *lock);

#endif
