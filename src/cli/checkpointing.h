/** Saving the state of a run as it goes, and finding the state to go on from. */
#ifndef LOLIGO_CLI_CHECKPOINTING_H
#define LOLIGO_CLI_CHECKPOINTING_H

#include <stdbool.h>
#include <stdint.h>

#include "io/checkpoint/checkpoint.h"
#include "io/model_file/model_file.h"
#include "io/results/recorders.h"
#include "loligo/simulation.h"

/** The checkpoints of one run; what it points at belongs to others. */
typedef struct checkpointing {
  const loligo_context *context;
  const model_file *model;
  const provenance *provenance;
  loligo_simulation *simulation;
  recorders *recorders;
  bool shows;           /* says on stderr what is written */
  double started;       /* s on the clock of timer_now(): when the last one was written, or the run began */
  double seconds;       /* spent on all of them */
  uint64_t n_written;   /* by this run */
  checkpoint_info last; /* n_written > 0 */
} checkpointing;

/** Starts the clock of checkpoints by wall time. Not collective. */
void checkpointing_start(checkpointing *saving);

/** An observer that pauses the simulation when a checkpoint is due by wall time; for rank 0. */
loligo_observer checkpointing_observer(checkpointing *saving);

/** Step at which the run is to return: that of the next checkpoint by model time, or its end. Not collective. */
int64_t checkpointing_next_step(const checkpointing *saving, int64_t end);

/**
 * Whether a pause asks for a checkpoint: not if it comes so soon after the last one that it is the same signal, which
 * reached another rank later. Collective.
 */
bool checkpointing_grants_pause(const checkpointing *saving);

/**
 * Closes the segment and saves the state.
 *
 * Collective, after loligo_simulation_run() came back. A state that cannot be saved costs nothing of what was there
 * before: a warning tells, and the run can go on.
 *
 * @param must  there is no later chance: a state that cannot be saved is an error
 * @return      MACHINE error where the segment cannot be closed, or the state not be saved although it must
 */
loligo_status checkpointing_save(checkpointing *saving, bool must);

/**
 * Finds the newest good checkpoint of the model's output directory. Damaged ones are named on stderr and passed over.
 *
 * Collective.
 *
 * @param found  free with checkpoint_header_free(), also after an error; path "" where there is nothing to go on from
 * @return       INPUT error where it is one of another model or of a later time; MACHINE error, also where there are
 *               damaged ones only
 */
loligo_status checkpointing_find(const loligo_context *context, const model_file *model, checkpoint_header *found);

/** Whether a run that stood there has nothing left to do: its report tells that it was complete. For rank 0. */
bool checkpointing_is_complete(const model_file *model, const checkpoint_header *found);

/**
 * Says on stderr what a resumed run goes on from, unless quiet; and that another revision of the program wrote it, as
 * its numbers may differ in the last digit. For rank 0.
 */
void checkpointing_tell_start(const checkpoint_header *found, const provenance *provenance, bool quiet);

/** What a checkpoint knows of the segments of output, for the recorders; NULL without one. Not collective. */
const char *checkpointing_segments(const checkpoint_header *found);

/** Makes the simulation stand where the checkpoint stood. Collective, before its first step. INPUT or MACHINE error. */
loligo_status checkpointing_restore(const loligo_context *context, const checkpoint_header *found,
                                    const loligo_network *network, loligo_simulation *simulation);

#endif
