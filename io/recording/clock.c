/*
 * Times of frames, on the grid.
 */
#include "io/recording/clock.h"

#include "base/grid.h"

loligo_status read_clock(const model_reader *reader, double interval, double start, double stop, frame_clock *clock)
{
  const double dt = reader->network->dt;
  const int64_t end = reader->settings->duration;
  frame_grid *steps = &clock->steps;
  steps->every = loligo_steps(interval, dt);
  if (steps->every < 1 || !grid_holds(interval, dt))
    return loligo_fail(LOLIGO_INPUT_ERROR, "interval %g ms is not a multiple of dt %g ms", interval, dt);
  if (stop < start) return loligo_fail(LOLIGO_INPUT_ERROR, "stop %g ms is before start %g ms", stop, start);
  steps->start = loligo_steps(start, dt);
  steps->stop = loligo_steps(stop, dt);
  if (steps->stop > end) steps->stop = end;
  if (steps->start > steps->stop) steps->start = steps->stop;
  clock->grid = time_grid_of(dt);
  return LOLIGO_OK;
}
