/** Frames at steps start, start + every, ... below stop, numbered from 0 on. */
#ifndef LOLIGO_BASE_FRAME_GRID_H
#define LOLIGO_BASE_FRAME_GRID_H

#include <stdbool.h>
#include <stdint.h>

typedef struct frame_grid {
  int64_t start, stop, every; /* steps; every >= 1 */
} frame_grid;

/** Whether there is a frame at a step. */
static inline bool frame_grid_has(const frame_grid *grid, int64_t step)
{
  return step >= grid->start && step < grid->stop && (step - grid->start) % grid->every == 0;
}

/** Frames before a step; the number of the one that is at it. */
static inline int64_t frame_grid_before(const frame_grid *grid, int64_t step)
{
  const int64_t end = step < grid->stop ? step : grid->stop;
  return end <= grid->start ? 0 : (end - grid->start - 1) / grid->every + 1;
}

/** Most frames in so many steps that follow one another. */
static inline int64_t frame_grid_within(const frame_grid *grid, int64_t steps)
{
  const int64_t all = frame_grid_before(grid, grid->stop), some = steps < 1 ? 0 : (steps - 1) / grid->every + 1;
  return some < all ? some : all;
}

#endif
