/**
 * Voltage-gated channels: rates as fractions, and one step of a linear relaxation by each integrator.
 *
 * A rate is kept as numerator and denominator, so that a gate's step by Crank-Nicolson needs one division in all, and
 * so that the removable singularities of x/(1 - exp(-x)) are met only where that fraction is formed.
 */
#ifndef LOLIGO_MODEL_NEURON_GATE_H
#define LOLIGO_MODEL_NEURON_GATE_H

#include "base/vector.h"

typedef enum integrator { STAGGERED_CRANK_NICOLSON, FORWARD_EULER, EXPONENTIAL_EULER, RK4 } integrator;

/** x' = (a - s x) / d: of a gate a/d = alpha and s/d = alpha + beta, per ms. */
typedef struct relaxation {
  double a, s, d;
} relaxation;

/** x after dt under constant a, s, d; `method` must be a constant, and not RK4. */
VECTOR_INLINE double relax(double x, relaxation r, double dt, integrator method)
{
  const double change = dt * __builtin_fma(-r.s, x, r.a);
  switch (method) {
  case STAGGERED_CRANK_NICOLSON:
    return x + change / __builtin_fma(0.5 * dt, r.s, r.d);
  case FORWARD_EULER:
    return x + change / r.d;
  default:
    return x + change / (r.d * vector_linoid(dt * r.s / r.d));
  }
}

/**
 * exp(-(v - middle)/720), the root of which all exponentials in the rates are powers; within 1 ulp.
 *
 * A potential further than 200 mV from the middle counts as if it were there: no action potential goes so far, and the
 * exponential needs no range reduction. The polynomial is a near-minimax fit (Remez) to it.
 */
VECTOR_INLINE double rate_root(double v, double middle)
{
  const double far = 200;
  const double from = v - middle;
  const double above = from < -far ? -far : from;
  const double x = above > far ? far : above;
  double q = 0x1.3894dfd97b6b9p-117;
  q = __builtin_fma(q, x, -0x1.13b3909c3dda3p-104);
  q = __builtin_fma(q, x, 0x1.b355370dea709p-92);
  q = __builtin_fma(q, x, -0x1.3217531b77f75p-79);
  q = __builtin_fma(q, x, 0x1.78a2e5cb744b2p-67);
  q = __builtin_fma(q, x, -0x1.8d3bce993327p-55);
  q = __builtin_fma(q, x, 0x1.5d21908b10cbp-43);
  q = __builtin_fma(q, x, -0x1.eaf733437e098p-32);
  q = __builtin_fma(q, x, 0x1.02e85c0898b56p-20);
  q = __builtin_fma(q, x, -0x1.6c16c16c16c1bp-10);
  return __builtin_fma(q, x, 1);
}

typedef struct fraction {
  double over, under;
} fraction;

/** size x / (1 - exp(-x)) given e with exp(-x) = scale e; a series about 0, where it would be 0/0. */
VECTOR_INLINE fraction linoid_fraction(double size, double x, double e, double scale)
{
  const double square = x * x;
  const double third = __builtin_fma(square, -1.0 / 720, 1.0 / 12);
  const double series = __builtin_fma(x, __builtin_fma(x, third, 0.5), 1);
  const double under = __builtin_fma(-scale / size, e, 1 / size);
  return (fraction){square < 1e-4 ? series : x, square < 1e-4 ? 1 / size : under};
}

/** Rates of the gates of sodium (m, h) and potassium (n) channels at one potential. */
typedef struct gate_rates {
  relaxation m, h, n;
} gate_rates;

/** The gates of sodium and potassium channels, or their change. */
typedef struct gates {
  double m, h, n;
} gates;

/**
 * dt (a - s x) / (d + ahead s) of each gate; `ahead` (ms) must be a constant where it is 0.
 *
 * One division serves all three, over their common denominator, which the bounds of rate_root() keep below 1e120.
 */
VECTOR_INLINE gates gate_changes(gates x, gate_rates r, double dt, double ahead)
{
  const double m = ahead > 0 ? __builtin_fma(ahead, r.m.s, r.m.d) : r.m.d;
  const double h = ahead > 0 ? __builtin_fma(ahead, r.h.s, r.h.d) : r.h.d;
  const double n = ahead > 0 ? __builtin_fma(ahead, r.n.s, r.n.d) : r.n.d;
  const double m_and_h = m * h, share = dt / (m_and_h * n), of_m_and_h = share * n;
  return (gates){.m = __builtin_fma(-r.m.s, x.m, r.m.a) * (of_m_and_h * h),
                 .h = __builtin_fma(-r.h.s, x.h, r.h.a) * (of_m_and_h * m),
                 .n = __builtin_fma(-r.n.s, x.n, r.n.a) * (share * m_and_h)};
}

#endif
