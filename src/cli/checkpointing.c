/*
 * A checkpoint belongs to the end of a segment of output: first the files of the segment are closed, then the state is
 * written with a note of how many segments there are, and of their digests. Whatever comes in between costs the newer
 * segment only.
 */
#include "cli/checkpointing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/timer.h"
#include "io/model_file/compare.h"
#include "io/results/output.h"
#include "io/results/report.h"
#include "io/results/segments.h"

#define FOLDER "checkpoints"

static const double SAME_SIGNAL_SECONDS = 0.2; /* between the ranks that get it */

enum { NUMBER_SIZE = 24 };

static const char SEGMENTS[] = "segments", LISTS[] = "listed_files", REVISION[] = "revision";

void checkpointing_start(checkpointing *saving)
{
  saving->started = timer_now();
}

static loligo_status pause_when_due(void *self, const loligo_interval *interval)
{
  const checkpointing *saving = self;
  (void)interval;
  if (timer_now() - saving->started >= saving->model->settings.checkpoint.wall_seconds)
    loligo_simulation_pause(saving->simulation);
  return LOLIGO_OK;
}

loligo_observer checkpointing_observer(checkpointing *saving)
{
  return (loligo_observer){saving, pause_when_due};
}

int64_t checkpointing_next_step(const checkpointing *saving, int64_t end)
{
  int64_t every = saving->model->settings.checkpoint.steps, step = loligo_simulation_step(saving->simulation);
  return every > 0 && end - step > every - step % every ? step + every - step % every : end;
}

bool checkpointing_grants_pause(const checkpointing *saving)
{
  int grants = saving->n_written == 0 || timer_now() - saving->started >= SAME_SIGNAL_SECONDS;
  MPI_Bcast(&grants, 1, MPI_INT, 0, saving->context->comm);
  return grants;
}

static loligo_status write_state(checkpointing *saving, const char *directory, const char *segments)
{
  char lists[NUMBER_SIZE];
  snprintf(lists, sizeof lists, "%016" PRIx64, saving->model->lists_digest);
  const checkpoint_note notes[] = {{SEGMENTS, segments}, {LISTS, lists}, {REVISION, saving->provenance->revision}};
  const checkpoint_plan plan = {.directory = directory,
                                .keep = saving->model->settings.checkpoint.keep,
                                .network = saving->model->network,
                                .simulation = saving->simulation,
                                .provenance = saving->provenance,
                                .notes = notes,
                                .n_notes = sizeof notes / sizeof notes[0]};
  checkpoint_info info;
  LOLIGO_TRY(checkpoint_write(saving->context, &plan, &info));
  saving->last = info;
  saving->n_written++;
  return LOLIGO_OK;
}

static void tell(const checkpointing *saving)
{
  char bytes[TEXT_BYTES_SIZE];
  text_bytes((double)saving->last.bytes, bytes);
  if (saving->shows) fprintf(stderr, "checkpoint %s, %s in %.2f s\n", saving->last.path, bytes, saving->last.seconds);
}

/* The cause is told at once and forgotten, so that a later failure has its own message. */
static void warn(const checkpointing *saving)
{
  if (saving->context->rank == 0) fprintf(stderr, "warning: no checkpoint was written: %s\n", loligo_error_message());
  loligo_error_clear();
}

static loligo_status save(checkpointing *saving, bool must)
{
  const char *segments;
  LOLIGO_TRY(recorders_cut(saving->recorders, &segments));
  char *directory = output_path(saving->model->settings.output, FOLDER);
  loligo_status status = loligo_agree(saving->context, directory ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = write_state(saving, directory, segments);
  memory_free(directory);
  if (status == LOLIGO_OK) {
    tell(saving);
  } else if (!must) {
    warn(saving);
    status = LOLIGO_OK;
  }
  return status;
}

loligo_status checkpointing_save(checkpointing *saving, bool must)
{
  double since = timer_now();
  loligo_status status = save(saving, must);
  saving->started = timer_now();
  saving->seconds += saving->started - since;
  return status;
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
    return loligo_fail(LOLIGO_INPUT_ERROR, "the files that the model lists hold other numbers now");
  if (found->step > model->settings.duration)
    return loligo_fail(LOLIGO_INPUT_ERROR, "it stands at %g ms, past the duration %g ms",
                       (double)found->step * found->dt, (double)model->settings.duration * found->dt);
  return LOLIGO_OK;
}

loligo_status checkpointing_find(const loligo_context *context, const model_file *model, checkpoint_header *found)
{
  char *directory = output_path(model->settings.output, FOLDER);
  *found = (checkpoint_header){0};
  loligo_status status = loligo_agree(context, directory ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = checkpoint_newest(context, directory, found);
  memory_free(directory);
  LOLIGO_TRY(status);
  if (context->rank == 0 && found->refused) fprintf(stderr, "%s\n", found->refused);
  if (!*found->path) return found->refused ? refuse_to_begin(model) : LOLIGO_OK;
  status = check_model(model, found);
  return loligo_agree(context, status == LOLIGO_INPUT_ERROR ? refuse(found) : status);
}

bool checkpointing_is_complete(const model_file *model, const checkpoint_header *found)
{
  bool ends = *found->path && found->step == model->settings.duration;
  return ends && report_is_complete(model->settings.output, (double)found->step * found->dt);
}

void checkpointing_tell_start(const checkpoint_header *found, const provenance *provenance, bool quiet)
{
  const char *revision = *found->path ? checkpoint_note_value(found, REVISION) : NULL;
  if (!quiet && *found->path)
    fprintf(stderr, "goes on from %s at %g ms\n", found->path, (double)found->step * found->dt);
  if (!quiet && !*found->path) fprintf(stderr, "begins: there is no checkpoint to go on from\n");
  if (revision && strcmp(revision, provenance->revision) != 0)
    fprintf(stderr, "warning: %s was written by revision %s, this is %s: numbers may differ in the last digit\n",
            found->path, revision, provenance->revision);
}

const char *checkpointing_segments(const checkpoint_header *found)
{
  return *found->path ? checkpoint_note_value(found, SEGMENTS) : NULL;
}

loligo_status checkpointing_restore(const loligo_context *context, const checkpoint_header *found,
                                    const loligo_network *network, loligo_simulation *simulation)
{
  return *found->path ? checkpoint_read(context, found->path, network, simulation) : LOLIGO_OK;
}
