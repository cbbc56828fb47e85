/** Times of steps in ms as the nearest doubles: step 3 of 0.1 ms is 0.3, not 0.30000000000000004. Not collective. */
#ifndef LOLIGO_IO_TIME_GRID_H
#define LOLIGO_IO_TIME_GRID_H

#include <stdint.h>

/** A step as a fraction: time = step * numerator / denominator. */
typedef struct time_grid {
  double numerator, denominator;
} time_grid;

/** The grid of a time step in ms: an exact decimal fraction where dt is one of at most nine digits, else dt / 1. */
time_grid time_grid_of(double dt_ms);

/** Time of a step in ms; correctly rounded on a decimal grid while step * numerator < 2^53. */
static inline double time_grid_ms(time_grid grid, int64_t step)
{
  return (double)step * grid.numerator / grid.denominator;
}

#endif
