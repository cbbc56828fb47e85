/** What the integrate-and-fire models with currents share: a membrane that is integrated exactly on the grid. */
#ifndef LOLIGO_MODEL_NEURON_IAF_PSC_H
#define LOLIGO_MODEL_NEURON_IAF_PSC_H

#include "model/neuron/iaf.h"

#define IAF_PSC_SOURCE_PAGE "Rotter & Diesmann 1999, Biol. Cybern. 81:381, 10.1007/s004220050570"
#define IAF_PSC_MEMBRANE_PAGE                                                                                          \
  "C_m dV_m/dt = -(C_m / tau_m) (V_m - E_L) + I\n"                                                                     \
  "I = I_e + I_syn_ex + I_syn_in + currents of inputs\n"

/* The first parameters of these models. */
enum {
  IAF_PSC_C_M,
  IAF_PSC_TAU_M,
  IAF_PSC_T_REF,
  IAF_PSC_E_L,
  IAF_PSC_V_TH,
  IAF_PSC_V_RESET,
  IAF_PSC_I_E,
  IAF_PSC_PARAMS
};

#define IAF_PSC_ROWS(t_ref_help)                                                                                       \
  LOLIGO_REAL_ROW("C_m", "pF", "250", LOLIGO_RANGE_POSITIVE, "membrane capacitance"),                                  \
      LOLIGO_REAL_ROW("tau_m", "ms", "10", LOLIGO_RANGE_POSITIVE, "membrane time constant"),                           \
      LOLIGO_REAL_ROW("t_ref", "ms", "2", LOLIGO_RANGE_NON_NEGATIVE, t_ref_help),                                      \
      LOLIGO_REAL_ROW("E_L", "mV", "-70", LOLIGO_RANGE_ANY, "resting potential"),                                      \
      LOLIGO_REAL_ROW("V_th", "mV", "-55", LOLIGO_RANGE_ANY, IAF_V_TH_HELP),                                           \
      LOLIGO_REAL_ROW("V_reset", "mV", "-70", LOLIGO_RANGE_ANY, "potential after a spike"),                            \
      LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current")

/* Behind them, where synapses have one time constant each. */
enum { IAF_PSC_TAU_SYN_EX = IAF_PSC_PARAMS, IAF_PSC_TAU_SYN_IN };

#define IAF_PSC_SYNAPSE_ROWS(what)                                                                                     \
  LOLIGO_REAL_ROW("tau_syn_ex", "ms", "2", LOLIGO_RANGE_POSITIVE, what " of excitatory currents"),                     \
      LOLIGO_REAL_ROW("tau_syn_in", "ms", "2", LOLIGO_RANGE_POSITIVE, what " of inhibitory currents")

static const loligo_receptor iaf_psc_receptors[] = {{"exc", LOLIGO_RECEPTOR_CURRENT}, {"inh", LOLIGO_RECEPTOR_CURRENT}};

/** The membrane over one step. */
typedef struct iaf_psc_membrane {
  double e_l, rise;          /* mV: at rest, by I_e in a step */
  double v_from_v, v_from_i; /* 1, mV/pA */
} iaf_psc_membrane;

static inline iaf_psc_membrane iaf_psc_membrane_of(double c_m, double tau_m, double e_l, double i_e, double dt)
{
  const double v_from_i = -vector_expm1(-dt / tau_m) * tau_m / c_m;
  return (iaf_psc_membrane){
      .e_l = e_l,
      .rise = v_from_i * i_e,
      .v_from_v = vector_exp(-dt / tau_m),
      .v_from_i = v_from_i,
  };
}

/** That of a cell whose parameters begin as above. */
static inline iaf_psc_membrane iaf_psc_membrane_by(const double *p, double dt)
{
  return iaf_psc_membrane_of(p[IAF_PSC_C_M], p[IAF_PSC_TAU_M], p[IAF_PSC_E_L], p[IAF_PSC_I_E], dt);
}

static inline iaf_spike iaf_psc_spike_by(const double *p, double dt)
{
  return (iaf_spike){p[IAF_PSC_V_TH], p[IAF_PSC_V_RESET], grid_steps(p[IAF_PSC_T_REF], dt)};
}

/** mV above rest at the end of a step that begins at v (mV) under a current (pA), but for synapses. */
VECTOR_INLINE double iaf_psc_above_rest(const iaf_psc_membrane *m, double v, double current)
{
  return __builtin_fma(m->v_from_v, v - m->e_l, __builtin_fma(m->v_from_i, current, m->rise));
}

#endif
