/** What a training leaves beside its report: weights.h5 and training.h5. */
#ifndef LOLIGO_IO_TRAINING_RESULTS_H
#define LOLIGO_IO_TRAINING_RESULTS_H

#include <stdbool.h>

#include "io/results/provenance.h"
#include "io/training/state.h"
#include "loligo/context.h"

#define WEIGHTS_FILE "weights.h5"
#define TRAINING_FILE "training.h5"

/**
 * Writes both files under other names, and renames them in place of those that are there.
 *
 * Collective. MACHINE error; a file that could not be written is left as it was.
 *
 * @param complete  marks them so
 */
loligo_status training_results_write(const loligo_context *context, const char *directory, const provenance *provenance,
                                     const training_state *state, bool complete);

/**
 * Fills the weights of a new training from a file of that form; what the optimiser keeps stays as it is.
 *
 * Collective. INPUT where a matrix is missing or has another shape; MACHINE error.
 */
loligo_status training_weights_read(const loligo_context *context, const char *path, const training_state *state);

#endif
