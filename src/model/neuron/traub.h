/** Rates of Traub & Miles (1991) as in benchmark 3 of Brette et al. 2007 (10.1007/s10827-007-0038-6). */
#ifndef LOLIGO_MODEL_NEURON_TRAUB_H
#define LOLIGO_MODEL_NEURON_TRAUB_H

#include "model/neuron/hh.h"

#define TRAUB_ROWS HH_CHANNEL_ROWS("200", "20000", "6000", "10", "50", "-90", "-60"), HH_SPIKE_ROWS("-20", "3")

/* Texts of the pages of the models with these rates; u = V_m - V_T in mV, rates are per ms. */
#define TRAUB_RATES_PAGE                                                                                               \
  "a_m = 0.32 (13 - u) / (exp((13 - u)/4) - 1)      b_m = 0.28 (u - 40) / (exp((u - 40)/5) - 1)\n"                     \
  "a_h = 0.128 exp((17 - u)/18)                     b_h = 4 / (1 + exp((40 - u)/5))\n"                                 \
  "a_n = 0.032 (15 - u) / (exp((15 - u)/5) - 1)     b_n = 0.5 exp((10 - u)/40)   per ms, u = V_m - V_T in mV"
#define TRAUB_GOLDEN_PAGE                                                                                              \
  "at C_m 100 pF, g_Na 10000, g_K 3000, g_L 5 nS: 100 ms of rest, then 1 s of current: 31, 46, 71, 133 spikes at\n"    \
  "50, 100, 200, 500 pA; last intervals 31.654, 21.759, 14.035, 7.527 ms (RK4 at 0.005 ms)"
#define TRAUB_SOURCE_PAGE                                                                                              \
  "Brette et al. 2007, J. Comput. Neurosci. 23:349, 10.1007/s10827-007-0038-6 (benchmark 3), after Traub & Miles 1991"

#define TRAUB_V_T_ROW LOLIGO_REAL_ROW("V_T", "mV", "-63", LOLIGO_RANGE_ANY, "shifts all rates along the potential")

/** Where rate_root() has its middle, mV. */
#define TRAUB_MIDDLE 0.0

/** ms: max_dt of the models with these rates. */
static const double traub_max_dt[] = {
    [STAGGERED_CRANK_NICOLSON] = 0.1, [FORWARD_EULER] = 0.01, [EXPONENTIAL_EULER] = 0.005, [RK4] = 0.0625};

/** Rates at u = V - V_T (mV), of which w is the root. */
VECTOR_INLINE gate_rates traub_rates(double u, double w)
{
  const double w2 = w * w, w4 = w2 * w2, w8 = w4 * w4, w9 = w8 * w, w18 = w9 * w9, w36 = w18 * w18, w72 = w36 * w36;
  const double w144 = w72 * w72;
  const double b_decay = w144 * 2980.9579870417283; /* exp((40 - u)/5) */

  const fraction a =
      linoid_fraction(1.28, __builtin_fma(u, 0.25, -3.25), w144 * w36, 25.790339917193062 /* exp(3.25) */);
  const fraction b = linoid_fraction(1.4, __builtin_fma(u, 0.2, -8), b_decay, 1);
  const double m_alpha = a.over * b.under, m_beta = b_decay * b.over;
  const double h_alpha = (0.128 * 2.5713844347880297 /* exp(17/18) */) * (w36 * w4), h_under = 1 + b_decay;
  const fraction n = linoid_fraction(0.16, __builtin_fma(u, 0.2, -3), w144, 20.085536923187668 /* exp(3) */);
  const double n_beta = (0.5 * 1.2840254166877414 /* exp(1/4) */) * w18;
  return (gate_rates){
      .m = {m_alpha, __builtin_fma(m_beta, a.under, m_alpha), a.under * b.under},
      .h = {h_alpha * h_under, __builtin_fma(h_alpha, h_under, 4), h_under},
      .n = {n.over, __builtin_fma(n_beta, n.under, n.over), n.under},
  };
}

#endif
