/*
 * Samplers. Rows of frames are made before an interval; blocks fill their columns in any order.
 */
#include "sim/cells/sampler.h"

#include <string.h>

#include "base/memory.h"

loligo_status sampler_init(loligo_sampler *sampler, const loligo_sampler_spec *spec, const cells *cells)
{
  const cell_group *group = &cells->groups[spec->target.population];
  *sampler = (loligo_sampler){
      .grid = {spec->start, spec->stop, spec->every}, .variable = spec->variable, .owed = spec->owed, .group = group};
  return local_cells_init(&sampler->cells, group, &spec->target);
}

void sampler_free(loligo_sampler *sampler)
{
  memory_free(sampler->values);
  local_cells_free(&sampler->cells);
}

void sampler_reset(loligo_sampler *sampler)
{
  sampler->n_frames = 0;
  sampler->owed = false;
}

loligo_status sampler_reserve(loligo_sampler *sampler, int64_t first, int64_t last)
{
  const int64_t before = frame_grid_before(&sampler->grid, first + 1);
  const int64_t after = frame_grid_before(&sampler->grid, last + 1);
  if (sampler->n_frames == 0) sampler->first_frame = before;
  sampler->n_frames = (size_t)(after - sampler->first_frame);
  size_t needed = sampler->n_frames * sampler->cells.n;
  if (needed <= sampler->capacity) return LOLIGO_OK;
  return memory_grow((void **)&sampler->values, &sampler->capacity, needed, sizeof *sampler->values, "recorded states");
}

void sampler_cut(loligo_sampler *sampler, int64_t step)
{
  const int64_t kept = frame_grid_before(&sampler->grid, step + 1) - sampler->first_frame;
  if (kept < (int64_t)sampler->n_frames) sampler->n_frames = (size_t)kept;
}

void sampler_take(loligo_sampler *sampler, const loligo_block *block, uint64_t first, int64_t step, bool started)
{
  const local_cells *cells = &sampler->cells;
  const local_span own = local_cells_within(cells, first, block->n);
  if (own.low == own.high) return;
  double observed[LOLIGO_BLOCK_CELLS];
  const double *values = block->state[sampler->variable];
  if (started && sampler->group->model->observe) {
    sampler->group->model->observe(block, sampler->variable, observed);
    values = observed;
  }
  const int64_t frame = frame_grid_before(&sampler->grid, step) - sampler->first_frame;
  double *row = sampler->values + (size_t)frame * cells->n;
  if (!cells->position)
    memcpy(row + own.low, values + (cells->first + own.low - first), (own.high - own.low) * sizeof *row);
  for (size_t i = own.low; cells->position && i < own.high; i++) row[i] = values[cells->position[i] - first];
}

loligo_status sampler_take_owed(loligo_sampler *sampler, const cells *cells, int64_t step)
{
  cell_view view;
  sampler->owed = false;
  LOLIGO_TRY(sampler_reserve(sampler, step - 1, step));
  const loligo_status status = cell_view_init(&view, cells);
  for (uint64_t cell = 0; status == LOLIGO_OK && cell < sampler->group->n; cell += LOLIGO_BLOCK_CELLS) {
    uint64_t rest = sampler->group->n - cell;
    cell_view_show(&view, sampler->group, cell, rest < LOLIGO_BLOCK_CELLS ? rest : LOLIGO_BLOCK_CELLS);
    sampler_take(sampler, &view.block, cell, step, true);
  }
  cell_view_free(&view);
  return status;
}

loligo_samples loligo_sampler_frames(const loligo_sampler *sampler)
{
  return (loligo_samples){.first_frame = sampler->first_frame,
                          .n_frames = sampler->n_frames,
                          .n_cells = sampler->cells.n,
                          .index = sampler->cells.index,
                          .values = sampler->values};
}

void loligo_sampler_clear(loligo_sampler *sampler)
{
  sampler->first_frame += (int64_t)sampler->n_frames;
  sampler->n_frames = 0;
}
