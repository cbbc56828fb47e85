/** Rates of the squid giant axon (Hodgkin & Huxley 1952, 10.1113/jphysiol.1952.sp004764), in absolute potentials. */
#ifndef LOLIGO_MODEL_NEURON_SQUID_H
#define LOLIGO_MODEL_NEURON_SQUID_H

#include "model/neuron/hh.h"

/* The argument is the default of E_L. */
#define SQUID_ROWS_OF(e_l) HH_CHANNEL_ROWS("100", "12000", "3600", "30", "50", "-77", e_l), HH_SPIKE_ROWS("0", "2")
#define SQUID_ROWS SQUID_ROWS_OF("-54.387")

/* Texts of the pages of the models with these rates; V is V_m in mV, rates are per ms. */
#define SQUID_RATES_PAGE                                                                                               \
  "a_m = 0.1 (V + 40) / (1 - exp(-(V + 40)/10))     b_m = 4 exp(-(V + 65)/18)\n"                                       \
  "a_h = 0.07 exp(-(V + 65)/20)                     b_h = 1 / (1 + exp(-(V + 35)/10))\n"                               \
  "a_n = 0.01 (V + 55) / (1 - exp(-(V + 55)/10))    b_n = 0.125 exp(-(V + 65)/80)   per ms, V = V_m in mV"
#define SQUID_GOLDEN_PAGE                                                                                              \
  "100 ms of rest, then 1 s of current: 0, 1, 1, 59, 69, 87, 117 spikes at 220, 230, 500, 700, 1000, 2000, 5000 pA;\n" \
  "last intervals 17.145, 14.636, 11.565, 8.544 ms from 700 pA on (RK4 at 0.005 ms)"
#define SQUID_SOURCE_PAGE "Hodgkin & Huxley 1952, J. Physiol. 117:500, 10.1113/jphysiol.1952.sp004764"

/** Resting potential, mV. */
#define SQUID_REST (-65.0)

/** Where rate_root() has its middle, mV. */
#define SQUID_MIDDLE (-65.0)

/** ms: max_dt of the models with these rates. */
static const double squid_max_dt[] = {
    [STAGGERED_CRANK_NICOLSON] = 0.2, [FORWARD_EULER] = 0.0625, [EXPONENTIAL_EULER] = 0.01, [RK4] = 0.0625};

/** Rates at v (mV), of which w is the root. */
VECTOR_INLINE gate_rates squid_rates(double v, double w)
{
  const double w2 = w * w, w4 = w2 * w2, w8 = w4 * w4, w9 = w8 * w, w18 = w9 * w9, w36 = w18 * w18, w72 = w36 * w36;

  const fraction m = linoid_fraction(1, __builtin_fma(v, 0.1, 4), w72, 12.182493960703473 /* exp(2.5) */);
  const double m_beta = 4 * (w36 * w4);
  const double h_alpha = 0.07 * w36, h_under = __builtin_fma(w72, 20.085536923187668 /* exp(3) */, 1);
  const fraction n = linoid_fraction(0.1, __builtin_fma(v, 0.1, 5.5), w72, 2.718281828459045 /* exp(1) */);
  const double n_beta = 0.125 * w9;
  return (gate_rates){
      .m = {m.over, __builtin_fma(m_beta, m.under, m.over), m.under},
      .h = {h_alpha * h_under, __builtin_fma(h_alpha, h_under, 1), h_under},
      .n = {n.over, __builtin_fma(n_beta, n.under, n.over), n.under},
  };
}

#endif
