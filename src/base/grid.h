/**
 * Times on the grid of dt: the one rule by which a time that a user gives becomes a number of steps.
 *
 * It is the nearest whole number; a time halfway between two goes to the later one. What is halfway is decided in
 * decimal: 0.15 ms at a dt of 0.1 ms is, although the quotient of the two doubles is 1.4999999999999998. So quotients
 * that lie below a half by no more than reading and dividing decimal numbers can bring about count as the half.
 */
#ifndef LOLIGO_BASE_GRID_H
#define LOLIGO_BASE_GRID_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/** Steps in a time of t, in the unit of dt. */
static inline double grid_steps(double t, double dt)
{
  const double steps = t / dt;
  const double error = fmin(fabs(steps) * 0x1p-49, 0x1p-10);
  return floor(steps + 0.5 + error);
}

/** The same as an integer within +-2^62. */
static inline int64_t grid_whole_steps(double t, double dt)
{
  return (int64_t)fmax(-0x1p62, fmin(grid_steps(t, dt), 0x1p62));
}

/** Steps, 0 or more, in a drawn delay. Laws are continuous: nobody meets their ties, which go as the doubles do. */
static inline int64_t grid_drawn_steps(double t, double dt)
{
  return (int64_t)fmax(0, fmin(floor(t / dt + 0.5), 0x1p62));
}

/** Whether t is a multiple of dt: off by no more than 1e-6 of itself (single precision) or of dt, and 0.01 dt. */
static inline bool grid_holds(double t, double dt)
{
  const double steps = t / dt;
  return fabs(steps - round(steps)) <= fmin(1e-6 * fmax(1, fabs(steps)), 0.01);
}

#endif
