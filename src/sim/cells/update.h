/** Advances the local cells: takes what arrives, steps the models, collects spikes and samples. */
#ifndef LOLIGO_SIM_CELLS_UPDATE_H
#define LOLIGO_SIM_CELLS_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/cells/cells.h"
#include "sim/cells/inputs.h"
#include "sim/cells/sampler.h"
#include "sim/layout/ports.h"
#include "sim/layout/sums.h"
#include "sim/spikes/spikes.h"

/** The arrays that the models read and write, for one block of cells. */
typedef struct workbench workbench;

/** One that serves all groups. MACHINE without memory; *bench is then NULL. */
loligo_status workbench_create(const cells *cells, workbench **bench);
void workbench_destroy(workbench *bench);

/** What an update works on; all owned elsewhere. */
typedef struct update_plan {
  const loligo_network *network;
  const cells *cells;
  const port_layout *ports;
  const inputs *inputs;
  workbench *bench;
  const bool *has_listeners;       /* [populations] whether synapses listen to signals other than spikes */
  loligo_sampler *const *samplers; /* [n_samplers] */
  size_t n_samplers;
} update_plan;

/** Takes the frames at grid time `step` and brings all states to where the models' step() wants them. Once, before the
 * first step. */
void update_start(const update_plan *plan, int64_t step);

/**
 * Advances all cells through the steps first ... first + n - 1, block by block so that their state stays in the cache.
 *
 * @param rows    [n] what arrives at the end of each of these steps; taken
 * @param found   what is found is appended; spikes of one step in the order of (population, index)
 * @return        NUMERICS where a membrane potential is no longer finite; MACHINE without memory
 */
loligo_status update_cells(const update_plan *plan, int64_t first, int64_t n, sum_row *rows, signal_list *found);

#endif
