/*
 * The median of many short slices is what the machine takes while it is at work, but for what breaks in.
 */
#include "run/calibrate_trial.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "loligo/partition.h"

/* What others took meanwhile is left out, alike of all phases. */
static loligo_status time_creation(trial *trial)
{
  const double since = timer_now(), processor = timer_processor();
  LOLIGO_TRY(
      loligo_simulation_create(&trial->self, trial->network, trial->decomposition, "auto", NULL, &trial->simulation));
  const double share = fmin(1, (timer_processor() - processor) / (timer_now() - since));
  loligo_simulation_phases(trial->simulation, trial->build_seconds);
  for (int p = 0; p < PHASE_COUNT; p++) trial->build_seconds[p] *= share;
  return LOLIGO_OK;
}

loligo_status trial_open(trial *trial, loligo_network *network)
{
  *trial = (struct trial){.network = network};
  loligo_context_init(&trial->self, MPI_COMM_SELF);
  if (!network) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(loligo_decomposition_create(network, "block", 1, &trial->decomposition));
  return time_creation(trial);
}

void trial_close(trial *trial)
{
  loligo_simulation_destroy(trial->simulation);
  loligo_decomposition_destroy(trial->decomposition);
  loligo_network_destroy(trial->network);
  loligo_context_free(&trial->self);
}

static loligo_status take_state(const trial *trial, trial_slice *state)
{
  loligo_statistics statistics;
  loligo_simulation_phases(trial->simulation, state->seconds);
  LOLIGO_TRY(loligo_simulation_statistics(trial->simulation, &statistics));
  state->events = (double)statistics.synaptic_events;
  state->spikes = (double)statistics.spikes;
  free(statistics.population_spikes);
  return LOLIGO_OK;
}

enum { MOST_SLICES = 64 };

static loligo_status run_slice(const trial *trial, int64_t steps, trial_slice *slice)
{
  trial_slice before;
  LOLIGO_TRY(take_state(trial, &before));
  LOLIGO_TRY(loligo_simulation_run(trial->simulation, steps));
  LOLIGO_TRY(take_state(trial, slice));
  for (int p = 0; p < PHASE_COUNT; p++) slice->seconds[p] -= before.seconds[p];
  slice->events -= before.events;
  slice->spikes -= before.spikes;
  return LOLIGO_OK;
}

static int compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median_of_phase(const trial_slice *slices, int n, int phase)
{
  double seconds[MOST_SLICES];
  for (int i = 0; i < n; i++) seconds[i] = slices[i].seconds[phase];
  qsort(seconds, (size_t)n, sizeof *seconds, compare);
  return seconds[n / 2];
}

loligo_status trial_run(trial *trial, int n, int64_t steps, trial_slice *slice)
{
  trial_slice slices[MOST_SLICES];
  assert(n <= MOST_SLICES);
  *slice = (trial_slice){{0}, 0, 0};
  for (int i = 0; i < n; i++) {
    LOLIGO_TRY(run_slice(trial, steps, &slices[i]));
    slice->events += slices[i].events / n;
    slice->spikes += slices[i].spikes / n;
  }
  for (int p = 0; p < PHASE_COUNT; p++) slice->seconds[p] = median_of_phase(slices, n, p);
  return LOLIGO_OK;
}
