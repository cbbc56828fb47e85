/** Weight samplers: frames of the weights of selected synapses of one table. Not collective, all of it. */
#ifndef LOLIGO_SIM_PLASTICITY_WEIGHT_SAMPLER_H
#define LOLIGO_SIM_PLASTICITY_WEIGHT_SAMPLER_H

#include "base/frame_grid.h"
#include "loligo/weight_sampler.h"
#include "sim/cells/cells.h"
#include "sim/plasticity/plastic_table.h"

struct loligo_weight_sampler {
  frame_grid grid;
  plastic_table *table;
  size_t n;           /* synapses */
  uint64_t *at;       /* [n] numbers in the table */
  uint64_t *target;   /* [n] indices within their populations */
  uint64_t *source;   /* [n] */
  int64_t *delay;     /* [n] steps */
  uint32_t *segment;  /* [n] that each lies in */
  uint32_t *segments; /* [n_segments] that they lie in, each once */
  size_t n_segments;
  int64_t first_frame; /* number of the frame in row 0 */
  size_t n_frames;
  double *values;  /* [n_frames][n] */
  size_t capacity; /* values */
};

/** Finds the selected synapses; both selections were taken (network/selection.h), `group` has the local targets.
 * MACHINE without memory; weight_sampler_free() also then. */
loligo_status weight_sampler_init(loligo_weight_sampler *sampler, const loligo_weight_sampler_spec *spec,
                                  plastic_table *table, const cell_group *group);
void weight_sampler_free(loligo_weight_sampler *sampler);

/** Bytes of a sampler of so many synapses while frames wait. */
double weight_sampler_bytes(double synapses, double frames);

/** Takes the frame of `step` if one is due: all that arrives up to then was delivered, nothing behind it. MACHINE. */
loligo_status weight_sampler_take(loligo_weight_sampler *sampler, int64_t step);

/** Forgets frames of `step` and later. */
void weight_sampler_cut(loligo_weight_sampler *sampler, int64_t step);

#endif
