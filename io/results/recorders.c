/*
 * Purpose: connect the simulation's observer and samplers to the files.
 *
 * Spikes and frames wait in memory and go to the files together in flushes, about one a second of wall time, fewer
 * where a flush takes long. Ranks look from time to time how much waits, agree on the slowest rank's time and the
 * fullest rank's buffers, and find from that the step of the next look, or flush first; between two looks there is no
 * word.
 *
 * In segments, recorders write one set of files after the other, and in the end append these to a last one.
 */
#include "io/results/recorders.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/timer.h"
#include "io/hdf5/h5.h"
#include "io/results/edge_recorder.h"
#include "io/results/segments.h"
#include "io/results/spike_recorder.h"
#include "io/results/state_recorder.h"
#include "io/results/synapse_export.h"
#include "network/description.h"

#define FLUSH_SECONDS 1.0
#define FLUSH_BYTES 1.5e6 /* waiting on one rank */
#define FILE_BYTES 32e3   /* of each file, where there are many: an append costs as much as writing that */
#define FLUSH_SHARE 0.05  /* of the time of a run */
#define ENOUGH 0.5        /* of these for a flush */
#define LARGEST_GROWTH 4.0
#define MOST_STEPS 1e15
enum { FIRST_LOOK_STEPS = 64 };

enum { EXPECTED_SEGMENTS = 16 }; /* of a run, for the size of their chunks */

/* One recorded variable. */
typedef struct state_output {
  const state_recording *recording;
  size_t variable;
  char name[H5_PATH_SIZE];  /* of the file */
  loligo_sampler *sampler;  /* belongs to the simulation */
  state_recorder *recorder; /* NULL: not open */
} state_output;

struct recorders {
  const loligo_context *context;
  const model_file *file;
  const provenance *provenance;
  const loligo_simulation *simulation;
  spike_recorder *spikes; /* NULL: none are recorded, or not open */
  state_output *states;   /* [n_states] */
  size_t n_states;
  const char **names; /* [n_names] of the files of spikes and states */
  size_t n_names;
  bool segmented;
  segments segments;
  bool is_open;         /* the files are there for what is recorded */
  int64_t flushed_step; /* of the last flush */
  double flushed_time;  /* s, on the clock of timer_now() */
  double flush_seconds; /* that it took */
  int64_t look_step;    /* at which it is seen whether the next one is due */
  bool failed;          /* a flush failed, on all ranks */
};

static uint64_t waiting_bytes(const recorders *recorders)
{
  uint64_t bytes = recorders->spikes ? spike_recorder_waiting(recorders->spikes) : 0;
  for (size_t i = 0; i < recorders->n_states; i++) {
    loligo_samples samples = loligo_sampler_frames(recorders->states[i].sampler);
    bytes += samples.n_frames * samples.n_cells * sizeof *samples.values;
  }
  return bytes;
}

/* How near the next flush is: 1 where the wanted time has gone by or the wanted memory is in use. Collective. */
static double nearness(const recorders *recorders)
{
  double seconds = timer_now() - recorders->flushed_time, bytes = (double)waiting_bytes(recorders);
  double nearness = fmax(seconds / fmax(FLUSH_SECONDS, recorders->flush_seconds / FLUSH_SHARE),
                         bytes / fmax(FLUSH_BYTES, FILE_BYTES * (double)recorders->n_states));
  MPI_Allreduce(MPI_IN_PLACE, &nearness, 1, MPI_DOUBLE, MPI_MAX, recorders->context->comm);
  return nearness;
}

static loligo_status write_waiting(recorders *recorders)
{
  heartbeat_doing("writes results");
  if (recorders->spikes) LOLIGO_TRY(spike_recorder_flush(recorders->spikes));
  for (size_t i = 0; i < recorders->n_states; i++) {
    loligo_samples samples = loligo_sampler_frames(recorders->states[i].sampler);
    LOLIGO_TRY(state_recorder_write(recorders->states[i].recorder, &samples));
    loligo_sampler_clear(recorders->states[i].sampler);
  }
  return LOLIGO_OK;
}

static void begin_waiting(recorders *recorders)
{
  recorders->flushed_step = loligo_simulation_step(recorders->simulation);
  recorders->flushed_time = timer_now();
}

/* Flushes if `status` is good on all ranks. */
static loligo_status flush(recorders *recorders, loligo_status status)
{
  const double since = timer_now();
  status = loligo_agree(recorders->context, status);
  if (status == LOLIGO_OK) status = write_waiting(recorders);
  recorders->failed = recorders->failed || status != LOLIGO_OK;
  begin_waiting(recorders);
  recorders->flush_seconds = recorders->flushed_time - since;
  return status;
}

/* Flushes if that is worth the while, and plans the next look: when, at the pace since the last flush, one is due. */
static loligo_status look(recorders *recorders, int64_t step, loligo_status status)
{
  const double near = nearness(recorders), factor = fmin(1 / near, LARGEST_GROWTH);
  const double steps = (double)(step - recorders->flushed_step) * factor;
  if (near >= ENOUGH) status = flush(recorders, status);
  recorders->look_step = recorders->flushed_step + (int64_t)fmin(fmax(steps, 1), MOST_STEPS);
  return status;
}

static loligo_status observe(void *self, const loligo_interval *interval)
{
  recorders *recorders = self;
  loligo_status status = LOLIGO_OK;
  if (recorders->spikes) status = spike_recorder_add(recorders->spikes, interval->spikes, interval->n_spikes);
  if (!recorders->is_open || interval->last_step < recorders->look_step) return status;
  return look(recorders, interval->last_step, status);
}

static loligo_status open_spikes(recorders *recorders, const char *folder, unsigned n_parts)
{
  settings settings = recorders->file->settings;
  if (settings.n_spikes == 0) return LOLIGO_OK;
  settings.duration /= n_parts;
  return spike_recorder_open(recorders->context, folder, recorders->file->network, &settings, recorders->provenance,
                             &recorders->spikes);
}

static loligo_status open_state(recorders *recorders, state_output *output, const char *folder, unsigned n_parts)
{
  loligo_samples samples = loligo_sampler_frames(output->sampler);
  state_recorder_spec spec = {output->recording, output->variable, samples.index, samples.n_cells, n_parts};
  return state_recorder_open(recorders->context, folder, recorders->file->network, &spec, recorders->provenance,
                             &output->recorder);
}

/* Creates the files of a folder; each holds about one of n parts of what is to be recorded. */
static loligo_status open_files(recorders *recorders, const char *folder, unsigned n_parts)
{
  recorders->is_open = true;
  LOLIGO_TRY(open_spikes(recorders, folder, n_parts));
  for (size_t i = 0; i < recorders->n_states; i++) {
    LOLIGO_TRY(open_state(recorders, &recorders->states[i], folder, n_parts));
  }
  return LOLIGO_OK;
}

/* The first error, so that closing goes on whatever happens. */
static void keep_first(loligo_status *first, loligo_status status)
{
  if (*first == LOLIGO_OK) *first = status;
}

static loligo_status close_files(recorders *recorders, bool complete)
{
  loligo_status status = spike_recorder_close(recorders->spikes, complete);
  recorders->spikes = NULL;
  for (size_t i = 0; i < recorders->n_states; i++) {
    keep_first(&status, state_recorder_close(recorders->states[i].recorder, complete));
    recorders->states[i].recorder = NULL;
  }
  recorders->is_open = false;
  return status;
}

/* -- segments -- */

static bool has_written(const recorders *recorders)
{
  uint64_t n = recorders->spikes ? spike_recorder_written(recorders->spikes) : 0;
  for (size_t i = 0; i < recorders->n_states; i++) n += state_recorder_written(recorders->states[i].recorder);
  return n > 0;
}

/* Where steps remain. */
static loligo_status begin_segment(recorders *recorders)
{
  char folder[SEGMENTS_PATH_SIZE];
  bool remains = loligo_simulation_step(recorders->simulation) < recorders->file->settings.duration;
  if (!remains || recorders->n_names == 0) return LOLIGO_OK;
  LOLIGO_TRY(segments_begin(&recorders->segments, folder));
  return open_files(recorders, folder, EXPECTED_SEGMENTS);
}

static loligo_status end_segment(recorders *recorders)
{
  heartbeat_doing("closes a segment");
  LOLIGO_TRY(close_files(recorders, true));
  return segments_end(&recorders->segments);
}

static loligo_status cut(recorders *recorders)
{
  if (!recorders->is_open) return LOLIGO_OK;
  LOLIGO_TRY(flush(recorders, LOLIGO_OK));
  if (!has_written(recorders)) return LOLIGO_OK;
  LOLIGO_TRY(end_segment(recorders));
  return begin_segment(recorders);
}

loligo_status recorders_cut(recorders *recorders, const char **mark)
{
  loligo_status status = cut(recorders);
  recorders->failed = recorders->failed || status != LOLIGO_OK;
  *mark = recorders->segments.mark;
  return status;
}

/* Appends all segments of one file to its recorder, which is that of the spikes where `output` is NULL. */
static loligo_status append_segments(recorders *recorders, const state_output *output, const char *name)
{
  const segments *segments = &recorders->segments;
  char path[SEGMENTS_PATH_SIZE];
  for (uint64_t i = segments_first(segments); i <= segments->n; i++) {
    segments_path(segments, i, name, path);
    LOLIGO_TRY(output ? state_recorder_append(output->recorder, path) : spike_recorder_append(recorders->spikes, path));
  }
  return LOLIGO_OK;
}

/* Makes the final file of the i-th name. */
static loligo_status merge_file(recorders *recorders, state_output *output, size_t i)
{
  const char *name = recorders->names[i];
  char folder[SEGMENTS_PATH_SIZE];
  if (segments_is_final(&recorders->segments, name)) return LOLIGO_OK;
  LOLIGO_TRY(segments_verify(&recorders->segments, i));
  LOLIGO_TRY(segments_draft(&recorders->segments, folder));
  loligo_status status = output ? open_state(recorders, output, folder, 1) : open_spikes(recorders, folder, 1);
  if (status == LOLIGO_OK) status = append_segments(recorders, output, name);
  keep_first(&status, close_files(recorders, status == LOLIGO_OK));
  if (status == LOLIGO_OK) status = segments_publish(&recorders->segments, name);
  if (status != LOLIGO_OK) segments_discard(&recorders->segments);
  return status;
}

/* Makes those final files that are not there yet; can be repeated after an interruption at any moment. */
static loligo_status merge(recorders *recorders)
{
  size_t n_before = recorders->n_names - recorders->n_states; /* the spikes, if they are recorded */
  for (size_t i = 0; i < recorders->n_names; i++)
    LOLIGO_TRY(merge_file(recorders, i < n_before ? NULL : &recorders->states[i - n_before], i));
  segments_clear(&recorders->segments);
  return LOLIGO_OK;
}

static loligo_status export_synapses(recorders *recorders, const char *folder)
{
  return synapse_export(recorders->context, folder, recorders->file, recorders->provenance, recorders->simulation);
}

/* Written under another name, and once for all segments; what stands before the first step is of another run. */
static loligo_status export_synapses_once(recorders *recorders)
{
  char folder[SEGMENTS_PATH_SIZE];
  const bool is_resumed = loligo_simulation_step(recorders->simulation) > 0;
  if (is_resumed && segments_is_final(&recorders->segments, EDGE_RECORDER_FILE)) return LOLIGO_OK;
  LOLIGO_TRY(segments_draft(&recorders->segments, folder));
  LOLIGO_TRY(export_synapses(recorders, folder));
  return segments_publish(&recorders->segments, EDGE_RECORDER_FILE);
}

/* -- opening and closing -- */

static size_t count_states(const settings *settings)
{
  size_t n = 0;
  for (size_t i = 0; i < settings->n_states; i++) n += settings->states[i].n_variables;
  return n;
}

static loligo_status allocate_outputs(recorders *recorders)
{
  size_t n = count_states(&recorders->file->settings);
  recorders->states = memory_allocate(n, sizeof *recorders->states, "recorders of states");
  recorders->names = memory_allocate(n + 1, sizeof *recorders->names, "names of recordings");
  bool good = recorders->states && recorders->names;
  return loligo_agree(recorders->context, good ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

/* memory_free() names and states, also after a failure. Collective. */
static loligo_status name_outputs(recorders *recorders)
{
  const settings *settings = &recorders->file->settings;
  LOLIGO_TRY(allocate_outputs(recorders));
  if (settings->n_spikes > 0) recorders->names[recorders->n_names++] = SPIKE_RECORDER_FILE;
  for (size_t i = 0; i < settings->n_states; i++) {
    const state_recording *recording = &settings->states[i];
    for (size_t v = 0; v < recording->n_variables; v++) {
      state_output *output = &recorders->states[recorders->n_states++];
      *output = (state_output){.recording = recording, .variable = recording->variables[v]};
      state_recorder_name(output->name, recorders->file->network, recording, output->variable);
      recorders->names[recorders->n_names++] = output->name;
    }
  }
  return LOLIGO_OK;
}

bool recorders_write(const model_file *file, const char *name)
{
  const settings *settings = &file->settings;
  char written[H5_PATH_SIZE];
  for (size_t i = 0; i < settings->n_states; i++) {
    const state_recording *recording = &settings->states[i];
    if (strncmp(name, recording->name, strlen(recording->name)) != 0) continue;
    for (size_t v = 0; v < recording->n_variables; v++) {
      state_recorder_name(written, file->network, recording, recording->variables[v]);
      if (strcmp(name, written) == 0) return true;
    }
  }
  return false;
}

static loligo_status find_segments(recorders *recorders, const char *mark)
{
  return segments_open(&recorders->segments, recorders->context, recorders->file->settings.output, recorders->names,
                       recorders->n_names, mark);
}

static loligo_status verify_all(const recorders *recorders)
{
  for (size_t i = 0; i < recorders->n_names; i++) LOLIGO_TRY(segments_verify(&recorders->segments, i));
  return LOLIGO_OK;
}

static loligo_status count_frames(const recorders *recorders, const state_output *output, uint64_t *n)
{
  const char *population = recorders->file->network->populations[output->recording->target.population].name;
  const segments *segments = &recorders->segments;
  char path[SEGMENTS_PATH_SIZE];
  *n = 0;
  segments_final_path(segments, output->name, path);
  if (access(path, F_OK) == 0) return state_recorder_count(path, population, n);
  for (uint64_t i = segments_first(segments); i <= segments->n; i++) {
    uint64_t found;
    segments_path(segments, i, output->name, path);
    LOLIGO_TRY(state_recorder_count(path, population, &found));
    *n += found;
  }
  return LOLIGO_OK;
}

/* Whether an earlier run ended where the frame of this step was not yet part of the recording. Collective. */
static loligo_status find_owed(const recorders *recorders, const state_output *output, bool *is_owed)
{
  const loligo_context *context = recorders->context;
  const state_recording *recording = output->recording;
  int64_t step = loligo_simulation_step(recorders->simulation), since = step - recording->start;
  bool is_due = since >= 0 && since % recording->every == 0 && step < recording->stop;
  *is_owed = false;
  if (!recorders->segmented || step == 0 || !is_due) return LOLIGO_OK;
  uint64_t n = 0;
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? count_frames(recorders, output, &n) : LOLIGO_OK));
  MPI_Bcast(&n, 1, MPI_UINT64_T, 0, context->comm);
  *is_owed = n == (uint64_t)(since / recording->every);
  return LOLIGO_OK;
}

static loligo_status add_samplers(recorders *recorders, loligo_simulation *simulation)
{
  for (size_t i = 0; i < recorders->n_states; i++) {
    state_output *output = &recorders->states[i];
    const state_recording *recording = output->recording;
    loligo_sampler_spec spec = {.target = recording->target,
                                .variable = output->variable,
                                .start = recording->start,
                                .stop = recording->stop,
                                .every = recording->every};
    LOLIGO_TRY(find_owed(recorders, output, &spec.owed));
    LOLIGO_TRY(loligo_agree(recorders->context, loligo_simulation_sample(simulation, &spec, &output->sampler)));
  }
  return LOLIGO_OK;
}

static loligo_status open_whole(recorders *recorders)
{
  const settings *settings = &recorders->file->settings;
  if (settings->n_connectivity > 0) LOLIGO_TRY(export_synapses(recorders, settings->output));
  return open_files(recorders, settings->output, 1);
}

static loligo_status open_segmented(recorders *recorders)
{
  if (recorders->file->settings.n_connectivity > 0) LOLIGO_TRY(export_synapses_once(recorders));
  if (recorders->segments.n_final > 0) LOLIGO_TRY(merge(recorders));
  return begin_segment(recorders);
}

static loligo_status open_all(recorders *recorders, loligo_simulation *simulation, const recorders_mode *mode)
{
  LOLIGO_TRY(name_outputs(recorders));
  if (mode->segmented) {
    LOLIGO_TRY(find_segments(recorders, mode->mark));
    recorders->segmented = true;
    LOLIGO_TRY(segments_tidy(&recorders->segments));
  }
  LOLIGO_TRY(add_samplers(recorders, simulation));
  LOLIGO_TRY(recorders->segmented ? open_segmented(recorders) : open_whole(recorders));
  return loligo_agree(recorders->context,
                      loligo_simulation_observe(simulation, (loligo_observer){.self = recorders, .interval = observe}));
}

/* Whether every recording has its final file. Collective. */
static bool are_final(const recorders *recorders)
{
  return (recorders->n_names == 0 || segments_are_merged(&recorders->segments)) &&
         (recorders->file->settings.n_connectivity == 0 || segments_is_final(&recorders->segments, EDGE_RECORDER_FILE));
}

loligo_status recorders_check(const loligo_context *context, const model_file *file, const char *mark,
                              bool *is_complete)
{
  recorders found = {.context = context, .file = file};
  loligo_status status = name_outputs(&found);
  if (status == LOLIGO_OK) status = find_segments(&found, mark);
  if (status == LOLIGO_OK) *is_complete = are_final(&found) && *is_complete;
  if (status == LOLIGO_OK && !*is_complete) status = verify_all(&found);
  segments_close(&found.segments);
  memory_free(found.names);
  memory_free(found.states);
  return status;
}

loligo_status recorders_open(const loligo_context *context, const model_file *file, const provenance *provenance,
                             loligo_simulation *simulation, const recorders_mode *mode, recorders **out)
{
  *out = NULL;
  heartbeat_doing("opens files");
  recorders *recorders = memory_allocate(1, sizeof *recorders, "recorders");
  LOLIGO_TRY(loligo_agree(context, recorders ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  *recorders = (struct recorders){.context = context,
                                  .file = file,
                                  .provenance = provenance,
                                  .simulation = simulation,
                                  .look_step = loligo_simulation_step(simulation) + FIRST_LOOK_STEPS};
  begin_waiting(recorders);
  loligo_status status = open_all(recorders, simulation, mode);
  if (status == LOLIGO_OK) {
    *out = recorders;
  } else {
    recorders->failed = true;
    recorders_close(recorders, false);
  }
  return status;
}

/* What a stopped run has recorded since its checkpoint makes a segment too: it can be looked at. */
static loligo_status close_segments(recorders *recorders, bool complete)
{
  loligo_status status = LOLIGO_OK;
  if (recorders->is_open && !recorders->failed && has_written(recorders)) {
    status = end_segment(recorders);
  } else if (recorders->is_open) {
    status = close_files(recorders, false);
  }
  if (status == LOLIGO_OK && complete) return merge(recorders);
  if (!recorders->failed) segments_discard(&recorders->segments);
  return status;
}

loligo_status recorders_close(recorders *recorders, bool complete)
{
  if (!recorders) return LOLIGO_OK;
  loligo_status status = recorders->failed || !recorders->is_open ? LOLIGO_OK : flush(recorders, LOLIGO_OK);
  complete = complete && !recorders->failed;
  keep_first(&status, recorders->segmented ? close_segments(recorders, complete) : close_files(recorders, complete));
  segments_close(&recorders->segments);
  memory_free(recorders->names);
  memory_free(recorders->states);
  memory_free(recorders);
  return status;
}

const char *recorders_warning(const recorders *recorders, size_t i)
{
  for (size_t k = 0; k < recorders->n_states && recorders->is_open; k++) {
    const char *warning = state_recorder_warning(recorders->states[k].recorder);
    if (warning && i-- == 0) return warning;
  }
  return NULL;
}
