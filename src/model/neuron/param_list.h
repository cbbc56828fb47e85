/** Rows of parameters that models of several families have; arguments are defaults, but for texts. */
#ifndef LOLIGO_MODEL_NEURON_PARAM_LIST_H
#define LOLIGO_MODEL_NEURON_PARAM_LIST_H

#include "loligo/param.h"

#define C_M_ROW(c_m) LOLIGO_REAL_ROW("C_m", "pF", c_m, LOLIGO_RANGE_POSITIVE, "membrane capacitance")
#define TAU_M_ROW(tau_m) LOLIGO_REAL_ROW("tau_m", "ms", tau_m, LOLIGO_RANGE_POSITIVE, "membrane time constant")
#define G_L_ROW(g_l) LOLIGO_REAL_ROW("g_L", "nS", g_l, LOLIGO_RANGE_POSITIVE, "leak conductance")
#define E_L_ROW(e_l) LOLIGO_REAL_ROW("E_L", "mV", e_l, LOLIGO_RANGE_ANY, "leak reversal potential")
#define E_REST_ROW(e_l) LOLIGO_REAL_ROW("E_L", "mV", e_l, LOLIGO_RANGE_ANY, "resting potential")
#define V_RESET_ROW(v_reset) LOLIGO_REAL_ROW("V_reset", "mV", v_reset, LOLIGO_RANGE_ANY, "potential after a spike")
#define I_E_ROW LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current")

/** `what`: "decay" or "time to peak"; `of`: "currents", "conductances" or "synapses". */
#define TAU_SYN_ROWS(what, of, tau_ex, tau_in)                                                                         \
  LOLIGO_REAL_ROW("tau_syn_ex", "ms", tau_ex, LOLIGO_RANGE_POSITIVE, what " of excitatory " of),                       \
      LOLIGO_REAL_ROW("tau_syn_in", "ms", tau_in, LOLIGO_RANGE_POSITIVE, what " of inhibitory " of)

#define REVERSAL_ROWS(e_ex, e_in)                                                                                      \
  LOLIGO_REAL_ROW("E_ex", "mV", e_ex, LOLIGO_RANGE_ANY, "excitatory reversal potential"),                              \
      LOLIGO_REAL_ROW("E_in", "mV", e_in, LOLIGO_RANGE_ANY, "inhibitory reversal potential")

#endif
