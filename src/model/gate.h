/**
 * Voltage-gated channels: rates as fractions, and one step of a linear relaxation by each integrator.
 *
 * A rate is kept as numerator and denominator, so that a gate's step by Crank-Nicolson needs one division in all, and
 * so that the removable singularities of x/(1 - exp(-x)) are met only where that fraction is formed.
 */
#ifndef LOLIGO_MODEL_GATE_H
#define LOLIGO_MODEL_GATE_H

#include "base/vector.h"

typedef enum integrator { STAGGERED_CRANK_NICOLSON, FORWARD_EULER, EXPONENTIAL_EULER } integrator;

/** x' = (a - s x) / d: of a gate a/d = alpha and s/d = alpha + beta, per ms. */
typedef struct relaxation {
  double a, s, d;
} relaxation;

/** x after dt under constant a, s, d; `method` must be a constant. */
VECTOR_INLINE double relax(double x, relaxation r, double dt, integrator method)
{
  const double change = dt * __builtin_fma(-r.s, x, r.a);
  switch (method) {
  case STAGGERED_CRANK_NICOLSON:
    return x + change / __builtin_fma(0.5 * dt, r.s, r.d);
  case FORWARD_EULER:
    return x + change / r.d;
  case EXPONENTIAL_EULER:
    break;
  }
  return x + change / (r.d * vector_linoid(dt * r.s / r.d));
}

/**
 * exp(-(v - middle)/720), the root of which all exponentials in the rates are powers.
 *
 * A potential further than 240 mV from the middle counts as if it were there: no action potential goes so far, and the
 * exponential needs no range reduction.
 */
VECTOR_INLINE double rate_root(double v, double middle)
{
  const double far = 240;
  const double x = v - middle;
  const double above = x < -far ? -far : x;
  const double inside = above > far ? far : above;
  return 1 + vector_expm1_near(inside * (-1.0 / 720));
}

typedef struct fraction {
  double over, under;
} fraction;

/** x / (1 - exp(-x)) given e = exp(-x); a series about 0, where it would be 0/0. */
VECTOR_INLINE fraction linoid_fraction(double x, double e)
{
  const double square = x * x;
  const double even = square * __builtin_fma(square, -1.0 / 720, 1.0 / 12);
  const double series = even + __builtin_fma(0.5, x, 1);
  return (fraction){fabs(x) < 0.01 ? series : x, fabs(x) < 0.01 ? 1 : 1 - e};
}

/** Rates of the gates of sodium (m, h) and potassium (n) channels at one potential. */
typedef struct gate_rates {
  relaxation m, h, n;
} gate_rates;

#endif
