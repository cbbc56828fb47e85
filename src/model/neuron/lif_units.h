/**
 * Cells of four leaky integrate-and-fire units that move together, once in a period, by a map of pure numbers:
 *
 *   u_k <- decay u_k + input_k;   unit k tells others (signal unit<k>) that it exceeds its threshold
 *
 * Between two moves a cell collects for each unit what arrives, and the mean of its current in units of `scale`. The
 * step that ends a period moves the units by all that has come until its end.
 *
 * What becomes of the new units is up to the model, which gives a constant lif_units_kind to lif_units_step() inside
 * its own VECTOR_CLONES function.
 */
#ifndef LOLIGO_MODEL_NEURON_LIF_UNITS_H
#define LOLIGO_MODEL_NEURON_LIF_UNITS_H

#include <string.h>

#include "model/neuron/block.h"

/* Texts of the pages of these models. */
#define LIF_UNITS_INTEGRATOR_PAGE "a map, once in a period; dt only divides the period into steps"
#define LIF_UNITS_SOURCE_PAGE "He et al. 2024, Nat. Comput. Sci. 4:584, 10.1038/s43588-024-00674-9"

enum { LIF_UNITS = 4 };

/* Parameters; models put their thresholds behind. */
enum { LIF_UNITS_DECAY, LIF_UNITS_PERIOD, LIF_UNITS_SCALE, LIF_UNITS_I_E, LIF_UNITS_THRESHOLD };

#define LIF_UNITS_ROWS                                                                                                 \
  LOLIGO_REAL_ROW("decay", "", "0.9", LOLIGO_RANGE_FRACTION, "what a period leaves of a unit"),                        \
      LOLIGO_REAL_ROW("period", "ms", "1", LOLIGO_RANGE_POSITIVE,                                                      \
                      "time between two moves of the units, a multiple of dt"),                                        \
      LOLIGO_REAL_ROW("scale", "pA", "100", LOLIGO_RANGE_POSITIVE,                                                     \
                      "mean current over a period that is an input of 1"),                                             \
      LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current")

/* State variables: the units, then their inputs. */
enum { LIF_UNITS_INPUT = LIF_UNITS, LIF_UNITS_VARIABLES = 2 * LIF_UNITS };

static const loligo_variable lif_units_variables[] = {
    {"u1", "", "unit 1"},
    {"u2", "", "unit 2"},
    {"u3", "", "unit 3"},
    {"u4", "", "unit 4"},
    {"input1", "", "what unit 1 has got since it moved"},
    {"input2", "", "what unit 2 has got since it moved"},
    {"input3", "", "what unit 3 has got since it moved"},
    {"input4", "", "what unit 4 has got since it moved"},
};

/* One receptor for each unit; models with more put theirs behind. */
#define LIF_UNITS_RECEPTOR_ROWS                                                                                        \
  {"u1", LOLIGO_RECEPTOR_NUMBER}, {"u2", LOLIGO_RECEPTOR_NUMBER}, {"u3", LOLIGO_RECEPTOR_NUMBER},                      \
  {                                                                                                                    \
    "u4", LOLIGO_RECEPTOR_NUMBER                                                                                       \
  }

static const loligo_signal lif_units_signals[] = {
    {"unit1", "unit 1 exceeded its threshold"},
    {"unit2", "unit 2 exceeded its threshold"},
    {"unit3", "unit 3 exceeded its threshold"},
    {"unit4", "unit 4 exceeded its threshold"},
};

/** Constants of one cell. */
typedef struct lif_units_constants {
  double decay;
  double per_current; /* 1/pA: what a current over one step adds to an input */
  double i_e;         /* pA */
  double period;      /* steps */
  double threshold[LIF_UNITS];
} lif_units_constants;

/** What one move makes of a cell. Conditions are numbers, 0 or 1, so that loops with them vectorise. */
typedef struct lif_units_move {
  double u[LIF_UNITS];
  double exceeds[LIF_UNITS];
  double spikes;
} lif_units_move;

/** A model; its function is inline, its value a constant. */
typedef struct lif_units_kind {
  size_t listening; /* units from the first on that get the current, and what arrives at the receptor for all */
  bool has_all;     /* there is a receptor for all of them, behind those of the units */
  lif_units_move (*move)(const lif_units_constants *c, const double *u, const double *input);
} lif_units_kind;

/** Fills `derived` from the parameters of a cell and its threshold[LIF_UNITS]. */
static inline loligo_status lif_units_derive(const double *p, const double *threshold, double dt, double *derived)
{
  const double period = grid_steps(p[LIF_UNITS_PERIOD], dt);
  if (period < 1 || !grid_holds(p[LIF_UNITS_PERIOD], dt))
    return loligo_fail(LOLIGO_INPUT_ERROR, "period %g ms is not a multiple of dt %g ms", p[LIF_UNITS_PERIOD], dt);
  lif_units_constants c = {
      .decay = p[LIF_UNITS_DECAY],
      .per_current = 1 / (period * p[LIF_UNITS_SCALE]),
      .i_e = p[LIF_UNITS_I_E],
      .period = period,
  };
  memcpy(c.threshold, threshold, sizeof c.threshold);
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

/** Completes a state: everything at 0. A model's complete(). */
static inline void lif_units_complete(const double *param, double *state)
{
  (void)param;
  for (int v = 0; v < LIF_UNITS_VARIABLES; v++) {
    if (isnan(state[v])) state[v] = 0;
  }
}

/* 1 where a period (in steps) ends at a step, else 0. */
VECTOR_INLINE double lif_units_due(double period, double step)
{
  return step - period * floor(step / period) > 0 ? 0 : 1;
}

VECTOR_INLINE void lif_units_collect(const loligo_block *block, lif_units_kind kind, bool uniform)
{
  const double *const *arriving = block->input;
  double *const *input = block->state + LIF_UNITS_INPUT;
  const size_t n = block->n;
  lif_units_constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double current = c.per_current * (block->current[i] + c.i_e);
    const double common = kind.has_all ? current + arriving[LIF_UNITS][i] : current;
#pragma GCC unroll 8
    for (size_t k = 0; k < LIF_UNITS; k++) input[k][i] += k < kind.listening ? common + arriving[k][i] : arriving[k][i];
  }
}

/* Moves the units of the cells whose period ends, and has all cells say whether they fire; exceeds: [LIF_UNITS][n]. */
VECTOR_INLINE void lif_units_advance(const loligo_block *block, lif_units_kind kind, bool uniform,
                                     int64_t *const *exceeds)
{
  double *const *u = block->state, *const *input = block->state + LIF_UNITS_INPUT;
  int64_t *spike = block->spike;
  const double now = (double)(block->step + 1);
  const size_t n = block->n;
  lif_units_constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double due = uniform ? 1 : lif_units_due(c.period, now);
    const double before[LIF_UNITS] = {u[0][i], u[1][i], u[2][i], u[3][i]};
    const double got[LIF_UNITS] = {input[0][i], input[1][i], input[2][i], input[3][i]};
    const lif_units_move move = kind.move(&c, before, got);
#pragma GCC unroll 8
    for (size_t k = 0; k < LIF_UNITS; k++) {
      u[k][i] = due > 0 ? move.u[k] : before[k];
      input[k][i] = due > 0 ? 0 : got[k];
      exceeds[k][i] = due * move.exceeds[k] > 0 ? 1 : 0;
    }
    spike[i] = (int64_t)(due * move.spikes);
  }
}

VECTOR_INLINE void lif_units_step_by(const loligo_block *block, lif_units_kind kind, bool uniform)
{
  int64_t unheard[LIF_UNITS][LOLIGO_BLOCK_CELLS], *exceeds[LIF_UNITS];
  for (size_t k = 0; k < LIF_UNITS; k++) exceeds[k] = block_is_heard(block, k) ? block->signal[k] : unheard[k];
  lif_units_collect(block, kind, uniform);
  const double period = block->derived[DERIVED_INDEX(lif_units_constants, period)][0];
  if (!uniform || lif_units_due(period, (double)(block->step + 1)) > 0) {
    lif_units_advance(block, kind, uniform, exceeds);
  } else {
    memset(block->spike, 0, block->n * sizeof *block->spike);
    for (size_t k = 0; k < LIF_UNITS; k++) memset(exceeds[k], 0, block->n * sizeof *exceeds[k]);
  }
}

VECTOR_INLINE void lif_units_step(const loligo_block *block, lif_units_kind kind)
{
  if (block->uniform)
    lif_units_step_by(block, kind, true);
  else
    lif_units_step_by(block, kind, false);
}

#endif
