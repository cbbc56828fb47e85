/** The output directory of a run. */
#ifndef LOLIGO_IO_OUTPUT_H
#define LOLIGO_IO_OUTPUT_H

#include <stdbool.h>

#include "io/model_file/model_file.h"
#include "io/results/lock.h"
#include "loligo/context.h"
#include "loligo/status.h"

/** What a run does with what it finds. */
typedef enum output_mode {
  OUTPUT_NEW,       /* refuses a result, also that of an unfinished run */
  OUTPUT_OVERWRITE, /* removes it */
  OUTPUT_RESUME     /* leaves it */
} output_mode;

typedef struct output_plan {
  const char *directory;
  output_mode mode;
  const model_file *file;
  bool (*writes)(const model_file *file, const char *name); /* besides the names that all runs share; NULL: nothing */
} output_plan;

/**
 * Whether output_prepare() can be expected to succeed; locks a directory that exists and changes nothing, so that a run
 * which ends by the user's mistake leaves nothing.
 *
 * Collective. INPUT error if the directory holds a result and the mode refuses it, a folder or a foreign file is in the
 * way, another run writes there, or its path is not usable; MACHINE error if it, or the nearest of its parents that
 * exists, cannot be written, or a folder that is to be removed cannot be emptied.
 *
 * @param lock  zero; held by rank 0 afterwards if the directory exists. Release it, also after an error.
 */
loligo_status output_check(const loligo_context *context, const output_plan *plan, output_lock *lock);

/**
 * Prepares the output directory: creates it and its parents, locks it, refuses, removes or leaves the files of a result
 * in it, with segments and checkpoints (and never others), and tests that it can be written. A file is removed if it
 * can be read as one of Loligo's, or has a name that the run is going to write; of a link only the link.
 *
 * Collective, after output_check(). INPUT or MACHINE error as there, with nothing removed.
 *
 * @param lock  that of output_check()
 */
loligo_status output_prepare(const loligo_context *context, const output_plan *plan, output_lock *lock);

/** The same for rank 0 alone, where the others can no more be asked. */
loligo_status output_prepare_alone(const output_plan *plan, output_lock *lock);

/** DIRECTORY/NAME; NULL after loligo_fail(). Free with memory_free(). Not collective. */
char *output_path(const char *directory, const char *name);

#endif
