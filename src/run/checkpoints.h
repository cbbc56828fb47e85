/** Saving the state of a run as it goes, and finding the state to go on from. */
#ifndef LOLIGO_RUN_CHECKPOINTS_H
#define LOLIGO_RUN_CHECKPOINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/checkpoint/checkpoint.h"
#include "io/model_file/model_file.h"
#include "io/results/recorders.h"
#include "loligo/simulation.h"
#include "run/branch.h"
#include "run/listener.h"

/** The checkpoints of one run; what it points at belongs to others. */
typedef struct checkpoints {
  const loligo_context *context;
  const model_file *model;
  const provenance *provenance;
  const run_listener *listener;
  checkpoint_header found;       /* what the run goes on from, or begins from; path "" where it begins at 0 */
  bool branches;                 /* `found` is the state of another run */
  branch branch;                 /* where the run began, also one that goes on */
  loligo_simulation *simulation; /* this and the next from checkpoints_start() on */
  recorders *recorders;
  double started;       /* s on the clock of timer_now(): when the last one was written, or the run began */
  double seconds;       /* spent on all of them */
  uint64_t n_written;   /* by this run */
  checkpoint_info last; /* n_written > 0 */
  bool told_none;       /* that none is written */
} checkpoints;

/* -- going on -- */

/**
 * Finds the newest good checkpoint of the model's output directory. Damaged ones are told and passed over.
 *
 * Collective. Context, model and listener are set. checkpoints_free() it, also after an error.
 *
 * @return  INPUT error where it is one of another model or of a later time; MACHINE error, also where there are damaged
 *          ones only
 */
loligo_status checkpoints_find(checkpoints *checkpoints);
void checkpoints_free(checkpoints *checkpoints);

/** Finds the state of another run to begin from (branch_find()), where none to go on from was found. Collective. INPUT
 * or MACHINE error. */
loligo_status checkpoints_branch(checkpoints *checkpoints, const char *from);

/** Whether the run goes on from one of its own. Not collective, the same on all ranks. */
bool checkpoints_go_on(const checkpoints *checkpoints);

/** Whether a run that stood there is marked as complete: no step, no file and no report is left to do. For rank 0. */
bool checkpoints_are_complete(const checkpoints *checkpoints);

/**
 * Tells what a run goes on or begins from; and that another revision of the program wrote it, as its numbers may differ
 * in the last digit. For rank 0.
 */
void checkpoints_tell_start(const checkpoints *checkpoints);

/** What the one found knows of the segments of output, for the recorders; NULL without one. Not collective. */
const char *checkpoints_segments(const checkpoints *checkpoints);

/**
 * Makes a simulation stand where the one found stood, if there is one. Collective, before its first step. INPUT or
 * MACHINE error.
 */
loligo_status checkpoints_restore(const checkpoints *checkpoints, loligo_simulation *simulation);

/* -- saving -- */

/**
 * Whether the run saves its state. One that went on from a checkpoint leaves one of where it stands, whatever the model
 * says now. Not collective, the same on all ranks.
 */
bool checkpoints_are_wanted(const checkpoints *checkpoints);

/**
 * From here on this simulation is saved, first of all as it stands if it begins from the state of another run, so that
 * it can be gone on with without that one. Starts the clock of checkpoints by wall time. Collective. MACHINE error.
 */
loligo_status checkpoints_start(checkpoints *checkpoints, loligo_simulation *simulation, recorders *recorders);

/** An observer that pauses the simulation when a checkpoint is due by wall time; for rank 0. */
loligo_observer checkpoints_observer(checkpoints *checkpoints);

/** Step at which the simulation is to return: that of the next checkpoint by model time, or its end. Not collective. */
int64_t checkpoints_next_step(const checkpoints *checkpoints);

/**
 * Saves the state at which the simulation came back, if it is to be saved; the segment of output is closed before.
 *
 * Collective. A state that cannot be saved costs nothing of what was there before: a warning tells, and the run can go
 * on, unless there is no later chance.
 *
 * @param status  what loligo_simulation_run() returned
 * @param next    the step at which it was to return; if it stands before, it was paused
 * @return        `status`, and LOLIGO_CHECKPOINTED for a stop whose state is saved; MACHINE error where the segment
 *                cannot be closed, or the state not be saved although it must
 */
loligo_status checkpoints_save(checkpoints *checkpoints, loligo_status status, int64_t next);

/**
 * Marks the run as complete, if a checkpoint stands at its end: the last thing that it does. A warning tells where that
 * fails; without the mark a resumed run does no step, and writes what is written at the end. For rank 0.
 */
void checkpoints_mark_complete(const checkpoints *checkpoints);

#endif
