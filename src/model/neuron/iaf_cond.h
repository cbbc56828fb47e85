/** What the integrate-and-fire models with conductances share. */
#ifndef LOLIGO_MODEL_NEURON_IAF_COND_H
#define LOLIGO_MODEL_NEURON_IAF_COND_H

#include "model/neuron/iaf.h"
#include "model/neuron/time_course.h"

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

/* The first parameters of these models. */
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
  C_M_ROW("250"), G_L_ROW("16.6667"), IAF_T_REF_ROW("2"), E_L_ROW("-70"), IAF_V_TH_ROW("-55"), V_RESET_ROW("-60"),     \
      REVERSAL_ROWS("0", "-85"), I_E_ROW, TAU_SYN_ROWS(what, "conductances", "0.2", "2")

/* State variables; others come behind. */
enum { IAF_COND_V_M, IAF_COND_G_EX, IAF_COND_G_IN, IAF_COND_REFRACTORY, IAF_COND_VARIABLES };

static inline iaf_spike iaf_cond_spike_by(const double *p, double dt)
{
  return (iaf_spike){p[IAF_COND_V_TH], p[IAF_COND_V_RESET], grid_steps(p[IAF_COND_T_REF], dt)};
}

/** The membrane over one step: conductances in units of C_m / dt, currents in mV per step. */
typedef struct iaf_cond_membrane {
  double g_l, per_c; /* 1, mV/pA */
  double pull;       /* mV per step: by leak and I_e */
} iaf_cond_membrane;

static inline iaf_cond_membrane iaf_cond_membrane_of(double c_m, double g_l, double e_l, double i_e, double dt)
{
  const double per_c = dt / c_m;
  return (iaf_cond_membrane){.g_l = g_l * per_c, .per_c = per_c, .pull = per_c * (g_l * e_l + i_e)};
}

/** That of a cell whose parameters begin as above. */
static inline iaf_cond_membrane iaf_cond_membrane_by(const double *p, double dt)
{
  return iaf_cond_membrane_of(p[IAF_COND_C_M], p[IAF_COND_G_L], p[IAF_COND_E_L], p[IAF_COND_I_E], dt);
}

/** mV per step by leak, I_e and a current (pA). */
VECTOR_INLINE double iaf_cond_drive(const iaf_cond_membrane *m, double current)
{
  return __builtin_fma(m->per_c, current, m->pull);
}

/** V at the end of a step, of which g (C_m/dt) and pull (mV per step) are means. */
VECTOR_INLINE double iaf_cond_relaxed(double v, double g, double pull)
{
  const double settled = pull / g;
  return __builtin_fma(v - settled, vector_exp(-g), settled);
}

/** An exponential conductance over one step. */
typedef struct iaf_cond_decay {
  double mean; /* 1/nS: mean of what begins the step at 1 nS */
  double left; /* 1 */
  double e;    /* mV: reversal potential */
} iaf_cond_decay;

static inline iaf_cond_decay iaf_cond_decay_of(double tau, double e, double per_c, double dt)
{
  return (iaf_cond_decay){.mean = block_mean_decay(tau, dt) * per_c, .left = vector_exp(-dt / tau), .e = e};
}

/** The two of a cell. */
typedef struct iaf_cond_decays {
  iaf_cond_decay ex, in;
} iaf_cond_decays;

static inline iaf_cond_decays iaf_cond_decays_by(const double *p, double per_c, double dt)
{
  return (iaf_cond_decays){iaf_cond_decay_of(p[IAF_COND_TAU_SYN_EX], p[IAF_COND_E_EX], per_c, dt),
                           iaf_cond_decay_of(p[IAF_COND_TAU_SYN_IN], p[IAF_COND_E_IN], per_c, dt)};
}

/** What acts on a membrane, by means over the step. */
typedef struct iaf_cond_action {
  double g, pull; /* C_m/dt, mV per step */
} iaf_cond_action;

/** Adds to a drive (mV per step) what the synapses of cell i do over the step, at whose end it leaves them. */
VECTOR_INLINE iaf_cond_action iaf_cond_move(const loligo_block *block, size_t i, const iaf_cond_decays *c, double drive)
{
  double *ex = &block->state[IAF_COND_G_EX][i], *in = &block->state[IAF_COND_G_IN][i];
  const double g_ex = c->ex.mean * *ex, g_in = c->in.mean * *in;
  *ex = __builtin_fma(c->ex.left, *ex, block->input[0][i]);
  *in = __builtin_fma(c->in.left, *in, block->input[1][i]);
  return (iaf_cond_action){g_ex + g_in, __builtin_fma(g_ex, c->ex.e, __builtin_fma(g_in, c->in.e, drive))};
}

#endif
