/*
 * Samplers. Rows of frames are made before an interval; blocks fill their columns in any order.
 */
#include "sim/cells/sampler.h"

#include <string.h>

#include "base/memory.h"

loligo_status sampler_init(loligo_sampler *sampler, const loligo_sampler_spec *spec, const cells *cells)
{
  const cell_group *group = &cells->groups[spec->target.population];
  *sampler = (loligo_sampler){.grid = {spec->start, spec->stop, spec->every},
                              .n_variables = 1 + spec->n_more,
                              .owed = spec->owed,
                              .group = group};
  sampler->variables = memory_allocate(sampler->n_variables, sizeof *sampler->variables, "recorded states");
  if (!sampler->variables) return LOLIGO_MACHINE_ERROR;
  sampler->variables[0] = spec->variable;
  for (size_t k = 0; k < spec->n_more; k++) sampler->variables[1 + k] = spec->more[k];
  return local_cells_init(&sampler->cells, group, &spec->target);
}

double sampler_bytes(double cells, double variables, double frames, bool listed)
{
  return (listed ? local_cells_bytes(cells) : 0) + cells * variables * frames * sizeof(double);
}

void sampler_free(loligo_sampler *sampler)
{
  memory_free(sampler->values);
  memory_free(sampler->variables);
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
  size_t needed = sampler->n_frames * sampler->cells.n * sampler->n_variables;
  if (needed <= sampler->capacity) return LOLIGO_OK;
  return memory_grow((void **)&sampler->values, &sampler->capacity, needed, sizeof *sampler->values, "recorded states");
}

void sampler_cut(loligo_sampler *sampler, int64_t step)
{
  const int64_t kept = frame_grid_before(&sampler->grid, step + 1) - sampler->first_frame;
  if (kept < (int64_t)sampler->n_frames) sampler->n_frames = (size_t)kept;
}

/* Values of the k-th variable of a block's cells, in observed[] or where they are. */
static const double *values_of(const loligo_sampler *sampler, const loligo_block *block, size_t k, bool started,
                               double observed[LOLIGO_BLOCK_CELLS])
{
  const size_t v = sampler->variables[k];
  if (!started || !sampler->group->model->observe) return block->state[v];
  sampler->group->model->observe(block, v, observed);
  return observed;
}

void sampler_take(loligo_sampler *sampler, const loligo_block *block, uint64_t first, int64_t step, bool started)
{
  const local_cells *cells = &sampler->cells;
  const local_span own = local_cells_within(cells, first, block->n);
  if (own.low == own.high) return;
  const int64_t frame = frame_grid_before(&sampler->grid, step) - sampler->first_frame;
  const size_t each = sampler->n_variables;
  double *row = sampler->values + (size_t)frame * cells->n * each;
  for (size_t k = 0; k < each; k++) {
    double observed[LOLIGO_BLOCK_CELLS];
    const double *values = values_of(sampler, block, k, started, observed);
    if (!cells->position && each == 1)
      memcpy(row + own.low, values + (cells->first + own.low - first), (own.high - own.low) * sizeof *row);
    else
      for (size_t i = own.low; i < own.high; i++)
        row[i * each + k] = values[(cells->position ? cells->position[i] : cells->first + i) - first];
  }
}

loligo_status sampler_take_owed(loligo_sampler *sampler, const cells *cells, int64_t step)
{
  cell_view view;
  sampler->owed = false;
  LOLIGO_TRY(sampler_reserve(sampler, step - 1, step));
  const loligo_status status = cell_view_init(&view, cells);
  for (uint64_t cell = 0; status == LOLIGO_OK && cell < sampler->group->n; cell += sampler->group->block) {
    uint64_t rest = sampler->group->n - cell;
    cell_view_show(&view, sampler->group, cell, rest < sampler->group->block ? rest : sampler->group->block);
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
                          .values = sampler->values,
                          .n_more = sampler->n_variables - 1};
}

void loligo_sampler_clear(loligo_sampler *sampler)
{
  sampler->first_frame += (int64_t)sampler->n_frames;
  sampler->n_frames = 0;
}
