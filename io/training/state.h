/**
 * Checkpoints of a training (io/checkpoint/checkpoint.h), which begin as those of a simulation and hold
 *
 *     /weights/..., /optimiser/...   [rows][columns] io/training/fields.h
 *     /position/NAME                 where it stands: learn/training.h
 *     /totals/NAME                   what was done until there: learn/tally.h
 *     /history/..., /evaluation/..., /confusion   how it went until there: io/training/curves.h
 */
#ifndef LOLIGO_IO_TRAINING_STATE_H
#define LOLIGO_IO_TRAINING_STATE_H

#include "io/checkpoint/checkpoint.h"
#include "io/training/curves.h"
#include "learn/training.h"

/** A training as a checkpoint keeps it; nothing of it is owned. */
typedef struct training_state {
  training *training;
  loligo_precision precision;
  curves *curves;        /* of rank 0 */
  double *epoch_seconds; /* of wall time in the epoch under way */
  uint64_t *totals;      /* training_totals(), to write, or room for them; else NULL */
  size_t n_populations;
} training_state;

/** checkpoint_write() of a training, between two batches. Collective. MACHINE error. */
loligo_status training_state_write(const loligo_context *context, const checkpoint_plan *plan,
                                   const training_state *state, checkpoint_info *info);

/**
 * Makes a new training stand where the checkpoint stood, on any number of ranks.
 *
 * Collective. After a failure it must not be gone on with.
 *
 * @param path  of a checkpoint that checkpoint_newest() or checkpoint_open() found good
 * @return      INPUT where it is none of a training, or a field does not fit; MACHINE where it cannot be read, what was
 *              read is not what was written, or no batch of the training ends where it stands
 */
loligo_status training_state_read(const loligo_context *context, const char *path, const training_state *state);

#endif
