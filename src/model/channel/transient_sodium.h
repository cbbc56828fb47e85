/** Transient sodium currents, which differ in where their gates lie along the potential. */
#ifndef LOLIGO_MODEL_CHANNEL_TRANSIENT_SODIUM_H
#define LOLIGO_MODEL_CHANNEL_TRANSIENT_SODIUM_H

#include "model/channel/gated.h"

/** At v (mV), with the middles of the rates of m and h. */
VECTOR_INLINE void transient_sodium_approaches(double v, double middle_m, double middle_h, double q, approach *gates)
{
  const trap m = trap_of(v - middle_m, 6), h = trap_of(v - middle_h, 6);
  gates[0] = approach_by(0.182 * m.of_minus, 0.124 * m.of, q);
  gates[1] = approach_by(0.015 * h.of, 0.015 * h.of_minus, q);
}

#define TRANSIENT_SODIUM_EQUATIONS(m, h)                                                                               \
  "i = g m^3 h (E - V); a_m = .182 L(-(V+" m "), 6), b_m = .124 L(V+" m ", 6), a_h = .015 L(V+" h                      \
  ", 6), b_h = .015 L(-(V+" h "), 6) per ms at 23 degC; L(x, k) = x/(exp(x/k) - 1)"

#endif
