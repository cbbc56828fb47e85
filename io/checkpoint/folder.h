/** The directory that checkpoints lie in: their names, what is there, what may go. For one process; not collective. */
#ifndef LOLIGO_IO_FOLDER_H
#define LOLIGO_IO_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

enum { FOLDER_PATH_SIZE = 4096 };

/** Name of the mark of a complete run (completion.h), which lies among the checkpoints. */
#define FOLDER_MARK "complete"

/** Whether Loligo gives a file in such a directory this name: to a checkpoint, a mark, or one of them under work. */
bool folder_is_own(const char *name);

/** Prints DIRECTORY/step-NNNNNNNNNNNN.h5 into path[FOLDER_PATH_SIZE]. INPUT error if it is too long. */
loligo_status folder_path(const char *directory, int64_t step, char *path);

/** Steps of the checkpoints in a directory. */
typedef struct step_list {
  int64_t *steps; /* [n] descending; memory_free() */
  size_t n, capacity;
} step_list;

/** Lists them; none in a directory that does not exist. MACHINE error if it cannot be read. */
loligo_status folder_list(const char *directory, step_list *list);

/** Makes a directory in one that exists, if it is not there, and lets no crash lose it. MACHINE error. */
loligo_status folder_make(const char *directory);

/**
 * Gives a file that is complete and on disk its name, and lets nothing of both be lost by a crash. MACHINE error.
 *
 * @param part  path of the file until now, in the same directory
 */
loligo_status folder_rename(const char *directory, const char *part, const char *path);

/**
 * Removes all checkpoints but the `keep` newest up to `step`: those before, and those behind it, which a run that
 * stands at `step` did not accept; and what was left half written. MACHINE error.
 */
loligo_status folder_prune(const char *directory, int64_t step, size_t keep);

#endif
