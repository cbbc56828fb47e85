/** Advances the local cells: takes what arrives, steps the models, collects spikes and samples. */
#ifndef LOLIGO_SIM_UPDATE_H
#define LOLIGO_SIM_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/cells.h"
#include "sim/fixed_point.h"
#include "sim/inputs.h"
#include "sim/ports.h"
#include "sim/sampler.h"
#include "sim/spikes.h"

/** What an update works on; all owned elsewhere. */
typedef struct update_plan {
  const loligo_network *network;
  const cells *cells;
  const fixed_point *format;
  const port_layout *ports;
  const inputs *inputs;
  const bool *has_projections;     /* [populations][MODEL_MAX_RECEPTORS] whether synapses can arrive */
  const bool *has_listeners;       /* [populations] whether synapses listen to signals other than spikes */
  loligo_sampler *const *samplers; /* [n_samplers] */
  size_t n_samplers;
} update_plan;

/** Takes the frames at grid time 0 and brings all states to where the models' step() wants them. Once, before the first
 * step. */
void update_start(const update_plan *plan);

/**
 * Advances all cells through the steps first ... first + n - 1, block by block so that their state stays in the cache.
 *
 * @param sums    [n][ports] quanta that arrive at the end of each of these steps; set to 0
 * @param found   what is found is appended; spikes of one step in the order of (population, index)
 * @return        NUMERICS where a membrane potential is no longer finite; MACHINE without memory
 */
loligo_status update_cells(const update_plan *plan, int64_t first, int64_t n, int32_t *sums, signal_list *found);

#endif
