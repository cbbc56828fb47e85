/** A simulation of the full network with samplers on all populations, that can be taken down and put up elsewhere. */
#ifndef LOLIGO_TESTS_STAGE_H
#define LOLIGO_TESTS_STAGE_H

#include <stdlib.h>

#include "base/text.h"
#include "full_network.h"
#include "loligo/partition.h"
#include "partition/partitioner.h"
#include "sim/exchange/exchange.h"

enum { STAGE_STEPS = 900, STAGE_FRAME_EVERY = 7, STAGE_POPULATIONS = 64 };

/* A simulation with all that it rests on. */
typedef struct stage {
  const loligo_context *context;
  const loligo_network *network;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_sampler *samplers[STAGE_POPULATIONS];
  uint64_t frames; /* hash of those seen so far, on this rank */
} stage;

/* Splits by the partitioners in turn, without those that this build lacks. */
static inline void stage_split(stage *stage, size_t turn)
{
  const size_t n = partitioner_registry.n;
  for (size_t i = 0; i < n; i++) {
    const char *name = partitioner_at((turn + i) % n)->name;
    if (loligo_decomposition_create(stage->network, name, stage->context->size, &stage->decomposition) == LOLIGO_OK)
      return;
    loligo_error_clear();
  }
  fail_msg("no partitioner");
}

static inline void stage_set(stage *stage, const loligo_context *context, const loligo_network *network, size_t turn)
{
  stage->context = context;
  stage->network = network;
  stage_split(stage, turn);
  OK(loligo_simulation_create(context, network, stage->decomposition,
                              exchange_method_at(turn % exchange_method_registry.n)->name, NULL, &stage->simulation));
  for (size_t p = 0; p < network->n_populations; p++) {
    loligo_sampler_spec spec = {.target = {.population = p, .last = network->populations[p].size},
                                .stop = STAGE_STEPS,
                                .every = STAGE_FRAME_EVERY};
    stage->samplers[p] = NULL;
    if (network->populations[p].model->n_variables)
      OK(loligo_simulation_sample(stage->simulation, &spec, &stage->samplers[p]));
  }
}

static inline uint64_t stage_hash(uint64_t where, uint64_t what, const double *value)
{
  uint64_t bits;
  memcpy(&bits, value, sizeof bits);
  return hash_mix(bits ^ hash_mix(where ^ hash_mix(what)));
}

static inline void stage_collect(stage *stage)
{
  for (size_t p = 0; p < stage->network->n_populations; p++) {
    if (!stage->samplers[p]) continue;
    loligo_samples s = loligo_sampler_frames(stage->samplers[p]);
    for (size_t f = 0; f < s.n_frames; f++)
      for (size_t c = 0; c < s.n_cells; c++)
        stage->frames += stage_hash((uint64_t)s.first_frame + f, p << 32 | s.index[c], &s.values[f * s.n_cells + c]);
    loligo_sampler_clear(stage->samplers[p]);
  }
}

static inline void stage_clear(stage *stage)
{
  stage_collect(stage);
  loligo_simulation_destroy(stage->simulation);
  loligo_decomposition_destroy(stage->decomposition);
}

static inline loligo_status stage_add_weight(void *sum, const loligo_synapse *s)
{
  *(uint64_t *)sum += stage_hash(s->projection << 32 | s->source, s->target << 32 | (uint64_t)s->delay, &s->weight_now);
  return LOLIGO_OK;
}

/* Hash of the weights of plastic synapses onto local cells. */
static inline uint64_t stage_weights(const stage *stage)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < stage->network->n_projections; i++)
    if (stage->network->projections[i].plasticity)
      OK(loligo_simulation_synapses(stage->simulation, i, stage_add_weight, &sum));
  return sum;
}

/** What two runs must agree in. */
typedef struct outcome {
  uint64_t spikes, checksum, events, plastic_events, population_spikes, frames, weights;
} outcome;

/* What the run has given so far. Collective. */
static inline outcome stage_outcome_now(stage *stage)
{
  loligo_statistics s;
  OK(loligo_simulation_statistics(stage->simulation, &s));
  outcome outcome = {s.spikes, s.spikes_checksum, s.synaptic_events, s.plastic_events, 0, 0, 0};
  for (size_t p = 0; p < stage->network->n_populations; p++)
    outcome.population_spikes += hash_mix(p ^ hash_mix(s.population_spikes[p]));
  free(s.population_spikes);
  stage_collect(stage);
  const uint64_t weights = stage_weights(stage);
  MPI_Allreduce(&weights, &outcome.weights, 1, MPI_UINT64_T, MPI_SUM, stage->context->comm);
  MPI_Allreduce(&stage->frames, &outcome.frames, 1, MPI_UINT64_T, MPI_SUM, stage->context->comm);
  return outcome;
}

/* The same, and the end of the stage. */
static inline outcome stage_outcome(stage *stage)
{
  const outcome outcome = stage_outcome_now(stage);
  stage_clear(stage);
  return outcome;
}

#endif
