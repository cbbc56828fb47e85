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
 * Gap junctions join what V relaxes under, their other ends being where they are expected in the middle of the step
 * (sim/gap); by the staggered scheme alone.
 *
 * Level synapses are a current that stands over the step. The signal `level` tells others when V passes V_level.
 *
 * Exponential and forward Euler take everything from the start of the step. They are of first order. RK4 has a file of
 * its own.
 *
 * A model gives a constant hh_kind to hh_step() inside its own VECTOR_CLONES function, and all is inlined into that.
 */
#ifndef LOLIGO_MODEL_NEURON_HH_H
#define LOLIGO_MODEL_NEURON_HH_H

#include <string.h>

#include "model/neuron/hh_rk4.h"

/** V_m of a Hodgkin-Huxley neuron at the end of the step. */
VECTOR_INLINE double hh_potential(const loligo_block *block, size_t i, size_t j, const hh_drive *drive,
                                  integrator method)
{
  (void)j;
  return relax(block->state[HH_V_M][i], hh_relaxation(drive), 1, method);
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
      .t_ref = grid_steps(p[HH_T_REF], dt),
      .method = p[HH_INTEGRATOR],
      .v_level = isnan(p[HH_V_LEVEL]) ? p[HH_V_TH] : p[HH_V_LEVEL],
  };
  memcpy(derived, &c, sizeof c);
}

/* Of one synapse; lead as what acts over the step is taken, its mean or its begin. */
static inline hh_rise hh_rise_of(double tau_rise, double tau_decay, double dt, bool staggered)
{
  const time_course_rise course = time_course_rise_of(tau_rise, tau_decay, dt);
  return (hh_rise){
      .course = course,
      .passed_half = time_course_passed(1, tau_rise, tau_decay, 0.5 * dt),
      .lead = staggered ? course.mean / block_mean_decay(tau_rise, dt) : 0,
  };
}

/** Fills the constants of rising synapses, whose time constants of rise are those of hh_derive(). */
static inline void hh_derive_rises(const double *p, double tau_decay_ex, double tau_decay_in, double dt,
                                   double *derived)
{
  const bool staggered = p[HH_INTEGRATOR] == STAGGERED_CRANK_NICOLSON;
  const hh_rises rises = {hh_rise_of(p[HH_TAU_SYN_EX], tau_decay_ex, dt, staggered),
                          hh_rise_of(p[HH_TAU_SYN_IN], tau_decay_in, dt, staggered)};
  memcpy(derived + DERIVED_COUNT(hh_constants), &rises, sizeof rises);
}

/** Completes a state: V_m at v_rest, gates at their steady state for V_m, everything else 0. */
static inline void hh_complete(double *state, hh_kind kind, double v_rest, double v_t)
{
  if (isnan(state[HH_V_M])) state[HH_V_M] = v_rest;
  const gate_rates r = hh_rates(kind, state[HH_V_M] - v_t);
  if (isnan(state[HH_M])) state[HH_M] = r.m.a / r.m.s;
  if (isnan(state[HH_H])) state[HH_H] = r.h.a / r.h.s;
  if (isnan(state[HH_N])) state[HH_N] = r.n.a / r.n.s;
  for (int v = HH_EX; v < (kind.rises ? HH_RISING_VARIABLES : HH_VARIABLES); v++) {
    if (isnan(state[v])) state[v] = 0;
  }
}

/* Moves V_m and the synapses on; leaves in at[n] the potential under which the gates are to move. */
VECTOR_INLINE void hh_move_membrane(const loligo_block *block, hh_kind kind, integrator method, bool uniform,
                                    bool coupled, double *at)
{
  double *v = block->state[HH_V_M];
  const size_t n = block->n;
  hh_cell cell;
  hh_cell_of(block, kind, 0, &cell);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) hh_cell_of(block, kind, i, &cell);
    const hh_constants *c = &cell.c;
    const gates x = {block->state[HH_M][i], block->state[HH_H][i], block->state[HH_N][i]};
    const double ex = hh_synapse(block, kind, i, HH_EX, 1, cell.rises.ex.lead);
    const double in = hh_synapse(block, kind, i, HH_IN, 1, cell.rises.in.lead);
    hh_drive drive = hh_drive_of(c, x, ex, in, block->current[i] + block->state[HH_LEVEL][i], kind.conductance);
    hh_couple(&drive, block, i, c->per_c, coupled);
    const double before = v[i];
    const double after = kind.potential(block, i, uniform ? 0 : i, &drive, method);
    at[i] = (method == STAGGERED_CRANK_NICOLSON ? after : before) - c->v_t;
    v[i] = after;
    hh_move_synapses(block, kind, i, &cell);
    hh_fire(block, i, before, after, c);
  }
}

VECTOR_INLINE void hh_move_coupled(const loligo_block *block, hh_kind kind, double *at)
{
  if (block->uniform)
    hh_move_membrane(block, kind, STAGGERED_CRANK_NICOLSON, true, true, at);
  else
    hh_move_membrane(block, kind, STAGGERED_CRANK_NICOLSON, false, true, at);
}

/* One step of the gates under a potential that stands. */
VECTOR_INLINE gates hh_gates_after(gates x, gate_rates r, double dt, integrator method)
{
  if (method == EXPONENTIAL_EULER)
    return (gates){relax(x.m, r.m, dt, method), relax(x.h, r.h, dt, method), relax(x.n, r.n, dt, method)};
  const gates change = gate_changes(x, r, dt, method == STAGGERED_CRANK_NICOLSON ? 0.5 * dt : 0);
  return (gates){x.m + change.m, x.h + change.h, x.n + change.n};
}

VECTOR_INLINE void hh_move_gates(const loligo_block *block, hh_kind kind, integrator method, const double *at)
{
  double *m = block->state[HH_M], *h = block->state[HH_H], *n = block->state[HH_N];
  const double dt = block->derived[DERIVED_INDEX(hh_constants, dt)][0];
  const size_t count = block->n;
  double root[LOLIGO_BLOCK_CELLS];
  for (size_t i = 0; i < count; i++) root[i] = rate_root(at[i], kind.middle);
  BLOCK_LOOP
  for (size_t i = 0; i < count; i++) {
    const gates after = hh_gates_after((gates){m[i], h[i], n[i]}, kind.rates(at[i], root[i]), dt, method);
    m[i] = after.m;
    h[i] = after.h;
    n[i] = after.n;
  }
}

/* Tells where V_m has passed V_level since `before`, [n] mV; what was before the run counts as below. */
VECTOR_INLINE void hh_tell_level(const loligo_block *block, const double *before)
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
VECTOR_INLINE void hh_move(const loligo_block *block, hh_kind kind, integrator method)
{
  double at[LOLIGO_BLOCK_CELLS];
  if (method == STAGGERED_CRANK_NICOLSON && block->coupling)
    hh_move_coupled(block, kind, at);
  else if (block->uniform)
    hh_move_membrane(block, kind, method, true, false, at);
  else
    hh_move_membrane(block, kind, method, false, false, at);
  hh_move_gates(block, kind, method, at);
}

VECTOR_INLINE void hh_step_by(const loligo_block *block, hh_kind kind, integrator method)
{
  double before[LOLIGO_BLOCK_CELLS];
  const bool heard = block_is_heard(block, HH_SIGNAL_LEVEL);
  if (heard) memcpy(before, block->state[HH_V_M], block->n * sizeof *before);
  if (method == RK4)
    hh_move_rk4(block, kind);
  else
    hh_move(block, kind, method);
  if (heard) hh_tell_level(block, before);
}

/** The integrator of a block, the same for all its cells. */
static inline integrator hh_method(const loligo_block *block)
{
  return (integrator)block->derived[DERIVED_INDEX(hh_constants, method)][0];
}

VECTOR_INLINE void hh_step(const loligo_block *block, hh_kind kind)
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
  case RK4:
    hh_step_by(block, kind, RK4);
    break;
  }
}

static inline gate_rates hh_rates_now(const loligo_block *block, hh_kind kind, size_t i)
{
  return hh_rates(kind,
                  block->state[HH_V_M][i] - block->derived[DERIVED_INDEX(hh_constants, v_t)][block->uniform ? 0 : i]);
}

static inline double half_step_late(double x, relaxation r, double dt)
{
  return (x * r.d + 0.5 * dt * r.a) / (r.d + 0.5 * dt * r.s);
}

/** Advances the gates to where the staggered scheme wants them. */
static inline void hh_start(const loligo_block *block, hh_kind kind)
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
static inline void hh_observe(const loligo_block *block, hh_kind kind, size_t v, double *out)
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
