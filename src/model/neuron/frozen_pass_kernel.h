/*
 * Passes of hh_frozen (HAS_CHANNELS) and hh_leak in one precision (model/both_precisions.h), with d = `move`:
 *
 *   x <- x + d (a (1 - x) - b x)   for x = n, m, h;   g_na = g_Na m^3 h,  g_k = g_K n^4
 *   V <- V + d (input + I_e - g_na (V - E_Na) - g_k (V - E_K) - g_L (V - E_L));   s = 1 where V > threshold, else 0
 */
#include "model/neuron/pass.h"

/** A cell. */
typedef struct NAMED(frozen) {
  REAL v, x[3]; /* n, m, h */
} NAMED(frozen);

/** Conductances under the gates of a cell. */
typedef struct NAMED(frozen_open) {
  REAL na, k;
} NAMED(frozen_open);

VECTOR_INLINE NAMED(frozen_open) NAMED(frozen_open_of)(const REAL *c, NAMED(frozen) cell)
{
  const REAL n2 = cell.x[0] * cell.x[0], m = cell.x[1];
  return (NAMED(frozen_open)){.na = c[FROZEN_G_NA] * (m * m * m * cell.x[2]), .k = c[FROZEN_G_K] * (n2 * n2)};
}

/** The cell after a step; c: [FROZEN_PARAMS]. */
VECTOR_INLINE NAMED(frozen) NAMED(frozen_after)(const REAL *c, NAMED(frozen) cell, REAL input)
{
  const REAL d = c[FROZEN_MOVE];
  REAL current = (input + c[FROZEN_I_E]) - c[FROZEN_G_L] * (cell.v - c[FROZEN_E_L]);
  if (HAS_CHANNELS) {
#pragma GCC unroll 3
    for (size_t k = 0; k < 3; k++) {
      const REAL opens = c[FROZEN_RATES + 2 * k], closes = c[FROZEN_RATES + 2 * k + 1];
      cell.x[k] += d * (opens * (1 - cell.x[k]) - closes * cell.x[k]);
    }
    const NAMED(frozen_open) open = NAMED(frozen_open_of)(c, cell);
    current -= open.na * (cell.v - c[FROZEN_E_NA]) + open.k * (cell.v - c[FROZEN_E_K]);
  }
  cell.v += d * current;
  return cell;
}

enum { NAMED(N_CONSTANTS) = HAS_CHANNELS ? FROZEN_PARAMS : FROZEN_LEAK_PARAMS };

VECTOR_INLINE void NAMED(frozen_constants)(const loligo_pass *pass, size_t l, REAL *c)
{
#pragma GCC unroll 32
  for (size_t k = 0; k < NAMED(N_CONSTANTS); k++) c[k] = NAMED(pass_constant)(pass, k)[l];
}

/** The cell of lane l among values[FROZEN_VARIABLES] -> [LANES]. */
VECTOR_INLINE NAMED(frozen) NAMED(frozen_cell)(const REAL *const *values, size_t l)
{
  NAMED(frozen) cell = {.v = values[FROZEN_V][l]};
#pragma GCC unroll 3
  for (size_t k = 0; HAS_CHANNELS && k < 3; k++) cell.x[k] = values[FROZEN_N + k][l];
  return cell;
}

/** Moves the cells of all lanes, and leaves in x[LANES] how far V is above the threshold. */
VECTOR_INLINE void NAMED(frozen_step)(const loligo_pass *pass, const REAL *input, REAL *state, REAL *x, REAL *count)
{
  const REAL *const values[FROZEN_VARIABLES] = {state, state + LANES, state + 2 * LANES, state + 3 * LANES};
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) {
    REAL c[FROZEN_PARAMS];
    NAMED(frozen_constants)(pass, l, c);
    const NAMED(frozen) after = NAMED(frozen_after)(c, NAMED(frozen_cell)(values, l), input[l]);
    state[l] = after.v;
#pragma GCC unroll 3
    for (size_t k = 0; HAS_CHANNELS && k < 3; k++) state[(FROZEN_N + k) * LANES + l] = after.x[k];
    x[l] = after.v - c[FROZEN_THRESHOLD];
    count[l] += x[l] > 0 ? 1 : 0;
  }
}

VECTOR_CLONES
static void NAMED(forward)(const loligo_pass *pass)
{
  enum { N = HAS_CHANNELS ? FROZEN_VARIABLES : 1 };
  REAL state[FROZEN_VARIABLES * LANES], x[LANES], s[LANES], count[LANES] = {0};
  memcpy(state, pass->state, N * LANES * sizeof *state);
  for (size_t t = 0; t < pass->n_steps; t++) {
    NAMED(frozen_step)(pass, NAMED(pass_input)(pass, 1, t), state, x, count);
    NAMED(pass_threshold)(pass, x, s);
    NAMED(pass_hand_on)(pass, 1, t, 0, s);
    if (!pass->tape) continue;
    memcpy(NAMED(pass_tape)(pass, FROZEN_TAPED_V) + t * LANES, state, LANES * sizeof *state);
    memcpy(NAMED(pass_tape)(pass, FROZEN_TAPED_PSI) + t * LANES, x, sizeof x);
    for (size_t k = 1; k < N; k++)
      memcpy(NAMED(pass_tape)(pass, FROZEN_TAPED_GATES + k - 1) + t * LANES, state + k * LANES, LANES * sizeof *state);
  }
  memcpy(pass->state, state, N * LANES * sizeof *state);
  NAMED(pass_count)(pass, count);
  if (pass->tape) NAMED(pass_surrogate)(pass, FROZEN_TAPED_PSI);
}

/** Channels of a cell backward, `pull` = d dE/dV: adds to lambda[3] of the gates, which then move back; returns their
 * part of the conductance. `v`: V before the step; `cell`: gates behind it. */
VECTOR_INLINE REAL NAMED(frozen_channels_back)(const REAL *c, REAL v, NAMED(frozen) cell, REAL pull, REAL *lambda)
{
  const NAMED(frozen_open) open = NAMED(frozen_open_of)(c, cell);
  const REAL n = cell.x[0], m = cell.x[1], h = cell.x[2];
  const REAL na = -pull * (v - c[FROZEN_E_NA]) * c[FROZEN_G_NA], k = -pull * (v - c[FROZEN_E_K]) * c[FROZEN_G_K];
  lambda[0] += k * 4 * (n * n * n);
  lambda[1] += na * 3 * (m * m * h);
  lambda[2] += na * (m * m * m);
#pragma GCC unroll 3
  for (size_t i = 0; i < 3; i++)
    lambda[i] *= 1 - c[FROZEN_MOVE] * (c[FROZEN_RATES + 2 * i] + c[FROZEN_RATES + 2 * i + 1]);
  return open.na + open.k;
}

/** One step of all lanes backward. before: V before it, [LANES]; after: [FROZEN_VARIABLES] -> [LANES] behind it;
 * g[LANES] is dE/ds on entry, dE/d(input) on return. */
VECTOR_INLINE void NAMED(frozen_step_back)(const loligo_pass *pass, const REAL *before, const REAL *const *after,
                                           const REAL *psi, REAL *lambda, REAL *g)
{
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) {
    REAL c[FROZEN_PARAMS], of_gates[3], conductance;
    NAMED(frozen_constants)(pass, l, c);
    const REAL of_v = lambda[l] + psi[l] * g[l], pull = c[FROZEN_MOVE] * of_v;
    conductance = c[FROZEN_G_L];
    if (HAS_CHANNELS) {
#pragma GCC unroll 3
      for (size_t k = 0; k < 3; k++) of_gates[k] = lambda[(FROZEN_N + k) * LANES + l];
      conductance += NAMED(frozen_channels_back)(c, before[l], NAMED(frozen_cell)(after, l), pull, of_gates);
#pragma GCC unroll 3
      for (size_t k = 0; k < 3; k++) lambda[(FROZEN_N + k) * LANES + l] = of_gates[k];
    }
    lambda[l] = of_v - pull * conductance;
    g[l] = pull;
  }
}

VECTOR_CLONES
static void NAMED(backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  enum { N = HAS_CHANNELS ? FROZEN_VARIABLES : 1 };
  REAL lambda[FROZEN_VARIABLES * LANES], g[LANES];
  memcpy(lambda, gradient->state, N * LANES * sizeof *lambda);
  for (size_t t = pass->n_steps; t-- > 0;) {
    const REAL *v = NAMED(pass_tape)(pass, FROZEN_TAPED_V) + t * LANES, *after[FROZEN_VARIABLES] = {v};
    for (size_t k = 1; k < N; k++) after[k] = NAMED(pass_tape)(pass, FROZEN_TAPED_GATES + k - 1) + t * LANES;
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    NAMED(frozen_step_back)
    (pass, t ? v - LANES : state, after, NAMED(pass_tape)(pass, FROZEN_TAPED_PSI) + t * LANES, lambda, g);
    NAMED(pass_hand_back)(pass, gradient, 1, t, 0, g);
  }
  memcpy(gradient->state, lambda, N * LANES * sizeof *lambda);
}
