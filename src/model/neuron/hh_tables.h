/** Rows of which the tables of the Hodgkin-Huxley models are made, and their order. */
#ifndef LOLIGO_MODEL_NEURON_HH_TABLES_H
#define LOLIGO_MODEL_NEURON_HH_TABLES_H

#include "model/neuron/model.h"

/* Parameters, in the order of the tables below; models with more put theirs behind. */
enum {
  HH_C_M,
  HH_G_NA,
  HH_G_K,
  HH_G_L,
  HH_E_NA,
  HH_E_K,
  HH_E_L,
  HH_V_TH,
  HH_V_LEVEL,
  HH_T_REF,
  HH_I_E,
  HH_TAU_SYN_EX,
  HH_TAU_SYN_IN,
  HH_INTEGRATOR,
  HH_PSC_PARAMS,
  HH_E_EX = HH_PSC_PARAMS,
  HH_E_IN,
  HH_COND_PARAMS
};

/* Arguments are defaults. */
#define HH_CHANNEL_ROWS(c_m, g_na, g_k, g_l, e_na, e_k, e_l)                                                           \
  PARAM_REAL_ROW("C_m", "pF", c_m, RANGE_POSITIVE, "membrane capacitance"),                                            \
      PARAM_REAL_ROW("g_Na", "nS", g_na, RANGE_NON_NEGATIVE, "largest sodium conductance"),                            \
      PARAM_REAL_ROW("g_K", "nS", g_k, RANGE_NON_NEGATIVE, "largest potassium conductance"),                           \
      PARAM_REAL_ROW("g_L", "nS", g_l, RANGE_POSITIVE, "leak conductance"),                                            \
      PARAM_REAL_ROW("E_Na", "mV", e_na, RANGE_ANY, "sodium reversal potential"),                                      \
      PARAM_REAL_ROW("E_K", "mV", e_k, RANGE_ANY, "potassium reversal potential"),                                     \
      PARAM_REAL_ROW("E_L", "mV", e_l, RANGE_ANY, "leak reversal potential")

#define HH_SPIKE_ROWS(v_th, t_ref)                                                                                     \
  PARAM_REAL_ROW("V_th", "mV", v_th, RANGE_ANY, "a spike is an upward crossing of it"),                                \
      PARAM_REAL_ROW("V_level", "mV", "", RANGE_ANY, "level synapses act from it up; left out: V_th"),                 \
      PARAM_REAL_ROW("t_ref", "ms", t_ref, RANGE_NON_NEGATIVE, "least time between two spikes"),                       \
      PARAM_REAL_ROW("I_e", "pA", "0", RANGE_ANY, "constant current")

#define HH_SYNAPSE_ROWS(tau_ex, tau_in)                                                                                \
  PARAM_REAL_ROW("tau_syn_ex", "ms", tau_ex, RANGE_POSITIVE, "decay of excitatory synapses"),                          \
      PARAM_REAL_ROW("tau_syn_in", "ms", tau_in, RANGE_POSITIVE, "decay of inhibitory synapses")

#define HH_REVERSAL_ROWS                                                                                               \
  PARAM_REAL_ROW("E_ex", "mV", "0", RANGE_ANY, "excitatory reversal potential"),                                       \
      PARAM_REAL_ROW("E_in", "mV", "-80", RANGE_ANY, "inhibitory reversal potential")

#define HH_CHOICE_ROW(name, fallback, choices, help)                                                                   \
  {                                                                                                                    \
    name, PARAM_CHOICE, "", fallback, RANGE_ANY, choices, help, 0                                                      \
  }

#define HH_INTEGRATOR_ROW(choices, fallback)                                                                           \
  HH_CHOICE_ROW(                                                                                                       \
      "integrator", fallback, choices,                                                                                 \
      "of second order where staggered, fourth where rk4 (second under sine and triangle), else first; rk4 and "       \
      "forward_euler break down far below rest: at 0.05 ms below -112 and -106 mV (squid), -155 and -149 mV (Traub)")

/** In the order of `integrator`. */
static const char *const hh_integrators[] = {"staggered_crank_nicolson", "forward_euler", "exponential_euler", "rk4",
                                             NULL};

/* State variables, in the order of the tables below; models with more put theirs behind. */
enum { HH_V_M, HH_M, HH_H, HH_N, HH_EX, HH_IN, HH_REFRACTORY, HH_LEVEL, HH_VARIABLES };

#define HH_VARIABLE(name, unit, help)                                                                                  \
  {                                                                                                                    \
    name, unit, help                                                                                                   \
  }

#define HH_GATE_ROWS                                                                                                   \
  HH_VARIABLE("V_m", "mV", "membrane potential"), HH_VARIABLE("m", "", "activation of sodium channels"),               \
      HH_VARIABLE("h", "", "inactivation of sodium channels"),                                                         \
      HH_VARIABLE("n", "", "activation of potassium channels")

#define HH_COMMON_VARIABLE_ROWS                                                                                        \
  HH_VARIABLE("refractory", "", "steps until the next spike may be found"),                                            \
      HH_VARIABLE("I_level", "pA", "current of the level synapses")

#define HH_PSC_VARIABLE_ROWS                                                                                           \
  HH_GATE_ROWS, HH_VARIABLE("I_syn_ex", "pA", "excitatory synaptic current"),                                          \
      HH_VARIABLE("I_syn_in", "pA", "inhibitory synaptic current"), HH_COMMON_VARIABLE_ROWS

#define HH_COND_VARIABLE_ROWS                                                                                          \
  HH_GATE_ROWS, HH_VARIABLE("g_ex", "nS", "excitatory conductance"),                                                   \
      HH_VARIABLE("g_in", "nS", "inhibitory conductance"), HH_COMMON_VARIABLE_ROWS

enum { HH_RECEPTOR_EX, HH_RECEPTOR_IN, HH_RECEPTOR_LEVEL, HH_RECEPTORS };

static const model_receptor hh_psc_receptors[] = {
    {"exc", RECEPTOR_CURRENT}, {"inh", RECEPTOR_CURRENT}, {"level", RECEPTOR_LEVEL}};
static const model_receptor hh_cond_receptors[] = {
    {"exc", RECEPTOR_CONDUCTANCE}, {"inh", RECEPTOR_CONDUCTANCE}, {"level", RECEPTOR_LEVEL}};

enum { HH_SIGNAL_LEVEL, HH_SIGNALS };

static const model_signal hh_signals[] = {{"level", "V_m is at or above V_level"}};

#endif
