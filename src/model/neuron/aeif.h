/**
 * One step of adaptive exponential integrate-and-fire neurons (Brette & Gerstner 2005, 10.1152/jn.00686.2005), whatever
 * their synapses:
 *
 *   C V' = -g_L (V - E_L) + g_L D exp((V - V_th)/D) - w + I;   tau_w w' = a (V - E_L) - w;   at V_peak: V_reset, w += b
 *
 * Strang splitting, of second order and without stiffness: half a step of the linear part (a quarter of w's, V's to
 * where leak, synapses and w let it settle, a quarter of w's), a whole one of the exponential alone, half a step of the
 * linear part. The exponential alone is exact: z = exp(-(V - V_th)/D) falls by g_L/C per ms.
 *
 * A spike is where z falls to what it is at V_peak, within the step. Up to there w relaxes under the V that the step
 * begins with; a step of the rest begins at V_reset. Such steps are rare, and made one by one.
 *
 * A model gives a constant synapses_kind to aeif_step() inside its own VECTOR_CLONES function.
 */
#ifndef LOLIGO_MODEL_NEURON_AEIF_H
#define LOLIGO_MODEL_NEURON_AEIF_H

#include "model/neuron/iaf.h"
#include "model/neuron/synapses.h"

/* Parameters, in the order of the tables below. */
enum {
  AEIF_C_M,
  AEIF_G_L,
  AEIF_E_L,
  AEIF_V_TH,
  AEIF_DELTA_T,
  AEIF_TAU_W,
  AEIF_A,
  AEIF_B,
  AEIF_V_RESET,
  AEIF_V_PEAK,
  AEIF_T_REF,
  AEIF_I_E,
  AEIF_TAU_SYN_EX,
  AEIF_TAU_SYN_IN,
  AEIF_E_EX,
  AEIF_E_IN
};

#define AEIF_ROWS(synapse)                                                                                             \
  C_M_ROW("281"), G_L_ROW("30"), E_L_ROW("-70.6"),                                                                     \
      LOLIGO_REAL_ROW("V_th", "mV", "-50.4", LOLIGO_RANGE_ANY,                                                         \
                      "where the exponential current has the slope of the leak"),                                      \
      LOLIGO_REAL_ROW("Delta_T", "mV", "2", LOLIGO_RANGE_POSITIVE, "width of the exponential current"),                \
      LOLIGO_REAL_ROW("tau_w", "ms", "144", LOLIGO_RANGE_POSITIVE, "time constant of adaptation"),                     \
      LOLIGO_REAL_ROW("a", "nS", "4", LOLIGO_RANGE_ANY, "adaptation by the potential"),                                \
      LOLIGO_REAL_ROW("b", "pA", "80.5", LOLIGO_RANGE_ANY, "adaptation by a spike"), V_RESET_ROW("-60"),               \
      LOLIGO_REAL_ROW("V_peak", "mV", "0", LOLIGO_RANGE_ANY, "a spike is where V_m reaches it"),                       \
      LOLIGO_REAL_ROW("t_ref", "ms", "0", LOLIGO_RANGE_NON_NEGATIVE,                                                   \
                      "V_m stays at V_reset for the rest of a spike's step, and for so long"),                         \
      I_E_ROW, TAU_SYN_ROWS(synapse, "synapses", "0.2", "2")

#define AEIF_REVERSAL_ROWS REVERSAL_ROWS("0", "-85")

/* State variables, in the order of the tables; slopes of rising synapses come behind. */
enum { AEIF_V_M, AEIF_W = SYNAPSES_IN + 1, AEIF_REFRACTORY, AEIF_VARIABLES };

#define AEIF_VARIABLE(name, unit, help)                                                                                \
  {                                                                                                                    \
    name, unit, help                                                                                                   \
  }

#define AEIF_V_ROW AEIF_VARIABLE("V_m", "mV", "membrane potential")
#define AEIF_W_ROWS                                                                                                    \
  AEIF_VARIABLE("w", "pA", "adaptation current"),                                                                      \
      AEIF_VARIABLE("refractory", "", "steps until the potential moves again")

/* Texts of the pages of these models. */
#define AEIF_PAGE(synaptic)                                                                                            \
  "C_m dV_m/dt = -g_L (V_m - E_L) + g_L Delta_T exp((V_m - V_th) / Delta_T) - w" synaptic                              \
  "tau_w dw/dt = a (V_m - E_L) - w\n"                                                                                  \
  "at V_peak: V_m = V_reset, w <- w + b\n"
#define AEIF_PSC_PAGE AEIF_PAGE(" + I\nI = I_e + I_syn_ex + I_syn_in + currents of inputs\n")
#define AEIF_COND_PAGE                                                                                                 \
  AEIF_PAGE("\n              - g_ex (V_m - E_ex) - g_in (V_m - E_in) + I\nI = I_e + currents of inputs\n")
#define AEIF_INTEGRATOR_PAGE                                                                                           \
  "Strang splitting into a linear part (under exact means of the synapses over the step) and the exponential alone,\n" \
  "which is exact in exp(-(V_m - V_th) / Delta_T): of second order; a step with a spike is two, up to V_peak and on\n" \
  "from V_reset"
#define AEIF_REFRACTORY_PAGE                                                                                           \
  "V_m stays at V_reset for the rest of the spike's step and t_ref, a whole number of steps; w and synapses go on"
#define AEIF_SPIKE_PAGE "V_m passes V_peak within a step; stamped with its end, one to a step at most"
#define AEIF_GOLDEN_PAGE                                                                                               \
  "1000 pA from rest: 15 spikes in 400 ms, at 11.791573, 21.415136, 32.939217, 47.057319, 64.705017, ... 390.095076\n" \
  "(DOP853, 1e-11); at dt 0.1 ms within 0.001 ms, the last ones 0.007 ms"
#define AEIF_SOURCE_PAGE "Brette & Gerstner 2005, J. Neurophysiol. 94:3637, 10.1152/jn.00686.2005"

/** Constants of one cell. */
typedef struct aeif_constants {
  double g_l;              /* nS */
  double pull;             /* pA: by leak and I_e */
  double a, b, e_l;        /* nS, pA, mV */
  double half;             /* ms/pF: half a step over C_m */
  double per_g_l, decay_v; /* 1/nS, 1: where the leak is all conductance that there is */
  double decay_w;          /* over a quarter of a step */
  double v_th, d, per_d;   /* mV, mV, 1/mV */
  double fall, z_peak;     /* 1: of z in a step, and where a spike is */
  double v_reset, v_peak;  /* mV */
  double t_ref;            /* steps */
  double quarter_w;        /* a quarter of a step over tau_w */
} aeif_constants;

static inline loligo_status aeif_check(const double *p)
{
  LOLIGO_TRY(iaf_check_order("V_reset", p[AEIF_V_RESET], "V_peak", p[AEIF_V_PEAK]));
  return iaf_check_order("V_th", p[AEIF_V_TH], "V_peak", p[AEIF_V_PEAK]);
}

/** A model's derive(), but for its kind. */
static inline loligo_status aeif_derive(const double *p, synapses_kind kind, double dt, double *derived)
{
  LOLIGO_TRY(aeif_check(p));
  const double fall = dt * p[AEIF_G_L] / p[AEIF_C_M];
  const aeif_constants c = {
      .g_l = p[AEIF_G_L],
      .pull = p[AEIF_G_L] * p[AEIF_E_L] + p[AEIF_I_E],
      .a = p[AEIF_A],
      .b = p[AEIF_B],
      .e_l = p[AEIF_E_L],
      .half = 0.5 * dt / p[AEIF_C_M],
      .per_g_l = 1 / p[AEIF_G_L],
      .decay_v = vector_exp(-0.5 * fall),
      .decay_w = vector_exp(-0.25 * dt / p[AEIF_TAU_W]),
      .v_th = p[AEIF_V_TH],
      .d = p[AEIF_DELTA_T],
      .per_d = 1 / p[AEIF_DELTA_T],
      .fall = fall,
      .z_peak = vector_exp(-(p[AEIF_V_PEAK] - p[AEIF_V_TH]) / p[AEIF_DELTA_T]),
      .v_reset = p[AEIF_V_RESET],
      .v_peak = p[AEIF_V_PEAK],
      .t_ref = grid_steps(p[AEIF_T_REF], dt),
      .quarter_w = 0.25 * dt / p[AEIF_TAU_W],
  };
  memcpy(derived, &c, sizeof c);
  const bool cond = kind.conductance;
  const synapses_params synapses = {cond ? p[AEIF_E_EX] : 0, cond ? p[AEIF_E_IN] : 0, p[AEIF_TAU_SYN_EX],
                                    p[AEIF_TAU_SYN_IN]};
  synapses_derive(synapses, kind.slope > 0, dt, derived + DERIVED_COUNT(aeif_constants));
  return LOLIGO_OK;
}

/* What moves, and what moves it for half a step. */
typedef struct aeif_cell {
  double v, w; /* mV, pA */
} aeif_cell;

typedef struct aeif_half {
  double pull, per_g;      /* pA, 1/nS: V settles at (pull - w) per_g */
  double decay_v, decay_w; /* over half a step, and over a quarter */
  double held;             /* 1: V does not move; else 0 */
} aeif_half;

/* w after V has stood. */
VECTOR_INLINE double aeif_adapt(const aeif_constants *c, aeif_cell x, double decay)
{
  const double settled = c->a * (x.v - c->e_l);
  return __builtin_fma(x.w - settled, decay, settled);
}

VECTOR_INLINE aeif_cell aeif_move_linearly(const aeif_constants *c, aeif_cell x, aeif_half h)
{
  const double w = aeif_adapt(c, x, h.decay_w);
  const double settled = (h.pull - w) * h.per_g;
  const double moved = __builtin_fma(x.v - settled, h.decay_v, settled);
  const double v = h.held > 0 ? x.v : moved;
  return (aeif_cell){v, aeif_adapt(c, (aeif_cell){v, w}, h.decay_w)};
}

/* 1/z */
VECTOR_INLINE double aeif_rise(const aeif_constants *c, double v)
{
  return vector_exp((v - c->v_th) * c->per_d);
}

/* V after the exponential alone has let z fall so far that it is still above that of V_peak. */
VECTOR_INLINE double aeif_risen(const aeif_constants *c, double v, double rise, double fall)
{
  const double risen = __builtin_fma(-c->d, vector_log(1 - fall * rise), v);
  return risen > c->v_peak ? c->v_peak : risen;
}

VECTOR_INLINE aeif_half aeif_half_of(const aeif_constants *c, synapses_kind kind, const synapses_pull *pull, size_t i,
                                     double held)
{
  aeif_half h = {c->pull + pull->current[i], c->per_g_l, c->decay_v, c->decay_w, held};
  if (kind.conductance) {
    const double g = c->g_l + pull->conductance[i];
    h.per_g = 1 / g;
    h.decay_v = vector_exp(-g * c->half);
  }
  return h;
}

/* A part of a step from V_reset on; what reaches V_peak again stays there. */
static inline aeif_cell aeif_go_on(const aeif_constants *c, aeif_half h, double g, double part, double w)
{
  h.decay_v = vector_exp(-g * part * c->half);
  h.decay_w = vector_exp(-part * c->quarter_w);
  const aeif_cell x = aeif_move_linearly(c, (aeif_cell){c->v_reset, w}, h);
  const double rise = aeif_rise(c, x.v), fall = part * c->fall;
  if (rise * (fall + c->z_peak) >= 1 && !(h.held > 0)) return (aeif_cell){c->v_peak, x.w};
  return aeif_move_linearly(c, (aeif_cell){h.held > 0 ? x.v : aeif_risen(c, x.v, rise, fall), x.w}, h);
}

/* A cell at the end of the step in which it reaches V_peak, from its start. */
static inline aeif_cell aeif_spike(const aeif_constants *c, aeif_cell start, aeif_half h, double g)
{
  const double z = 1 / aeif_rise(c, aeif_move_linearly(c, start, h).v);
  const double part = fmin(fmax((z - c->z_peak) / c->fall, 0), 1);
  const double w = aeif_adapt(c, start, vector_exp(-4 * part * c->quarter_w)) + c->b;
  h.held = c->t_ref > 0 ? 1 : 0;
  return aeif_go_on(c, h, g, 1 - part, w);
}

/* The states that those cells begin the step with that fire in it. */
typedef struct aeif_starts {
  double v[LOLIGO_BLOCK_CELLS], w[LOLIGO_BLOCK_CELLS];
} aeif_starts;

/* Moves all cells as if none reached V_peak, and marks those that do; returns whether there are any. */
VECTOR_INLINE bool aeif_move(const loligo_block *block, synapses_kind kind, bool uniform, const synapses_pull *pull,
                             aeif_starts *starts)
{
  double *v = block->state[AEIF_V_M], *w = block->state[AEIF_W], *refractory = block->state[AEIF_REFRACTORY];
  int64_t *spike = block->spike, any = 0;
  const size_t n = block->n;
  aeif_constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double waiting = refractory[i], held = waiting > 0 ? 1 : 0;
    const aeif_half h = aeif_half_of(&c, kind, pull, i, held);
    const aeif_cell start = {held > 0 ? c.v_reset : v[i], w[i]};
    const aeif_cell x = aeif_move_linearly(&c, start, h);
    const double rise = aeif_rise(&c, x.v);
    const double fires = rise * (c.fall + c.z_peak) >= 1 ? 1 - held : 0;
    const double risen = aeif_risen(&c, x.v, rise, c.fall);
    const aeif_cell end = aeif_move_linearly(&c, (aeif_cell){held > 0 ? x.v : risen, x.w}, h);
    starts->v[i] = start.v;
    starts->w[i] = start.w;
    v[i] = end.v;
    w[i] = end.w;
    refractory[i] = held > 0 ? waiting - 1 : 0;
    spike[i] = fires > 0 ? 1 : 0;
    any |= spike[i];
  }
  return any;
}

static inline void aeif_fire(const loligo_block *block, synapses_kind kind, const synapses_pull *pull,
                             const aeif_starts *starts)
{
  aeif_constants c;
  for (size_t i = 0; i < block->n; i++) {
    if (!block->spike[i]) continue;
    block_constants(block, block->uniform ? 0 : i, DERIVED_COUNT(c), (double *)&c);
    const double g = c.g_l + (kind.conductance ? pull->conductance[i] : 0);
    const aeif_half h = aeif_half_of(&c, kind, pull, i, 0);
    const aeif_cell end = aeif_spike(&c, (aeif_cell){starts->v[i], starts->w[i]}, h, g);
    block->state[AEIF_V_M][i] = end.v;
    block->state[AEIF_W][i] = end.w;
    block->state[AEIF_REFRACTORY][i] = c.t_ref;
  }
}

VECTOR_INLINE void aeif_step(const loligo_block *block, synapses_kind kind)
{
  synapses_pull pull;
  aeif_starts starts;
  synapses_act(block, kind, &pull);
  const bool any =
      block->uniform ? aeif_move(block, kind, true, &pull, &starts) : aeif_move(block, kind, false, &pull, &starts);
  if (any) aeif_fire(block, kind, &pull, &starts);
}

#endif
