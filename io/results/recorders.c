/*
 * Purpose: connect the simulation's observer and samplers to the files.
 *
 * Spikes and frames wait in memory and go to the files together in flushes, about one a second of wall time: how many
 * steps lie between two flushes is found anew at each, from the slowest rank's time and the fullest rank's buffers, so
 * that all ranks agree without a word in between.
 */
#include "io/results/recorders.h"

#include <stdlib.h>

#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/timer.h"
#include "io/results/edge_recorder.h"
#include "io/results/spike_recorder.h"
#include "io/results/state_recorder.h"

#define FLUSH_SECONDS 1.0
#define FLUSH_BYTES 64e6 /* waiting on one rank */
enum { FIRST_FLUSH_STEPS = 64, LARGEST_GROWTH = 4 };

/* One recorded variable. */
typedef struct state_output {
  loligo_sampler *sampler; /* belongs to the simulation */
  state_recorder *recorder;
} state_output;

struct recorders {
  const loligo_context *context;
  spike_recorder *spikes; /* NULL where none are recorded */
  state_output *states;   /* [n_states] */
  size_t n_states;
  int64_t flushed_step, flush_steps; /* the next flush is due flush_steps after flushed_step */
  double flushed_time;               /* s, on the clock of timer_now() */
  bool failed;                       /* a flush failed, on all ranks */
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

/* Steps until the next flush: as many as fit the wanted time and memory at the pace of the last ones. */
static void plan_flush(recorders *recorders, int64_t step, uint64_t bytes)
{
  double steps = (double)(step - recorders->flushed_step);
  double most[2] = {timer_now() - recorders->flushed_time, (double)bytes}; /* s, bytes */
  MPI_Allreduce(MPI_IN_PLACE, most, 2, MPI_DOUBLE, MPI_MAX, recorders->context->comm);
  double factor = LARGEST_GROWTH;
  if (most[0] * factor > FLUSH_SECONDS) factor = FLUSH_SECONDS / most[0];
  if (most[1] * factor > FLUSH_BYTES) factor = FLUSH_BYTES / most[1];
  double planned = steps * factor;
  recorders->flush_steps = planned < 1 ? 1 : planned > 1e15 ? (int64_t)1e15 : (int64_t)planned;
  recorders->flushed_step = step;
  recorders->flushed_time = timer_now();
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

/* Flushes if `status` is good on all ranks. */
static loligo_status flush(recorders *recorders, loligo_status status)
{
  status = loligo_agree(recorders->context, status);
  if (status == LOLIGO_OK) status = write_waiting(recorders);
  recorders->failed = recorders->failed || status != LOLIGO_OK;
  return status;
}

static loligo_status observe(void *self, const loligo_interval *interval)
{
  recorders *recorders = self;
  loligo_status status = LOLIGO_OK;
  if (recorders->spikes) status = spike_recorder_add(recorders->spikes, interval->spikes, interval->n_spikes);
  if (interval->last_step < recorders->flushed_step + recorders->flush_steps) return status;
  uint64_t bytes = waiting_bytes(recorders);
  LOLIGO_TRY(flush(recorders, status));
  plan_flush(recorders, interval->last_step, bytes);
  return LOLIGO_OK;
}

static loligo_status open_state(recorders *recorders, const model_file *file, const provenance *provenance,
                                const state_recording *recording, size_t variable, loligo_simulation *simulation)
{
  state_output *output = &recorders->states[recorders->n_states];
  loligo_sampler_spec sampled = {recording->target, variable, recording->start, recording->stop, recording->every};
  loligo_status status = loligo_simulation_sample(simulation, &sampled, &output->sampler);
  LOLIGO_TRY(loligo_agree(recorders->context, status));
  loligo_samples samples = loligo_sampler_frames(output->sampler);
  state_recorder_spec spec = {recording, variable, samples.index, samples.n_cells};
  LOLIGO_TRY(state_recorder_open(recorders->context, file->settings.output, file->network, &spec, provenance,
                                 &output->recorder));
  recorders->n_states++;
  return LOLIGO_OK;
}

static loligo_status open_states(recorders *recorders, const model_file *file, const provenance *provenance,
                                 loligo_simulation *simulation)
{
  const settings *settings = &file->settings;
  size_t n = 0;
  for (size_t i = 0; i < settings->n_states; i++) n += settings->states[i].n_variables;
  recorders->states = memory_allocate(n, sizeof *recorders->states, "recorders of states");
  LOLIGO_TRY(loligo_agree(recorders->context, recorders->states ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  for (size_t i = 0; i < settings->n_states; i++) {
    const state_recording *recording = &settings->states[i];
    for (size_t v = 0; v < recording->n_variables; v++) {
      LOLIGO_TRY(open_state(recorders, file, provenance, recording, recording->variables[v], simulation));
    }
  }
  return LOLIGO_OK;
}

/* Synapses of one projection onto local cells. */
typedef struct synapse_list {
  loligo_synapse *items;
  size_t n, capacity;
} synapse_list;

static loligo_status keep_synapse(void *self, const loligo_synapse *synapse)
{
  synapse_list *list = self;
  LOLIGO_TRY(
      memory_grow((void **)&list->items, &list->capacity, list->n + 1, sizeof *list->items, "synapses to write"));
  list->items[list->n++] = *synapse;
  return LOLIGO_OK;
}

static loligo_status write_projection(edge_recorder *recorder, const loligo_context *context, size_t projection,
                                      const loligo_simulation *simulation)
{
  synapse_list list = {NULL, 0, 0};
  loligo_status status = loligo_simulation_synapses(simulation, projection, keep_synapse, &list);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) return edge_recorder_write(recorder, projection, list.items, list.n);
  memory_free(list.items);
  return status;
}

/* The first error, so that closing goes on whatever happens. */
static void keep_first(loligo_status *first, loligo_status status)
{
  if (*first == LOLIGO_OK) *first = status;
}

static loligo_status write_edges(recorders *recorders, const model_file *file, const provenance *provenance,
                                 const loligo_simulation *simulation)
{
  const settings *settings = &file->settings;
  if (settings->n_connectivity == 0) return LOLIGO_OK;
  edge_recorder *edges;
  loligo_status status = edge_recorder_open(recorders->context, settings->output, file->network, settings->connectivity,
                                            settings->n_connectivity, provenance, &edges);
  for (size_t i = 0; i < settings->n_connectivity && status == LOLIGO_OK; i++) {
    status = write_projection(edges, recorders->context, settings->connectivity[i], simulation);
  }
  keep_first(&status, edge_recorder_close(edges, status == LOLIGO_OK));
  return status;
}

static loligo_status open_all(recorders *recorders, const model_file *file, const provenance *provenance,
                              loligo_simulation *simulation)
{
  const settings *settings = &file->settings;
  LOLIGO_TRY(write_edges(recorders, file, provenance, simulation));
  if (settings->n_spikes > 0) {
    LOLIGO_TRY(spike_recorder_open(recorders->context, settings->output, file->network, settings, provenance,
                                   &recorders->spikes));
  }
  LOLIGO_TRY(open_states(recorders, file, provenance, simulation));
  return loligo_agree(recorders->context,
                      loligo_simulation_observe(simulation, (loligo_observer){.self = recorders, .interval = observe}));
}

loligo_status recorders_open(const loligo_context *context, const model_file *file, const provenance *provenance,
                             loligo_simulation *simulation, recorders **out)
{
  *out = NULL;
  heartbeat_doing("opens files");
  recorders *recorders = memory_allocate(1, sizeof *recorders, "recorders");
  LOLIGO_TRY(loligo_agree(context, recorders ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  recorders->context = context;
  recorders->flush_steps = FIRST_FLUSH_STEPS;
  recorders->flushed_step = loligo_simulation_step(simulation);
  recorders->flushed_time = timer_now();
  loligo_status status = open_all(recorders, file, provenance, simulation);
  if (status == LOLIGO_OK) {
    *out = recorders;
  } else {
    recorders->failed = true;
    recorders_close(recorders, false);
  }
  return status;
}

loligo_status recorders_close(recorders *recorders, bool complete)
{
  if (!recorders) return LOLIGO_OK;
  loligo_status status = recorders->failed ? LOLIGO_OK : flush(recorders, LOLIGO_OK);
  complete = complete && !recorders->failed;
  keep_first(&status, spike_recorder_close(recorders->spikes, complete));
  for (size_t i = 0; i < recorders->n_states; i++) {
    keep_first(&status, state_recorder_close(recorders->states[i].recorder, complete));
  }
  memory_free(recorders->states);
  memory_free(recorders);
  return status;
}

const char *recorders_warning(const recorders *recorders, size_t i)
{
  for (size_t k = 0; k < recorders->n_states; k++) {
    const char *warning = state_recorder_warning(recorders->states[k].recorder);
    if (warning && i-- == 0) return warning;
  }
  return NULL;
}
