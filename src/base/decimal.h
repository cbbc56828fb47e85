/** Numbers as people write them: a few decimal digits and a power of ten. Not collective. */
#ifndef LOLIGO_BASE_DECIMAL_H
#define LOLIGO_BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

enum { DECIMAL_DIGITS = 9 };

/** All numbers that are whole multiples of step * 10^exponent; a zeroed grid holds nothing but 0. */
typedef struct decimal_grid {
  uint64_t step;    /* greatest common divisor of what was included; 0: nothing but 0 */
  uint64_t largest; /* of what was included, times 10^exponent */
  int exponent;
} decimal_grid;

/**
 * The grid of |value| alone, where it is a decimal number of at most DECIMAL_DIGITS significant digits, of ordinary
 * size (10^-13 to 10^30), or 0. A difference of two units in the last place, as a conversion of units leaves, is
 * overlooked. False for any other number.
 */
bool decimal_grid_of(double value, decimal_grid *grid);

/** Refines a grid so that it holds all that `other` holds. False, and `grid` as it was, where the two are so far apart
 * that 64 bits cannot hold both. */
bool decimal_grid_include(decimal_grid *grid, const decimal_grid *other);

/** Largest number included, in steps. */
static inline uint64_t decimal_grid_span(const decimal_grid *grid)
{
  return grid->step ? grid->largest / grid->step : 0;
}

/**
 * The step as a sum of two doubles, so that n * high + n * low is the double nearest to n steps for |n| < 2^31: `high`
 * has so few bits that n * high is exact.
 */
typedef struct decimal_step {
  double high, low;
} decimal_step;
decimal_step decimal_grid_step(const decimal_grid *grid);

#endif
