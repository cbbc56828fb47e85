/*
 * A checkpoint belongs to the end of a segment of output: first the files of the segment are closed, then the state is
 * written with a note of how many segments there are, and of their digests. Whatever comes in between costs the newer
 * segment only.
 */
#include "run/checkpoints.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/timer.h"
#include "io/checkpoint/completion.h"
#include "io/model_file/compare.h"
#include "run/notes.h"

static const double SAME_SIGNAL_SECONDS = 0.2; /* between the ranks that get it */

/* -- going on -- */

static loligo_status refuse(const checkpoint_header *found)
{
  char message[1024];
  fault_take_message(message, sizeof message);
  return loligo_fail(LOLIGO_INPUT_ERROR, "cannot go on from %s: %s; use the same model, or --overwrite to start anew",
                     found->path, message);
}

/* What was recorded up to checkpoints that are not good would be lost. */
static loligo_status refuse_to_begin(const model_file *model)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "no checkpoint in %s/" NOTES_FOLDER
                     " is good; --overwrite starts anew and removes what was recorded",
                     model->settings.output);
}

static loligo_status check_model(const model_file *model, const checkpoint_header *found)
{
  LOLIGO_TRY(model_file_compare(found->used_parameters, model->used.text));
  if (!notes_same_lists(found, model))
    return loligo_fail(LOLIGO_INPUT_ERROR, "the files that the model lists hold something else now");
  return LOLIGO_OK;
}

loligo_status checkpoints_find(checkpoints *checkpoints)
{
  const loligo_context *context = checkpoints->context;
  const model_file *model = checkpoints->model;
  checkpoint_header *found = &checkpoints->found;
  char *directory = notes_folder(model->settings.output);
  loligo_status status = loligo_agree(context, directory ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = checkpoint_newest(context, directory, found);
  memory_free(directory);
  LOLIGO_TRY(status);
  if (found->refused) listener_tell(checkpoints->listener, RUN_WARNING, "%s\n", found->refused);
  if (!*found->path) return found->refused ? refuse_to_begin(model) : LOLIGO_OK;
  if (context->rank == 0) status = check_model(model, found);
  if (context->rank == 0 && status == LOLIGO_OK) status = checkpoints->kind->check(model, found);
  if (status == LOLIGO_INPUT_ERROR) status = refuse(found);
  if (status == LOLIGO_OK) status = branch_recall(checkpoint_note_value(found, NOTE_BEGAN), &checkpoints->branch);
  return loligo_agree(context, status);
}

loligo_status checkpoints_branch(checkpoints *checkpoints, const char *from)
{
  checkpoint_header_free(&checkpoints->found);
  checkpoint_header *found = &checkpoints->found;
  checkpoints->branches = true;
  loligo_status status = branch_find(checkpoints->context, from, checkpoints->model, found, &checkpoints->branch);
  if (found->refused) listener_tell(checkpoints->listener, RUN_WARNING, "%s\n", found->refused);
  return status;
}

void checkpoints_free(checkpoints *checkpoints)
{
  checkpoint_header_free(&checkpoints->found);
  branch_free(&checkpoints->branch);
}

bool checkpoints_go_on(const checkpoints *checkpoints)
{
  return *checkpoints->found.path && !checkpoints->branches;
}

bool checkpoints_are_complete(const checkpoints *checkpoints)
{
  const checkpoint_header *found = &checkpoints->found;
  if (!checkpoints_go_on(checkpoints) || !checkpoints->kind->is_at_end(checkpoints->model, found)) return false;
  char *directory = notes_folder(checkpoints->model->settings.output);
  bool is_marked = directory && completion_is_marked(directory, found->digest);
  memory_free(directory);
  return is_marked;
}

void checkpoints_tell_start(const checkpoints *checkpoints)
{
  const run_listener *listener = checkpoints->listener;
  const checkpoint_header *found = &checkpoints->found;
  if (!*found->path) {
    const bool is_saved = checkpoints->model->settings.checkpoint.enabled;
    listener_tell(listener, RUN_NOTE, "begins: there is no checkpoint to go on from%s\n",
                  is_saved ? "" : "; with checkpoint: {} in the model a run leaves them");
    return;
  }
  const char *before = checkpoint_note_value(found, NOTE_REVISION), *now = checkpoints->provenance->revision;
  char place[SAVED_PLACE_BYTES];
  checkpoints->kind->print_place(found, place);
  listener_tell(listener, RUN_NOTE, "%s from %s at %s\n", checkpoints->branches ? "begins" : "goes on", found->path,
                place);
  if (before && strcmp(before, now) != 0)
    listener_tell(listener, RUN_WARNING,
                  "warning: %s was written by revision %s, this is %s: numbers may differ in the last digit\n",
                  found->path, before, now);
}

/* -- saving -- */

bool checkpoints_are_wanted(const checkpoints *checkpoints)
{
  return checkpoints->model->settings.checkpoint.enabled || checkpoints_go_on(checkpoints);
}

bool checkpoints_are_due(const checkpoints *checkpoints)
{
  const double seconds = checkpoints->model->settings.checkpoint.wall_seconds;
  return seconds > 0 && timer_now() - checkpoints->started >= seconds;
}

/*
 * A pause that comes so soon after the last checkpoint is the same signal, which reached another rank later.
 * Collective.
 */
static bool is_new_wish(const checkpoints *checkpoints)
{
  int is_new = checkpoints->n_written == 0 || timer_now() - checkpoints->started >= SAME_SIGNAL_SECONDS;
  MPI_Bcast(&is_new, 1, MPI_INT, 0, checkpoints->context->comm);
  return is_new;
}

static void tell_none(checkpoints *checkpoints)
{
  if (!checkpoints->told_none)
    listener_tell(checkpoints->listener, RUN_WARNING,
                  "warning: SIGUSR1: no checkpoint without checkpoint: in the model\n");
  checkpoints->told_none = true;
}

/* Whether the state is to be saved now. Collective. */
static bool is_due(checkpoints *checkpoints, bool paused)
{
  if (checkpoints_are_wanted(checkpoints)) return !paused || is_new_wish(checkpoints);
  if (paused) tell_none(checkpoints);
  return false;
}

/*
 * At the end of a run that could be resumed from an earlier state: final files without a checkpoint of their own could
 * not be gone on with, nor finished where their merge fails, as it does on the disk that has no room for the state.
 */
static bool ends_behind_another(const checkpoints *checkpoints)
{
  return checkpoints->kind->ends(checkpoints->work) && (checkpoints->n_written > 0 || checkpoints_go_on(checkpoints));
}

static loligo_status write_noted(checkpoints *checkpoints, const char *directory, const char *note, const char *began)
{
  char lists[NOTES_DIGEST_SIZE];
  notes_print_lists(checkpoints->model, lists);
  const checkpoint_note notes[] = {{checkpoints->kind->note, note},
                                   {NOTE_LISTS, lists},
                                   {NOTE_REVISION, checkpoints->provenance->revision},
                                   {NOTE_BEGAN, began}};
  const size_t n_notes = sizeof notes / sizeof notes[0];
  checkpoint_plan plan = {.directory = directory,
                          .keep = checkpoints->model->settings.checkpoint.keep,
                          .network = checkpoints->model->network,
                          .provenance = checkpoints->provenance,
                          .notes = notes,
                          .n_notes = began ? n_notes : n_notes - 1};
  checkpoint_info info;
  LOLIGO_TRY(checkpoints->kind->write(checkpoints->work, &plan, &info));
  checkpoints->last = info;
  checkpoints->last_is_end = checkpoints->kind->ends(checkpoints->work);
  checkpoints->n_written++;
  return LOLIGO_OK;
}

static loligo_status write_state(checkpoints *checkpoints, const char *directory, const char *note)
{
  if (!checkpoints->branch.origin.checkpoint) return write_noted(checkpoints, directory, note, NULL);
  char *began = branch_note(&checkpoints->branch);
  loligo_status status = loligo_agree(checkpoints->context, began ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = write_noted(checkpoints, directory, note, began);
  memory_free(began);
  return status;
}

static void tell(const checkpoints *checkpoints)
{
  char bytes[TEXT_BYTES_SIZE];
  text_bytes((double)checkpoints->last.bytes, bytes);
  listener_tell(checkpoints->listener, RUN_NOTE, "checkpoint %s, %s in %.2f s\n", checkpoints->last.path, bytes,
                checkpoints->last.seconds);
}

/* The cause is told at once and forgotten, so that a later failure has its own message. */
static void warn(const checkpoints *checkpoints)
{
  listener_tell(checkpoints->listener, RUN_WARNING, "warning: no checkpoint was written: %s\n", loligo_error_message());
  loligo_error_clear();
}

/* With `must`, a state that cannot be saved is an error. */
static loligo_status save(checkpoints *checkpoints, bool must)
{
  const char *note;
  LOLIGO_TRY(checkpoints->kind->cut(checkpoints->work, &note));
  char *directory = notes_folder(checkpoints->model->settings.output);
  loligo_status status = loligo_agree(checkpoints->context, directory ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = write_state(checkpoints, directory, note);
  memory_free(directory);
  if (status == LOLIGO_OK) {
    tell(checkpoints);
  } else if (!must) {
    warn(checkpoints);
    status = LOLIGO_OK;
  }
  return status;
}

static loligo_status save_timed(checkpoints *checkpoints, bool must)
{
  double since = timer_now();
  loligo_status status = save(checkpoints, must);
  checkpoints->started = timer_now();
  checkpoints->seconds += checkpoints->started - since;
  return status;
}

loligo_status checkpoints_start(checkpoints *checkpoints, void *work)
{
  checkpoints->work = work;
  checkpoints->started = timer_now();
  return checkpoints->branches && checkpoints_are_wanted(checkpoints) ? save_timed(checkpoints, false) : LOLIGO_OK;
}

loligo_status checkpoints_save(checkpoints *checkpoints, loligo_status status, bool paused)
{
  const bool stopped = status == LOLIGO_INTERRUPTED;
  if ((status != LOLIGO_OK && !stopped) || !is_due(checkpoints, paused)) return status;
  LOLIGO_TRY(save_timed(checkpoints, stopped || ends_behind_another(checkpoints)));
  return stopped ? LOLIGO_CHECKPOINTED : LOLIGO_OK;
}

static loligo_status mark_complete(const checkpoints *checkpoints, uint64_t digest)
{
  char *directory = notes_folder(checkpoints->model->settings.output);
  loligo_status status = directory ? completion_mark(directory, digest) : LOLIGO_MACHINE_ERROR;
  memory_free(directory);
  return status;
}

void checkpoints_mark_complete(const checkpoints *checkpoints)
{
  const bool has_written = checkpoints->n_written > 0;
  const bool is_at_end = has_written ? checkpoints->last_is_end
                                     : checkpoints_go_on(checkpoints) &&
                                           checkpoints->kind->is_at_end(checkpoints->model, &checkpoints->found);
  if (!is_at_end) return;
  if (mark_complete(checkpoints, has_written ? checkpoints->last.digest : checkpoints->found.digest) == LOLIGO_OK)
    return;
  listener_tell(checkpoints->listener, RUN_WARNING, "warning: %s; --resume would write the report of this run again\n",
                loligo_error_message());
  loligo_error_clear();
}
