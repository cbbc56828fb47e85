/*
 * A checkpoint belongs to the end of a segment of output: first the files of the segment are closed, then the state is
 * written with a note of how many segments there are, and of their digests. Whatever comes in between costs the newer
 * segment only.
 */
#include "run/checkpoints.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/timer.h"
#include "io/checkpoint/completion.h"
#include "io/model_file/compare.h"
#include "io/results/output.h"
#include "io/results/segments.h"

#define FOLDER "checkpoints"

static const double SAME_SIGNAL_SECONDS = 0.2; /* between the ranks that get it */

enum { NUMBER_SIZE = 24 };

static const char SEGMENTS[] = "segments", LISTS[] = "listed_files", REVISION[] = "revision";

/* NULL without memory. */
static char *folder_of(const model_file *model)
{
  return output_path(model->settings.output, FOLDER);
}

/* -- going on -- */

static loligo_status refuse(const checkpoint_header *found)
{
  char message[1024];
  snprintf(message, sizeof message, "%s", loligo_error_message());
  loligo_error_clear();
  return loligo_fail(LOLIGO_INPUT_ERROR, "cannot go on from %s: %s; use the same model, or --overwrite to start anew",
                     found->path, message);
}

/* What was recorded up to checkpoints that are not good would be lost. */
static loligo_status refuse_to_begin(const model_file *model)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "no checkpoint in %s/" FOLDER " is good; --overwrite starts anew and removes what was recorded",
                     model->settings.output);
}

static loligo_status check_model(const model_file *model, const checkpoint_header *found)
{
  char digest[NUMBER_SIZE];
  const char *lists = checkpoint_note_value(found, LISTS), *segments = checkpoint_note_value(found, SEGMENTS);
  snprintf(digest, sizeof digest, "%016" PRIx64, model->lists_digest);
  if (!segments || !segments_is_mark(segments))
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: does not tell its segments", found->path);
  LOLIGO_TRY(model_file_compare(found->used_parameters, model->used));
  if (!lists || strcmp(lists, digest) != 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "the files that the model lists hold something else now");
  if (found->step > model->settings.duration)
    return loligo_fail(LOLIGO_INPUT_ERROR, "it stands at %g ms, past the duration %g ms",
                       (double)found->step * found->dt, (double)model->settings.duration * found->dt);
  return LOLIGO_OK;
}

loligo_status checkpoints_find(checkpoints *checkpoints)
{
  const loligo_context *context = checkpoints->context;
  const model_file *model = checkpoints->model;
  checkpoint_header *found = &checkpoints->found;
  char *directory = folder_of(model);
  loligo_status status = loligo_agree(context, directory ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = checkpoint_newest(context, directory, found);
  memory_free(directory);
  LOLIGO_TRY(status);
  if (found->refused) listener_tell(checkpoints->listener, RUN_WARNING, "%s\n", found->refused);
  if (!*found->path) return found->refused ? refuse_to_begin(model) : LOLIGO_OK;
  if (context->rank == 0) status = check_model(model, found);
  return loligo_agree(context, status == LOLIGO_INPUT_ERROR ? refuse(found) : status);
}

void checkpoints_free(checkpoints *checkpoints)
{
  checkpoint_header_free(&checkpoints->found);
}

bool checkpoints_go_on(const checkpoints *checkpoints)
{
  return *checkpoints->found.path;
}

bool checkpoints_are_complete(const checkpoints *checkpoints)
{
  const checkpoint_header *found = &checkpoints->found;
  if (!checkpoints_go_on(checkpoints) || found->step != checkpoints->model->settings.duration) return false;
  char *directory = folder_of(checkpoints->model);
  bool is_marked = directory && completion_is_marked(directory, found->digest);
  memory_free(directory);
  return is_marked;
}

void checkpoints_tell_start(const checkpoints *checkpoints)
{
  const run_listener *listener = checkpoints->listener;
  const checkpoint_header *found = &checkpoints->found;
  if (!checkpoints_go_on(checkpoints)) {
    listener_tell(listener, RUN_NOTE, "begins: there is no checkpoint to go on from\n");
    return;
  }
  const char *before = checkpoint_note_value(found, REVISION), *now = checkpoints->provenance->revision;
  listener_tell(listener, RUN_NOTE, "goes on from %s at %g ms\n", found->path, (double)found->step * found->dt);
  if (before && strcmp(before, now) != 0)
    listener_tell(listener, RUN_WARNING,
                  "warning: %s was written by revision %s, this is %s: numbers may differ in the last digit\n",
                  found->path, before, now);
}

const char *checkpoints_segments(const checkpoints *checkpoints)
{
  return checkpoints_go_on(checkpoints) ? checkpoint_note_value(&checkpoints->found, SEGMENTS) : NULL;
}

loligo_status checkpoints_restore(const checkpoints *checkpoints, loligo_simulation *simulation)
{
  if (!checkpoints_go_on(checkpoints)) return LOLIGO_OK;
  return checkpoint_read(checkpoints->context, checkpoints->found.path, checkpoints->model->network, simulation);
}

/* -- saving -- */

bool checkpoints_are_wanted(const checkpoints *checkpoints)
{
  return checkpoints->model->settings.checkpoint.enabled || checkpoints_go_on(checkpoints);
}

void checkpoints_start(checkpoints *checkpoints, loligo_simulation *simulation, recorders *recorders)
{
  checkpoints->simulation = simulation;
  checkpoints->recorders = recorders;
  checkpoints->started = timer_now();
}

static loligo_status pause_when_due(void *self, const loligo_interval *interval)
{
  const checkpoints *checkpoints = self;
  (void)interval;
  if (timer_now() - checkpoints->started >= checkpoints->model->settings.checkpoint.wall_seconds)
    loligo_simulation_pause(checkpoints->simulation);
  return LOLIGO_OK;
}

loligo_observer checkpoints_observer(checkpoints *checkpoints)
{
  return (loligo_observer){checkpoints, pause_when_due};
}

int64_t checkpoints_next_step(const checkpoints *checkpoints)
{
  const settings *settings = &checkpoints->model->settings;
  int64_t every = settings->checkpoint.steps, end = settings->duration;
  int64_t step = loligo_simulation_step(checkpoints->simulation);
  return every > 0 && end - step > every - step % every ? step + every - step % every : end;
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
  bool ends = loligo_simulation_step(checkpoints->simulation) >= checkpoints->model->settings.duration;
  return ends && (checkpoints->n_written > 0 || checkpoints_go_on(checkpoints));
}

static loligo_status write_state(checkpoints *checkpoints, const char *directory, const char *segments)
{
  char lists[NUMBER_SIZE];
  snprintf(lists, sizeof lists, "%016" PRIx64, checkpoints->model->lists_digest);
  const checkpoint_note notes[] = {{SEGMENTS, segments}, {LISTS, lists}, {REVISION, checkpoints->provenance->revision}};
  const checkpoint_plan plan = {.directory = directory,
                                .keep = checkpoints->model->settings.checkpoint.keep,
                                .network = checkpoints->model->network,
                                .simulation = checkpoints->simulation,
                                .provenance = checkpoints->provenance,
                                .notes = notes,
                                .n_notes = sizeof notes / sizeof notes[0]};
  checkpoint_info info;
  LOLIGO_TRY(checkpoint_write(checkpoints->context, &plan, &info));
  checkpoints->last = info;
  checkpoints->n_written++;
  return LOLIGO_OK;
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
  const char *segments;
  LOLIGO_TRY(recorders_cut(checkpoints->recorders, &segments));
  char *directory = folder_of(checkpoints->model);
  loligo_status status = loligo_agree(checkpoints->context, directory ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = write_state(checkpoints, directory, segments);
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

loligo_status checkpoints_save(checkpoints *checkpoints, loligo_status status, int64_t next)
{
  const bool stopped = status == LOLIGO_INTERRUPTED;
  const bool paused = status == LOLIGO_OK && loligo_simulation_step(checkpoints->simulation) < next;
  if ((status != LOLIGO_OK && !stopped) || !is_due(checkpoints, paused)) return status;
  LOLIGO_TRY(save_timed(checkpoints, stopped || ends_behind_another(checkpoints)));
  return stopped ? LOLIGO_CHECKPOINTED : LOLIGO_OK;
}

static loligo_status mark_complete(const checkpoints *checkpoints, uint64_t digest)
{
  char *directory = folder_of(checkpoints->model);
  loligo_status status = directory ? completion_mark(directory, digest) : LOLIGO_MACHINE_ERROR;
  memory_free(directory);
  return status;
}

void checkpoints_mark_complete(const checkpoints *checkpoints)
{
  const bool has_written = checkpoints->n_written > 0;
  const int64_t step = has_written ? checkpoints->last.step : checkpoints->found.step;
  if (!(has_written || checkpoints_go_on(checkpoints)) || step != checkpoints->model->settings.duration) return;
  if (mark_complete(checkpoints, has_written ? checkpoints->last.digest : checkpoints->found.digest) == LOLIGO_OK)
    return;
  listener_tell(checkpoints->listener, RUN_WARNING, "warning: %s; --resume would write the report of this run again\n",
                loligo_error_message());
  loligo_error_clear();
}
