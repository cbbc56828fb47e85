/**
 * One step of Hodgkin-Huxley point neurons: kinetics, kind of synapse and integrator are three independent choices.
 *
 *   C V' = I - g_Na m^3 h (V - E_Na) - g_K n^4 (V - E_K) - g_L (V - E_L) [- g_ex (V - E_ex) - g_in (V - E_in)]
 *
 * Given the gates, this is linear in V, and given V, so is each gate; an integrator is a way to relax linear equations.
 *
 * Staggered Crank-Nicolson (Hines 1984, 10.1016/0020-7101(84)90008-4): gates live half a step later than V, so that
 * each relaxes under the other's value at the middle of its step; synapses act by their exact mean over the step. It is
 * of second order in dt. The first half step of the gates is backward Euler, whose exact inverse brings them back to
 * the grid where they are observed.
 *
 * Level synapses are a current that stands over the step. The signal `level` tells others when V passes V_level.
 *
 * Exponential and forward Euler take everything from the start of the step. They are of first order.
 *
 * A model gives a constant hh_kind to hh_step() inside its own VECTOR_CLONES function, and all is inlined into that.
 */
#ifndef LOLIGO_MODEL_HH_H
#define LOLIGO_MODEL_HH_H

#include <string.h>

#include "model/block.h"
#include "model/gate.h"
#include "model/hh_tables.h"

/* Channels that a membrane may have. */
enum { CHANNEL_NA, CHANNEL_K, CHANNEL_L, CHANNEL_EX, CHANNEL_IN, CHANNELS };

/** Constants of one cell; conductances in units of C_m/dt, currents in mV per step. */
typedef struct hh_constants {
  double g[CHANNELS]; /* 1; of synapses per nS or pA: what acts over the step */
  double e[CHANNELS]; /* mV */
  double decay_ex, decay_in;
  double per_c; /* mV/pA */
  double i_e;   /* pA */
  double dt;    /* ms */
  double v_t;   /* mV: where the kinetics have their zero */
  double v_th;  /* mV */
  double t_ref; /* steps */
  double method;
  double v_level; /* mV */
} hh_constants;

/** What acts on a membrane over one step. */
typedef struct hh_drive {
  size_t n;           /* channels */
  double g[CHANNELS]; /* C_m/dt */
  double e[CHANNELS]; /* mV */
  double i;           /* mV */
} hh_drive;

/** A family of models; its functions are inline, its value a constant. */
typedef struct hh_kind {
  gate_rates (*rates)(double v, double root); /* at v (mV), with rate_root(v, middle) */
  double middle;                              /* mV */
  bool conductance;                           /* synapses are conductances, not currents */

  /** V_m of cell i, whose constants are in column position j, at the end of the step. */
  double (*potential)(const model_block *block, size_t i, size_t j, const hh_drive *drive, integrator method);
} hh_kind;

/** V_m of a Hodgkin-Huxley neuron at the end of the step. */
VECTOR_INLINE double hh_potential(const model_block *block, size_t i, size_t j, const hh_drive *drive,
                                  integrator method)
{
  (void)j;
  relaxation r = {__builtin_fma(drive->g[0], drive->e[0], drive->i), drive->g[0], 1};
#pragma GCC unroll 8
  for (size_t k = 1; k < drive->n; k++) {
    r.a = __builtin_fma(drive->g[k], drive->e[k], r.a);
    r.s += drive->g[k];
  }
  return relax(block->state[HH_V_M][i], r, 1, method);
}

VECTOR_INLINE gate_rates hh_rates(hh_kind kind, double v)
{
  return kind.rates(v, rate_root(v, kind.middle));
}

/** Fills `derived` from the parameters of a cell; v_t as in hh_constants. */
static inline void hh_derive(const double *p, double dt, double v_t, bool conductance, double *derived)
{
  const double per_c = dt / p[HH_C_M];
  const bool staggered = p[HH_INTEGRATOR] == STAGGERED_CRANK_NICOLSON;
  const hh_constants c = {
      .g = {p[HH_G_NA] * per_c, p[HH_G_K] * per_c, p[HH_G_L] * per_c,
            staggered ? block_mean_decay(p[HH_TAU_SYN_EX], dt) * per_c : per_c,
            staggered ? block_mean_decay(p[HH_TAU_SYN_IN], dt) * per_c : per_c},
      .e = {p[HH_E_NA], p[HH_E_K], p[HH_E_L], conductance ? p[HH_E_EX] : 0, conductance ? p[HH_E_IN] : 0},
      .decay_ex = vector_exp(-dt / p[HH_TAU_SYN_EX]),
      .decay_in = vector_exp(-dt / p[HH_TAU_SYN_IN]),
      .per_c = per_c,
      .i_e = p[HH_I_E],
      .dt = dt,
      .v_t = v_t,
      .v_th = p[HH_V_TH],
      .t_ref = block_steps(p[HH_T_REF], dt),
      .method = p[HH_INTEGRATOR],
      .v_level = isnan(p[HH_V_LEVEL]) ? p[HH_V_TH] : p[HH_V_LEVEL],
  };
  memcpy(derived, &c, sizeof c);
}

/** Completes a state: V_m at v_rest, gates at their steady state for V_m, everything else 0. */
static inline void hh_complete(double *state, hh_kind kind, double v_rest, double v_t)
{
  if (isnan(state[HH_V_M])) state[HH_V_M] = v_rest;
  const gate_rates r = hh_rates(kind, state[HH_V_M] - v_t);
  if (isnan(state[HH_M])) state[HH_M] = r.m.a / r.m.s;
  if (isnan(state[HH_H])) state[HH_H] = r.h.a / r.h.s;
  if (isnan(state[HH_N])) state[HH_N] = r.n.a / r.n.s;
  for (int v = HH_EX; v < HH_VARIABLES; v++) {
    if (isnan(state[v])) state[v] = 0;
  }
}

VECTOR_INLINE hh_drive hh_drive_of(const model_block *block, size_t i, const hh_constants *c, bool conductance)
{
  const double m = block->state[HH_M][i], h = block->state[HH_H][i], n = block->state[HH_N][i];
  const double ex = c->g[CHANNEL_EX] * block->state[HH_EX][i], in = c->g[CHANNEL_IN] * block->state[HH_IN][i];
  const double current = c->per_c * ((block->current[i] + c->i_e) + block->state[HH_LEVEL][i]);
  return (hh_drive){
      .n = conductance ? CHANNELS : CHANNEL_EX,
      .g = {c->g[CHANNEL_NA] * (m * m * m * h), c->g[CHANNEL_K] * (n * n * (n * n)), c->g[CHANNEL_L], ex, in},
      .e = {c->e[CHANNEL_NA], c->e[CHANNEL_K], c->e[CHANNEL_L], c->e[CHANNEL_EX], c->e[CHANNEL_IN]},
      .i = conductance ? current : current + (ex + in),
  };
}

/* Looks for an upward crossing of V_th. Conditions are numbers, 0 or 1, so that the loop around vectorises. */
VECTOR_INLINE void hh_fire(const model_block *block, size_t i, double before, double after, const hh_constants *c)
{
  const double refractory = block->state[HH_REFRACTORY][i];
  const double waiting = refractory > 0 ? refractory - 1 : 0;
  const double below = before < c->v_th ? 1 : 0;
  const double crossed = after >= c->v_th ? below : 0;
  const double fired = waiting > 0 ? 0 : crossed;
  block->state[HH_REFRACTORY][i] = fired > 0 ? c->t_ref : waiting;
  block->spike[i] = fired > 0 ? 1 : 0;
}

/* Moves V_m and the synapses on; leaves in at[n] the potential under which the gates are to move. */
VECTOR_INLINE void hh_move_membrane(const model_block *block, hh_kind kind, integrator method, bool uniform, double *at)
{
  double *v = block->state[HH_V_M], *ex = block->state[HH_EX], *in = block->state[HH_IN],
         *level = block->state[HH_LEVEL];
  const size_t n = block->n;
  hh_constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const hh_drive drive = hh_drive_of(block, i, &c, kind.conductance);
    const double before = v[i];
    const double after = kind.potential(block, i, uniform ? 0 : i, &drive, method);
    at[i] = (method == STAGGERED_CRANK_NICOLSON ? after : before) - c.v_t;
    v[i] = after;
    ex[i] = c.decay_ex * ex[i] + block->input[HH_RECEPTOR_EX][i];
    in[i] = c.decay_in * in[i] + block->input[HH_RECEPTOR_IN][i];
    level[i] = block->input[HH_RECEPTOR_LEVEL][i];
    hh_fire(block, i, before, after, &c);
  }
}

VECTOR_INLINE void hh_move_gates(const model_block *block, hh_kind kind, integrator method, const double *at)
{
  double *m = block->state[HH_M], *h = block->state[HH_H], *n = block->state[HH_N];
  const double dt = block->derived[DERIVED_INDEX(hh_constants, dt)][0];
  const size_t count = block->n;
  double root[MODEL_BLOCK_CELLS];
  for (size_t i = 0; i < count; i++) root[i] = rate_root(at[i], kind.middle);
  BLOCK_LOOP
  for (size_t i = 0; i < count; i++) {
    const gate_rates r = kind.rates(at[i], root[i]);
    m[i] = relax(m[i], r.m, dt, method);
    h[i] = relax(h[i], r.h, dt, method);
    n[i] = relax(n[i], r.n, dt, method);
  }
}

/* Tells where V_m has passed V_level since `before`, [n] mV; what was before the run counts as below. */
VECTOR_INLINE void hh_tell_level(const model_block *block, const double *before)
{
  const double *v = block->state[HH_V_M], *v_level = block->derived[DERIVED_INDEX(hh_constants, v_level)];
  int64_t *change = block->signal[HH_SIGNAL_LEVEL];
  const int64_t running = block->step > 0;
  const size_t n = block->n;
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    const double level = v_level[block->uniform ? 0 : i];
    change[i] = (v[i] >= level) - (running & (before[i] >= level));
  }
}

/* Several short loops, because the processor overlaps more cells in them than in one long one. */
VECTOR_INLINE void hh_step_by(const model_block *block, hh_kind kind, integrator method)
{
  double at[MODEL_BLOCK_CELLS], before[MODEL_BLOCK_CELLS];
  const bool heard = block_is_heard(block, HH_SIGNAL_LEVEL);
  if (heard) memcpy(before, block->state[HH_V_M], block->n * sizeof *before);
  if (block->uniform)
    hh_move_membrane(block, kind, method, true, at);
  else
    hh_move_membrane(block, kind, method, false, at);
  hh_move_gates(block, kind, method, at);
  if (heard) hh_tell_level(block, before);
}

/** The integrator of a block, the same for all its cells. */
static inline integrator hh_method(const model_block *block)
{
  return (integrator)block->derived[DERIVED_INDEX(hh_constants, method)][0];
}

VECTOR_INLINE void hh_step(const model_block *block, hh_kind kind)
{
  switch (hh_method(block)) {
  case STAGGERED_CRANK_NICOLSON:
    hh_step_by(block, kind, STAGGERED_CRANK_NICOLSON);
    break;
  case FORWARD_EULER:
    hh_step_by(block, kind, FORWARD_EULER);
    break;
  case EXPONENTIAL_EULER:
    hh_step_by(block, kind, EXPONENTIAL_EULER);
    break;
  }
}

static inline gate_rates hh_rates_now(const model_block *block, hh_kind kind, size_t i)
{
  return hh_rates(kind,
                  block->state[HH_V_M][i] - block->derived[DERIVED_INDEX(hh_constants, v_t)][block->uniform ? 0 : i]);
}

static inline double half_step_late(double x, relaxation r, double dt)
{
  return (x * r.d + 0.5 * dt * r.a) / (r.d + 0.5 * dt * r.s);
}

/** Advances the gates to where the staggered scheme wants them. */
static inline void hh_start(const model_block *block, hh_kind kind)
{
  if (hh_method(block) != STAGGERED_CRANK_NICOLSON) return;
  const double dt = block->derived[DERIVED_INDEX(hh_constants, dt)][0];
  for (size_t i = 0; i < block->n; i++) {
    const gate_rates r = hh_rates_now(block, kind, i);
    block->state[HH_M][i] = half_step_late(block->state[HH_M][i], r.m, dt);
    block->state[HH_H][i] = half_step_late(block->state[HH_H][i], r.h, dt);
    block->state[HH_N][i] = half_step_late(block->state[HH_N][i], r.n, dt);
  }
}

/** Values of variable v on the grid: gates of the staggered scheme half a step back, everything else as it is. */
static inline void hh_observe(const model_block *block, hh_kind kind, size_t v, double *out)
{
  memcpy(out, block->state[v], block->n * sizeof *out);
  if (hh_method(block) != STAGGERED_CRANK_NICOLSON || v < HH_M || v > HH_N) return;
  const double dt = block->derived[DERIVED_INDEX(hh_constants, dt)][0];
  for (size_t i = 0; i < block->n; i++) {
    const gate_rates r = hh_rates_now(block, kind, i);
    const relaxation gate = v == HH_M ? r.m : v == HH_H ? r.h : r.n;
    out[i] -= 0.5 * dt * (gate.a - gate.s * out[i]) / gate.d;
  }
}

#endif
