/** What the integrate-and-fire models with conductances share. */
#ifndef LOLIGO_MODEL_NEURON_IAF_COND_H
#define LOLIGO_MODEL_NEURON_IAF_COND_H

#include "model/neuron/iaf.h"

/* Texts of the pages of these models. */
#define IAF_COND_MEMBRANE_PAGE                                                                                         \
  "C_m dV_m/dt = -g_L (V_m - E_L) - g_ex (V_m - E_ex) - g_in (V_m - E_in) + I\n"                                       \
  "I = I_e + currents of inputs\n"
#define IAF_COND_INTEGRATOR_PAGE                                                                                       \
  "conductances move exactly; V_m relaxes exponentially under their exact means over the step: of second order,\n"     \
  "stable at any conductance (first term of the Magnus expansion: Blanes et al. 2009, 10.1016/j.physrep.2008.11.001)"
#define IAF_COND_REFRACTORY_PAGE IAF_REFRACTORY_PAGE "; conductances go on, and take what arrives"
#define IAF_COND_GOLDEN_PAGE                                                                                           \
  "I_e 600 pA, dt 0.1 ms: the first spike at 8.1 ms (15 ms ln(36/21) = 8.09 ms, at the end of its step), then one\n"   \
  "every 5.3 ms (2 ms + 15 ms ln(26/21) = 5.20 ms, each part a whole number of steps)"

enum {
  IAF_COND_C_M,
  IAF_COND_G_L,
  IAF_COND_T_REF,
  IAF_COND_E_L,
  IAF_COND_V_TH,
  IAF_COND_V_RESET,
  IAF_COND_E_EX,
  IAF_COND_E_IN,
  IAF_COND_I_E,
  IAF_COND_TAU_SYN_EX,
  IAF_COND_TAU_SYN_IN
};

#define IAF_COND_ROWS(what)                                                                                            \
  LOLIGO_REAL_ROW("C_m", "pF", "250", LOLIGO_RANGE_POSITIVE, "membrane capacitance"),                                  \
      LOLIGO_REAL_ROW("g_L", "nS", "16.6667", LOLIGO_RANGE_POSITIVE, "leak conductance"),                              \
      LOLIGO_REAL_ROW("t_ref", "ms", "2", LOLIGO_RANGE_NON_NEGATIVE, IAF_T_REF_HELP),                                  \
      LOLIGO_REAL_ROW("E_L", "mV", "-70", LOLIGO_RANGE_ANY, "leak reversal potential"),                                \
      LOLIGO_REAL_ROW("V_th", "mV", "-55", LOLIGO_RANGE_ANY, IAF_V_TH_HELP),                                           \
      LOLIGO_REAL_ROW("V_reset", "mV", "-60", LOLIGO_RANGE_ANY, "potential after a spike"),                            \
      LOLIGO_REAL_ROW("E_ex", "mV", "0", LOLIGO_RANGE_ANY, "excitatory reversal potential"),                           \
      LOLIGO_REAL_ROW("E_in", "mV", "-85", LOLIGO_RANGE_ANY, "inhibitory reversal potential"),                         \
      LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current"),                                         \
      LOLIGO_REAL_ROW("tau_syn_ex", "ms", "0.2", LOLIGO_RANGE_POSITIVE, what " of excitatory conductances"),           \
      LOLIGO_REAL_ROW("tau_syn_in", "ms", "2", LOLIGO_RANGE_POSITIVE, what " of inhibitory conductances")

static const loligo_receptor iaf_cond_receptors[] = {{"exc", LOLIGO_RECEPTOR_CONDUCTANCE},
                                                     {"inh", LOLIGO_RECEPTOR_CONDUCTANCE}};

static inline iaf_spike iaf_cond_spike_by(const double *p, double dt)
{
  return (iaf_spike){p[IAF_COND_V_TH], p[IAF_COND_V_RESET], grid_steps(p[IAF_COND_T_REF], dt)};
}

/** V at the end of a step, of which g (C_m/dt) and pull (mV per step) are means. */
VECTOR_INLINE double iaf_cond_relaxed(double v, double g, double pull)
{
  const double settled = pull / g;
  return __builtin_fma(v - settled, vector_exp(-g), settled);
}

#endif
