/**
 * The classical Runge-Kutta method of fourth order, of V_m and gates together.
 *
 * Synapses are taken where a stage stands, exactly decayed to there; other currents are constant over the step, so that
 * the method is of second order under those that change within it. What arrives acts from the end of the step on.
 *
 * Explicit: in action potentials it is stable up to some 0.06 ms; and no longer than 2.78 over the fastest rate of a
 * gate, which far below rest is beta_m = 4 exp(-(V + 65)/18) per ms of the squid: at 0.05 ms down to -112 mV.
 */
#ifndef LOLIGO_MODEL_NEURON_HH_RK4_H
#define LOLIGO_MODEL_NEURON_HH_RK4_H

#include <string.h>

#include "model/neuron/hh_cell.h"

/** States without their synapses, or what is to become of them, for the cells of a block. */
typedef struct hh_points {
  double v[LOLIGO_BLOCK_CELLS]; /* mV */
  double m[LOLIGO_BLOCK_CELLS], h[LOLIGO_BLOCK_CELLS], n[LOLIGO_BLOCK_CELLS];
} hh_points;

/** One evaluation of the slope. */
typedef struct hh_stage {
  double elapsed; /* step: the time for which it stands, 0, 0.5 or 1 */
  double weight;  /* of its slope in the result */
  double next;    /* step: how far the next stage goes along its slope */
} hh_stage;

/* What an elapsed part of a step leaves of a synapse, of which the whole step leaves `decay`. */
VECTOR_INLINE double hh_left(double decay, double elapsed)
{
  return elapsed == 0 ? 1 : elapsed == 1 ? decay : sqrt(decay);
}

/* A synapse of cell i after an elapsed part of the step. */
VECTOR_INLINE double hh_synapse_after(const loligo_block *block, hh_kind kind, size_t i, int variable, double decay,
                                      const hh_rise *rise, double elapsed)
{
  const double passed = elapsed == 0 ? 0 : elapsed == 1 ? rise->course.passed : rise->passed_half;
  return hh_synapse(block, kind, i, variable, hh_left(decay, elapsed), passed);
}

/* Adds to the result the slope at `here`, and goes along it from the start of the step, the state of the block. */
VECTOR_INLINE void hh_rk4_stage(const loligo_block *block, hh_kind kind, bool uniform, hh_stage stage, hh_points *here,
                                hh_points *result)
{
  double *const *state = block->state;
  const size_t count = block->n;
  double at[LOLIGO_BLOCK_CELLS], root[LOLIGO_BLOCK_CELLS];
  hh_cell cell;
  hh_cell_of(block, kind, 0, &cell);
  const double *v_t = block->derived[DERIVED_INDEX(hh_constants, v_t)];
  for (size_t i = 0; i < count; i++) {
    at[i] = here->v[i] - v_t[uniform ? 0 : i];
    root[i] = rate_root(at[i], kind.middle);
  }
  BLOCK_LOOP
  for (size_t i = 0; i < count; i++) {
    if (!uniform) hh_cell_of(block, kind, i, &cell);
    const hh_constants *c = &cell.c;
    const gates x = {here->m[i], here->h[i], here->n[i]};
    const double ex = hh_synapse_after(block, kind, i, HH_EX, c->decay_ex, &cell.rises.ex, stage.elapsed);
    const double in = hh_synapse_after(block, kind, i, HH_IN, c->decay_in, &cell.rises.in, stage.elapsed);
    const hh_drive drive = hh_drive_of(c, x, ex, in, block->current[i] + state[HH_LEVEL][i], kind.conductance);
    const relaxation membrane = hh_relaxation(&drive);
    const double v_change = __builtin_fma(-membrane.s, here->v[i], membrane.a);
    const gates change = gate_changes(x, kind.rates(at[i], root[i]), c->dt, 0);
    result->v[i] = __builtin_fma(stage.weight, v_change, result->v[i]);
    result->m[i] = __builtin_fma(stage.weight, change.m, result->m[i]);
    result->h[i] = __builtin_fma(stage.weight, change.h, result->h[i]);
    result->n[i] = __builtin_fma(stage.weight, change.n, result->n[i]);
    here->v[i] = __builtin_fma(stage.next, v_change, state[HH_V_M][i]);
    here->m[i] = __builtin_fma(stage.next, change.m, state[HH_M][i]);
    here->h[i] = __builtin_fma(stage.next, change.h, state[HH_H][i]);
    here->n[i] = __builtin_fma(stage.next, change.n, state[HH_N][i]);
  }
}

static inline void hh_points_read(const loligo_block *block, hh_points *points)
{
  memcpy(points->v, block->state[HH_V_M], block->n * sizeof(double));
  memcpy(points->m, block->state[HH_M], block->n * sizeof(double));
  memcpy(points->h, block->state[HH_H], block->n * sizeof(double));
  memcpy(points->n, block->state[HH_N], block->n * sizeof(double));
}

static inline void hh_points_write(const loligo_block *block, const hh_points *points)
{
  memcpy(block->state[HH_V_M], points->v, block->n * sizeof(double));
  memcpy(block->state[HH_M], points->m, block->n * sizeof(double));
  memcpy(block->state[HH_H], points->h, block->n * sizeof(double));
  memcpy(block->state[HH_N], points->n, block->n * sizeof(double));
}

VECTOR_INLINE void hh_move_rk4_by(const loligo_block *block, hh_kind kind, bool uniform)
{
  hh_points here, result;
  hh_points_read(block, &here);
  hh_points_read(block, &result);
  hh_rk4_stage(block, kind, uniform, (hh_stage){0, 1.0 / 6, 0.5}, &here, &result);
  hh_rk4_stage(block, kind, uniform, (hh_stage){0.5, 1.0 / 3, 0.5}, &here, &result);
  hh_rk4_stage(block, kind, uniform, (hh_stage){0.5, 1.0 / 3, 1}, &here, &result);
  hh_rk4_stage(block, kind, uniform, (hh_stage){1, 1.0 / 6, 0}, &here, &result);
  hh_cell cell;
  hh_cell_of(block, kind, 0, &cell);
  BLOCK_LOOP
  for (size_t i = 0; i < block->n; i++) {
    if (!uniform) hh_cell_of(block, kind, i, &cell);
    hh_move_synapses(block, kind, i, &cell);
    hh_fire(block, i, block->state[HH_V_M][i], result.v[i], &cell.c);
  }
  hh_points_write(block, &result);
}

VECTOR_INLINE void hh_move_rk4(const loligo_block *block, hh_kind kind)
{
  if (block->uniform)
    hh_move_rk4_by(block, kind, true);
  else
    hh_move_rk4_by(block, kind, false);
}

#endif
