/** Samplers: frames of one variable of selected local cells, or of several, filled by the update as it steps. */
#ifndef LOLIGO_SIM_CELLS_SAMPLER_H
#define LOLIGO_SIM_CELLS_SAMPLER_H

#include <stdbool.h>

#include "base/frame_grid.h"
#include "loligo/sampler.h"
#include "sim/cells/cells.h"

struct loligo_sampler {
  frame_grid grid;
  size_t *variables; /* [n_variables] of the group's model; owned */
  size_t n_variables;
  bool owed; /* the frame of the step of a snapshot is still to be taken */
  const cell_group *group;
  local_cells cells;
  int64_t first_frame; /* number of the frame in row 0 */
  size_t n_frames;
  double *values;  /* [n_frames][cells.n][n_variables] */
  size_t capacity; /* values */
};

/** Binds a sampler to the group of its target, which was taken (network/selection.h). MACHINE without memory;
 * sampler_free() also then. */
loligo_status sampler_init(loligo_sampler *sampler, const loligo_sampler_spec *spec, const cells *cells);
void sampler_free(loligo_sampler *sampler);

/** Bytes of a sampler of so many cells and variables of each while frames wait; `listed`: its cells are not a stretch.
 */
double sampler_bytes(double cells, double variables, double frames, bool listed);

/** Forgets all frames, and that one is owed: a trial begins. */
void sampler_reset(loligo_sampler *sampler);

/** Makes room for the frames at grid times first < step <= last. */
loligo_status sampler_reserve(loligo_sampler *sampler, int64_t first, int64_t last);

/** Forgets frames after grid time `step`. */
void sampler_cut(loligo_sampler *sampler, int64_t step);

/**
 * Copies the values of the cells of a block at grid time `step`, where a frame is due.
 *
 * @param block    the block as step() left it
 * @param first    local position of its first cell
 * @param started  false before the model's start(): the state is that of the grid time itself
 */
void sampler_take(loligo_sampler *sampler, const loligo_block *block, uint64_t first, int64_t step, bool started);

/** Takes the frame of `step`, at which a restored simulation stands. MACHINE error without memory. */
loligo_status sampler_take_owed(loligo_sampler *sampler, const cells *cells, int64_t step);

#endif
