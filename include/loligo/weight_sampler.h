/** A weight sampler collects weights of a plastic projection while the kernel steps. Not collective, all of it. */
#ifndef LOLIGO_WEIGHT_SAMPLER_H
#define LOLIGO_WEIGHT_SAMPLER_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/sampler.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Made by loligo_simulation_sample_weights(). */
typedef struct loligo_weight_sampler loligo_weight_sampler;

typedef struct loligo_weight_sampler_spec {
  size_t projection;                 /* number */
  loligo_selection targets, sources; /* of its populations */
  int64_t start, stop;               /* steps, half open: frames at start, start + every, ... < stop */
  int64_t every;                     /* steps, >= 1 */
} loligo_weight_sampler_spec;

/** The synapses of a weight sampler onto local cells, in the order of target, source, delay and rule. */
typedef struct loligo_sampled_synapses {
  size_t n;
  const uint64_t *target, *source; /* [n] indices within their populations */
  const int64_t *delay;            /* [n] steps */
} loligo_sampled_synapses;
loligo_sampled_synapses loligo_weight_sampler_synapses(const loligo_weight_sampler *sampler);

/**
 * The frames that wait, likewise; n_cells is the number of synapses, and there is no index. The frame of a time holds
 * the weights that a spike arriving then finds, in the receptor's base unit: what acts at the synapse up to that time
 * less the dendritic delay has acted. It is taken when the step behind that time begins.
 */
loligo_samples loligo_weight_sampler_frames(const loligo_weight_sampler *sampler);
void loligo_weight_sampler_clear(loligo_weight_sampler *sampler);

#ifdef __cplusplus
}
#endif

#endif
