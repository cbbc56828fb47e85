/*
 * Decimal numbers as integers times a power of ten, and their common divisors.
 */
#include "base/decimal.h"

#include <math.h>

enum { MAX_POWER = 22, SHORT_BITS = 22 };

static const double MOST_DIGITS = 1e9;
static const double SMALLEST = 1e-13, LARGEST = 1e30;

/* 10^0 ... 10^22, the powers of ten that are doubles. */
static const double powers[MAX_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                             1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double scaled(double value, int exponent)
{
  return exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
}

static bool are_close(double a, double b)
{
  return fabs(a - b) <= 0x1p-51 * b;
}

bool decimal_grid_of(double value, decimal_grid *grid)
{
  const double size = fabs(value);
  *grid = (decimal_grid){0};
  if (size == 0) return true;
  if (!(size >= SMALLEST && size <= LARGEST)) return false;
  int exponent = (int)floor(log10(size)) - (DECIMAL_DIGITS - 1);
  const double rounded = nearbyint(scaled(size, -exponent));
  if (rounded > MOST_DIGITS || !are_close(scaled(rounded, exponent), size)) return false;
  uint64_t digits = (uint64_t)rounded;
  for (; digits % 10 == 0; exponent++) digits /= 10;
  *grid = (decimal_grid){digits, digits, exponent};
  return true;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
  while (b) {
    const uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* Writes the grid in units of 10^exponent, not above its own; false where that takes more than 64 bits. */
static bool lower_exponent(decimal_grid *grid, int exponent)
{
  for (; grid->exponent > exponent; grid->exponent--) {
    if (__builtin_mul_overflow(grid->largest, 10, &grid->largest)) return false;
    grid->step *= 10;
  }
  return true;
}

bool decimal_grid_include(decimal_grid *grid, const decimal_grid *other)
{
  if (other->step == 0) return true;
  if (grid->step == 0) {
    *grid = *other;
    return true;
  }
  decimal_grid a = *grid, b = *other;
  if (!lower_exponent(&a, b.exponent) || !lower_exponent(&b, a.exponent)) return false;
  *grid = (decimal_grid){common_divisor(a.step, b.step), a.largest > b.largest ? a.largest : b.largest, a.exponent};
  return true;
}

static double with_few_bits(double value)
{
  int exponent;
  const double fraction = frexp(value, &exponent);
  return ldexp(nearbyint(ldexp(fraction, SHORT_BITS)), exponent - SHORT_BITS);
}

decimal_step decimal_grid_step(const decimal_grid *grid)
{
  const double n = (double)grid->step;
  const double high = with_few_bits(scaled(n, grid->exponent));
  if (grid->exponent < 0) {
    const double power = powers[-grid->exponent];
    return (decimal_step){high, fma(-high, power, n) / power};
  }
  return (decimal_step){high, fma(n, powers[grid->exponent], -high)};
}
