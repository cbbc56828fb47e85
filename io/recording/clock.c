/*
 * Times of frames, on the grid.
 */
#include "io/recording/clock.h"

#include "base/grid.h"

loligo_status read_clock(const model_reader *reader, double interval, double start, double stop, frame_clock *clock)
{
  const double dt = reader->network->dt;
  const int64_t end = reader->settings->duration;
  clock->every = loligo_steps(interval, dt);
  if (clock->every < 1 || !grid_holds(interval, dt))
    return loligo_fail(LOLIGO_INPUT_ERROR, "interval %g ms is not a multiple of dt %g ms", interval, dt);
  if (stop < start) return loligo_fail(LOLIGO_INPUT_ERROR, "stop %g ms is before start %g ms", stop, start);
  clock->start = loligo_steps(start, dt);
  clock->stop = loligo_steps(stop, dt);
  if (clock->stop > end) clock->stop = end;
  if (clock->start > clock->stop) clock->start = clock->stop;
  clock->grid = time_grid_of(dt);
  return LOLIGO_OK;
}
