/** What the integrate-and-fire models with currents share: a membrane that is integrated exactly on the grid. */
#ifndef LOLIGO_MODEL_NEURON_IAF_PSC_H
#define LOLIGO_MODEL_NEURON_IAF_PSC_H

#include "model/neuron/iaf.h"
#include "model/neuron/time_course.h"

#define IAF_PSC_SOURCE_PAGE "Rotter & Diesmann 1999, Biol. Cybern. 81:381, 10.1007/s004220050570"
#define IAF_PSC_MEMBRANE_PAGE                                                                                          \
  "C_m dV_m/dt = -(C_m / tau_m) (V_m - E_L) + I\n"                                                                     \
  "I = I_e + I_syn_ex + I_syn_in + currents of inputs\n"

#define IAF_PSC_REFRACTORY_PAGE IAF_REFRACTORY_PAGE "; currents go on, and take what arrives"
#define IAF_PSC_GOLDEN_PAGE                                                                                            \
  "I_e 600 pA, dt 0.1 ms: the first spike at 9.9 ms (10 ms ln(24/9) = 9.81 ms, at the end of its step), then one\n"    \
  "every 11.9 ms, t_ref later"

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
  C_M_ROW("250"), TAU_M_ROW("10"), LOLIGO_REAL_ROW("t_ref", "ms", "2", LOLIGO_RANGE_NON_NEGATIVE, t_ref_help),         \
      E_REST_ROW("-70"), IAF_V_TH_ROW("-55"), V_RESET_ROW("-70"), I_E_ROW

/* Behind them, where synapses have one time constant each. */
enum { IAF_PSC_TAU_SYN_EX = IAF_PSC_PARAMS, IAF_PSC_TAU_SYN_IN };

#define IAF_PSC_SYNAPSE_ROWS(what) TAU_SYN_ROWS(what, "currents", "2", "2")

/* State variables of those with currents; some put others than IAF_PSC_REFRACTORY behind the first three. */
enum { IAF_PSC_V_M, IAF_PSC_I_EX, IAF_PSC_I_IN, IAF_PSC_REFRACTORY, IAF_PSC_SLOPE_EX, IAF_PSC_SLOPE_IN };

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

/** Exponential currents over one step. */
typedef struct iaf_psc_exp_currents {
  double v_from_ex, v_from_in; /* mV/pA: potential at its end by what begins it */
  double decay_ex, decay_in;
} iaf_psc_exp_currents;

static inline iaf_psc_exp_currents iaf_psc_exp_currents_of(double c_m, double tau_m, double tau_ex, double tau_in,
                                                           double dt)
{
  return (iaf_psc_exp_currents){
      .v_from_ex = time_course_passed(c_m, tau_m, tau_ex, dt),
      .v_from_in = time_course_passed(c_m, tau_m, tau_in, dt),
      .decay_ex = vector_exp(-dt / tau_ex),
      .decay_in = vector_exp(-dt / tau_in),
  };
}

static inline iaf_psc_exp_currents iaf_psc_exp_currents_by(const double *p, double dt)
{
  return iaf_psc_exp_currents_of(p[IAF_PSC_C_M], p[IAF_PSC_TAU_M], p[IAF_PSC_TAU_SYN_EX], p[IAF_PSC_TAU_SYN_IN], dt);
}

/** Adds to mV above rest what the currents of cell i do over the step, at whose end it leaves them. */
VECTOR_INLINE double iaf_psc_exp_move(const loligo_block *block, size_t i, const iaf_psc_exp_currents *c, double above)
{
  double *ex = &block->state[IAF_PSC_I_EX][i], *in = &block->state[IAF_PSC_I_IN][i];
  const double moved = __builtin_fma(c->v_from_ex, *ex, __builtin_fma(c->v_from_in, *in, above));
  *ex = __builtin_fma(c->decay_ex, *ex, block->input[0][i]);
  *in = __builtin_fma(c->decay_in, *in, block->input[1][i]);
  return moved;
}

/** A current that is an alpha function, over one step. */
typedef struct iaf_psc_alpha_current {
  double left; /* 1 */
  time_course_rise rise;
  double v_from_i, v_from_slope; /* mV/pA, mV ms/pA: potential at its end by what begins it */
} iaf_psc_alpha_current;

typedef struct iaf_psc_alpha_currents {
  iaf_psc_alpha_current ex, in;
} iaf_psc_alpha_currents;

static inline iaf_psc_alpha_current iaf_psc_alpha_current_of(double c_m, double tau_m, double tau, double dt)
{
  return (iaf_psc_alpha_current){
      .left = vector_exp(-dt / tau),
      .rise = time_course_rise_of(tau, tau, dt),
      .v_from_i = time_course_passed(c_m, tau_m, tau, dt),
      .v_from_slope = time_course_passed_on(c_m, tau_m, tau, tau, dt),
  };
}

static inline iaf_psc_alpha_currents iaf_psc_alpha_currents_of(double c_m, double tau_m, double tau_ex, double tau_in,
                                                               double dt)
{
  return (iaf_psc_alpha_currents){iaf_psc_alpha_current_of(c_m, tau_m, tau_ex, dt),
                                  iaf_psc_alpha_current_of(c_m, tau_m, tau_in, dt)};
}

/* What one of them adds to the potential. */
VECTOR_INLINE double iaf_psc_alpha_move_one(const iaf_psc_alpha_current *c, double arriving, double *current,
                                            double *slope)
{
  const double potential = __builtin_fma(c->v_from_i, *current, c->v_from_slope * *slope);
  time_course_move(c->left, &c->rise, arriving, current, slope);
  return potential;
}

/** As iaf_psc_exp_move(). */
VECTOR_INLINE double iaf_psc_alpha_move(const loligo_block *block, size_t i, const iaf_psc_alpha_currents *c,
                                        double above)
{
  double *const *s = block->state;
  const double ex = iaf_psc_alpha_move_one(&c->ex, block->input[0][i], &s[IAF_PSC_I_EX][i], &s[IAF_PSC_SLOPE_EX][i]);
  const double in = iaf_psc_alpha_move_one(&c->in, block->input[1][i], &s[IAF_PSC_I_IN][i], &s[IAF_PSC_SLOPE_IN][i]);
  return above + (ex + in);
}

#endif
