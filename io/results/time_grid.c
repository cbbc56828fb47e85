/*
 * Purpose: times that a reader of the files recognises.
 *
 * A time step such as 0.1 ms has no exact double, and step * dt adds the error of dt to that of the product. Most time
 * steps are decimal fractions, so the product of integers is exact and one division rounds once.
 */
#include "io/results/time_grid.h"

#include <math.h>

time_grid time_grid_of(double dt_ms)
{
  for (double denominator = 1; denominator <= 1e9; denominator *= 10) {
    double numerator = round(dt_ms * denominator);
    if (numerator >= 1 && numerator / denominator == dt_ms) return (time_grid){numerator, denominator};
  }
  return (time_grid){dt_ms, 1};
}
