/** Rows of which the tables of the Hodgkin-Huxley models are made, and their order. */
#ifndef LOLIGO_MODEL_NEURON_HH_TABLES_H
#define LOLIGO_MODEL_NEURON_HH_TABLES_H

#include "model/neuron/model.h"
#include "model/neuron/param_list.h"

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
  C_M_ROW(c_m), LOLIGO_REAL_ROW("g_Na", "nS", g_na, LOLIGO_RANGE_NON_NEGATIVE, "largest sodium conductance"),          \
      LOLIGO_REAL_ROW("g_K", "nS", g_k, LOLIGO_RANGE_NON_NEGATIVE, "largest potassium conductance"), G_L_ROW(g_l),     \
      LOLIGO_REAL_ROW("E_Na", "mV", e_na, LOLIGO_RANGE_ANY, "sodium reversal potential"),                              \
      LOLIGO_REAL_ROW("E_K", "mV", e_k, LOLIGO_RANGE_ANY, "potassium reversal potential"), E_L_ROW(e_l)

#define HH_SPIKE_ROWS(v_th, t_ref)                                                                                     \
  LOLIGO_REAL_ROW("V_th", "mV", v_th, LOLIGO_RANGE_ANY, "a spike is an upward crossing of it"),                        \
      LOLIGO_REAL_ROW("V_level", "mV", "", LOLIGO_RANGE_ANY, "level synapses act from it up; left out: V_th"),         \
      LOLIGO_REAL_ROW("t_ref", "ms", t_ref, LOLIGO_RANGE_NON_NEGATIVE, "least time between two spikes"), I_E_ROW

#define HH_SYNAPSE_ROWS(tau_ex, tau_in) TAU_SYN_ROWS("decay", "synapses", tau_ex, tau_in)
#define HH_ALPHA_ROWS(tau_ex, tau_in) TAU_SYN_ROWS("time to peak", "synapses", tau_ex, tau_in)

/* In their place, and behind all others, where synapses rise before they decay. */
#define HH_RISE_ROWS(tau_ex, tau_in)                                                                                   \
  LOLIGO_REAL_ROW("tau_rise_ex", "ms", tau_ex, LOLIGO_RANGE_POSITIVE, "rise of excitatory synapses"),                  \
      LOLIGO_REAL_ROW("tau_rise_in", "ms", tau_in, LOLIGO_RANGE_POSITIVE, "rise of inhibitory synapses")

#define HH_DECAY_ROWS(tau_ex, tau_in)                                                                                  \
  LOLIGO_REAL_ROW("tau_decay_ex", "ms", tau_ex, LOLIGO_RANGE_POSITIVE, "decay of excitatory synapses"),                \
      LOLIGO_REAL_ROW("tau_decay_in", "ms", tau_in, LOLIGO_RANGE_POSITIVE, "decay of inhibitory synapses")

#define HH_REVERSAL_ROWS REVERSAL_ROWS("0", "-80")

#define HH_CHOICE_ROW(name, fallback, choices, help)                                                                   \
  {                                                                                                                    \
    name, LOLIGO_PARAM_CHOICE, "", fallback, LOLIGO_RANGE_ANY, choices, help, 0                                        \
  }

#define HH_INTEGRATOR_ROW(choices, fallback)                                                                           \
  HH_CHOICE_ROW(                                                                                                       \
      "integrator", fallback, choices,                                                                                 \
      "of second order where staggered, fourth where rk4 (second under sine and triangle), else first; rk4 and "       \
      "forward_euler break down far below rest: at 0.05 ms below -112 and -106 mV (squid), -155 and -149 mV (Traub)")

/** In the order of `integrator`. */
static const char *const hh_integrators[] = {"staggered_crank_nicolson", "forward_euler", "exponential_euler", "rk4",
                                             NULL};

/* Texts of the pages of these models. */
#define HH_MEMBRANE_PAGE "C_m dV_m/dt = I - g_Na m^3 h (V_m - E_Na) - g_K n^4 (V_m - E_K) - g_L (V_m - E_L)"
#define HH_GATES_PAGE "dx/dt = a_x (1 - x) - b_x x   for the gates x = m, h, n\n"
#define HH_PSC_MEMBRANE_PAGE HH_MEMBRANE_PAGE "\nI = I_e + I_syn_ex + I_syn_in + I_level + currents of inputs\n"
#define HH_COND_MEMBRANE_PAGE                                                                                          \
  HH_MEMBRANE_PAGE                                                                                                     \
  "\n               - g_ex (V_m - E_ex) - g_in (V_m - E_in)\n"                                                         \
  "I = I_e + I_level + currents of inputs\n"
#define HH_PSC_PAGE                                                                                                    \
  HH_PSC_MEMBRANE_PAGE                                                                                                 \
  "dI_syn_ex/dt = -I_syn_ex / tau_syn_ex; what arrives adds its weight (pA); I_syn_in likewise\n" HH_GATES_PAGE
#define HH_COND_PAGE                                                                                                   \
  HH_COND_MEMBRANE_PAGE                                                                                                \
  "dg_ex/dt = -g_ex / tau_syn_ex; what arrives adds its weight (nS); g_in likewise\n" HH_GATES_PAGE
#define HH_COND_BETA_PAGE                                                                                              \
  HH_COND_MEMBRANE_PAGE                                                                                                \
  "what arrives adds s (exp(-t / tau_decay_ex) - exp(-t / tau_rise_ex)) to g_ex, t after it, with s so that this\n"    \
  "peaks at its weight (nS), an alpha function where both are the same; g_in likewise\n" HH_GATES_PAGE
#define HH_INTEGRATOR_PAGE                                                                                             \
  "staggered_crank_nicolson: gates live half a step after V_m, each linear given the other; synapses act by their\n"   \
  "exact mean over the step; of second order (Hines 1984, 10.1016/0020-7101(84)90008-4)\n"
#define HH_ALL_INTEGRATORS_PAGE                                                                                        \
  HH_INTEGRATOR_PAGE                                                                                                   \
  "rk4: the classical Runge-Kutta method, of fourth order (second under currents that change within a step)\n"         \
  "exponential_euler, forward_euler: everything from the start of the step; of first order"
#define HH_COUNTED_PAGE                                                                                                \
  "He et al. 2024, 10.1038/s43588-024-00674-9, count 23 additions and 16 multiplications for an update"
#define HH_REFRACTORY_PAGE                                                                                             \
  "nothing is clamped: V_m, gates and synapses go on; for t_ref after a spike no other one is found"
#define HH_SPIKE_PAGE                                                                                                  \
  "V_m passes V_th from below: below it where a step begins, at or above it where it ends; stamped with that end"

/* State variables, in the order of the tables below; models with more put theirs behind. */
enum { HH_V_M, HH_M, HH_H, HH_N, HH_EX, HH_IN, HH_REFRACTORY, HH_LEVEL, HH_VARIABLES };

/* Behind them, where synapses rise before they decay. */
enum { HH_SLOPE_EX = HH_VARIABLES, HH_SLOPE_IN, HH_RISING_VARIABLES };

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

#define HH_PSC_SLOPE_ROWS                                                                                              \
  HH_VARIABLE("dI_syn_ex", "pA/ms", "slope of the excitatory synaptic current"),                                       \
      HH_VARIABLE("dI_syn_in", "pA/ms", "slope of the inhibitory synaptic current")

#define HH_COND_SLOPE_ROWS                                                                                             \
  HH_VARIABLE("dg_ex", "nS/ms", "slope of the excitatory conductance"),                                                \
      HH_VARIABLE("dg_in", "nS/ms", "slope of the inhibitory conductance")

/* The last one is missing where V_m is not integrated as such. */
enum {
  HH_RECEPTOR_EX,
  HH_RECEPTOR_IN,
  HH_RECEPTOR_LEVEL,
  HH_RECEPTOR_GAP,
  HH_RECEPTORS,
  HH_TV_LIF_RECEPTORS = HH_RECEPTOR_GAP
};

static const loligo_receptor hh_psc_receptors[] = {{"exc", LOLIGO_RECEPTOR_CURRENT},
                                                   {"inh", LOLIGO_RECEPTOR_CURRENT},
                                                   {"level", LOLIGO_RECEPTOR_LEVEL},
                                                   {"gap", LOLIGO_RECEPTOR_GAP}};
static const loligo_receptor hh_cond_receptors[] = {{"exc", LOLIGO_RECEPTOR_CONDUCTANCE},
                                                    {"inh", LOLIGO_RECEPTOR_CONDUCTANCE},
                                                    {"level", LOLIGO_RECEPTOR_LEVEL},
                                                    {"gap", LOLIGO_RECEPTOR_GAP}};

enum { HH_SIGNAL_LEVEL, HH_SIGNALS };

static const loligo_signal hh_signals[] = {{"level", "V_m is at or above V_level"}};

#endif
