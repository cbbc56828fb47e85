/** Saving the state of a run as it goes, and finding the state to go on from. */
#ifndef LOLIGO_RUN_CHECKPOINTS_H
#define LOLIGO_RUN_CHECKPOINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/checkpoint/checkpoint.h"
#include "io/model_file/model_file.h"
#include "run/branch.h"
#include "run/listener.h"

enum { SAVED_PLACE_BYTES = 64 };

/** What is saved: the work of a run, of one kind. Hooks, in the order of their calls. */
typedef struct saved_kind {
  const char *note; /* name under which a checkpoint keeps what cut() says */

  /** 1. Whether a run of the model may go on from one of the same model. For rank 0. INPUT where it stands past the
   * end; MACHINE where its note is none. */
  loligo_status (*check)(const model_file *model, const checkpoint_header *found);

  /** 2. Whether one that was good stands at the end of the run. Not collective, the same on all ranks. */
  bool (*is_at_end)(const model_file *model, const checkpoint_header *found);

  /** 3. Where it stands, in words: "120 ms". Not collective. */
  void (*print_place)(const checkpoint_header *found, char text[SAVED_PLACE_BYTES]);

  /** 4. Whether no work is left to do. Not collective, the same on all ranks. */
  bool (*ends)(const void *work);

  /** 5. Ends a part of the output, with a note of what is there; valid until the next cut. Collective. MACHINE error.
   */
  loligo_status (*cut)(void *work, const char **note);

  /** 6. Writes the state as the plan says, which it may complete. Collective. MACHINE error. */
  loligo_status (*write)(void *work, checkpoint_plan *plan, checkpoint_info *info);
} saved_kind;

/** The checkpoints of one run; what it points at belongs to others. */
typedef struct checkpoints {
  const loligo_context *context;
  const model_file *model;
  const provenance *provenance;
  const run_listener *listener;
  const saved_kind *kind;
  checkpoint_header found; /* what the run goes on from, or begins from; path "" where it begins at 0 */
  bool branches;           /* `found` is the state of another run */
  branch branch;           /* where the run began, also one that goes on */
  void *work;              /* of that kind; from checkpoints_start() on */
  double started;          /* s on the clock of timer_now(): when the last one was written, or the run began */
  double seconds;          /* spent on all of them */
  uint64_t n_written;      /* by this run */
  checkpoint_info last;    /* n_written > 0 */
  bool last_is_end;        /* it stands at the end of the run */
  bool told_none;          /* that none is written */
} checkpoints;

/* -- going on -- */

/**
 * Finds the newest good checkpoint of the model's output directory. Damaged ones are told and passed over.
 *
 * Collective. Context, model, listener and kind are set. checkpoints_free() it, also after an error.
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

/* -- saving -- */

/**
 * Whether the run saves its state. One that went on from a checkpoint leaves one of where it stands, whatever the model
 * says now. Not collective, the same on all ranks.
 */
bool checkpoints_are_wanted(const checkpoints *checkpoints);

/**
 * From here on this work is saved, first of all as it stands if it begins from the state of another run, so that it can
 * be gone on with without that one. Starts the clock of checkpoints by wall time. Collective. MACHINE error.
 */
loligo_status checkpoints_start(checkpoints *checkpoints, void *work);

/** Whether one is due by wall time. For rank 0. */
bool checkpoints_are_due(const checkpoints *checkpoints);

/**
 * Saves the state in which the work came back, if it is to be saved; the part of the output is ended before.
 *
 * Collective. A state that cannot be saved costs nothing of what was there before: a warning tells, and the run can go
 * on, unless there is no later chance.
 *
 * @param status  what came back
 * @param paused  it came back before it was to, for a signal or by wall time
 * @return        `status`, and LOLIGO_CHECKPOINTED for a stop whose state is saved; MACHINE error where the output
 *                cannot be ended, or the state not be saved although it must
 */
loligo_status checkpoints_save(checkpoints *checkpoints, loligo_status status, bool paused);

/**
 * Marks the run as complete, if a checkpoint stands at its end: the last thing that it does. A warning tells where that
 * fails; without the mark a resumed run does no step, and writes what is written at the end. For rank 0.
 */
void checkpoints_mark_complete(const checkpoints *checkpoints);

#endif
