/**
 * The mark of a run that is complete: a line of text in a file beside its checkpoints, written when everything else is
 * on disk. It holds the digest of the seal of the checkpoint that stands at the end of the run, and counts for that one
 * only: what was complete once and has gone on since is not complete by it. For one process; not collective.
 */
#ifndef LOLIGO_IO_COMPLETION_H
#define LOLIGO_IO_COMPLETION_H

#include <stdbool.h>
#include <stdint.h>

#include "loligo/status.h"

/**
 * Marks a run as complete, in place of an earlier mark. MACHINE error.
 *
 * @param directory  that holds the checkpoint of its end
 * @param digest     of the seal of that checkpoint
 */
loligo_status completion_mark(const char *directory, uint64_t digest);

/** Whether the run that ended with the checkpoint of this digest is marked. What cannot be read is no mark. */
bool completion_is_marked(const char *directory, uint64_t digest);

#endif
