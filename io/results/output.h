/** The output directory of a run. */
#ifndef LOLIGO_IO_OUTPUT_H
#define LOLIGO_IO_OUTPUT_H

#include <stdbool.h>

#include "loligo/context.h"
#include "loligo/status.h"

/**
 * Whether output_prepare() can be expected to succeed; changes nothing, so that a run which ends by the user's mistake
 * leaves nothing.
 *
 * Collective. INPUT error if the directory holds a result and not `overwrite`, or its path is not usable; MACHINE error
 * if it, or the nearest of its parents that exists, cannot be written.
 */
loligo_status output_check(const loligo_context *context, const char *directory, bool overwrite);

/**
 * Prepares the output directory: refuses one that holds a result unless `overwrite`, which removes the files of that
 * result (and no others); creates it and its parents, and tests that it can be written.
 *
 * Collective. INPUT error (nothing created) if it holds a result or its path is not usable; MACHINE error if it cannot
 * be written.
 */
loligo_status output_prepare(const loligo_context *context, const char *directory, bool overwrite);

/** DIRECTORY/NAME; NULL after loligo_fail(). Free with memory_free(). Not collective. */
char *output_path(const char *directory, const char *name);

/** True for a name that ends in ".h5". Not collective. */
bool output_is_h5(const char *name);

#endif
