/*
 * Passes of s_lif2hh_layer in one precision (model/both_precisions.h). With u_k the units before their thresholds and
 * r_k what a step leaves of them:
 *
 *   u_4 = decay r_4 + (a1 u_1 + a2 u_2 + a3 u_3 + b)   with these three as they were a step before
 *   u_k = decay r_k + (input_k + i_k)   for k = 1, 2, 3;   s_k = 1 where u_k > threshold, else 0;   r_k <- u_k (1 -
 * s_k)
 *
 * Backward as lif_step; besides, dE/du_k gets a_k dE/du_4 of the step behind, and a_k and b theirs.
 */
#include "model/neuron/pass.h"

/** Unit 4 before its threshold; `u`: units 1 to 3 a step before. */
VECTOR_INLINE REAL NAMED(layer_fourth)(REAL decay, REAL left, const REAL *a, REAL u1, REAL u2, REAL u3)
{
  return decay * left + (a[0] * u1 + a[1] * u2 + a[2] * u3 + a[3]);
}

/** Another unit. */
VECTOR_INLINE REAL NAMED(layer_unit)(REAL decay, REAL left, REAL input, REAL i_k)
{
  return decay * left + (input + i_k);
}

/** Moves all units of all lanes up to their thresholds: u[4][LANES]. */
VECTOR_INLINE void NAMED(layer_move)(const loligo_pass *pass, const REAL *input, const REAL *state, REAL *u)
{
  const REAL *decay = NAMED(pass_constant)(pass, LAYER_DECAY), *i_k = NAMED(pass_constant)(pass, LAYER_INPUT);
  const REAL *a = pass->shared, *left = state + LAYER_LEFT * LANES;
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) {
    u[3 * LANES + l] =
        NAMED(layer_fourth)(decay[l], left[3 * LANES + l], a, state[l], state[LANES + l], state[2 * LANES + l]);
#pragma GCC unroll 3
    for (size_t k = 0; k < 3; k++)
      u[k * LANES + l] = NAMED(layer_unit)(decay[l], left[k * LANES + l], input[k * LANES + l], i_k[k * LANES + l]);
  }
}

/** Thresholds of all units: s[4][LANES], with x[4][LANES] how far they are above. */
VECTOR_INLINE void NAMED(layer_fire)(const loligo_pass *pass, const REAL *u, REAL *x, REAL *s, REAL *count)
{
  const REAL *threshold = NAMED(pass_constant)(pass, LAYER_THRESHOLD);
  for (size_t k = 0; k < LAYER_UNITS; k++) {
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) {
      x[k * LANES + l] = u[k * LANES + l] - threshold[l];
      count[l] += x[k * LANES + l] > 0 ? 1 : 0;
    }
    NAMED(pass_threshold)(pass, x + k * LANES, s + k * LANES);
  }
}

VECTOR_CLONES
static void NAMED(forward)(const loligo_pass *pass)
{
  REAL state[LAYER_STATES * LANES], u[LAYER_UNITS * LANES], x[LAYER_UNITS * LANES], s[LAYER_UNITS * LANES];
  REAL count[LANES] = {0}, *left = state + LAYER_LEFT * LANES;
  memcpy(state, pass->state, sizeof state);
  for (size_t t = 0; t < pass->n_steps; t++) {
    NAMED(layer_move)(pass, NAMED(pass_input)(pass, LAYER_INPUTS, t), state, u);
    NAMED(layer_fire)(pass, u, x, s, count);
    memcpy(state, u, LAYER_INPUTS * LANES * sizeof *u);
    LANE_LOOP
    for (size_t i = 0; i < LAYER_UNITS * LANES; i++) left[i] = u[i] * (1 - s[i]);
    for (size_t k = 0; k < LAYER_UNITS; k++) {
      NAMED(pass_hand_on)(pass, LAYER_UNITS, t, k, s + k * LANES);
      if (!pass->tape) continue;
      memcpy(NAMED(pass_tape)(pass, LAYER_TAPED_U + k) + t * LANES, u + k * LANES, LANES * sizeof *u);
      memcpy(NAMED(pass_tape)(pass, LAYER_TAPED_S + k) + t * LANES, s + k * LANES, LANES * sizeof *s);
      memcpy(NAMED(pass_tape)(pass, LAYER_TAPED_PSI + k) + t * LANES, x + k * LANES, LANES * sizeof *x);
    }
  }
  memcpy(pass->state, state, sizeof state);
  NAMED(pass_count)(pass, count);
  for (size_t k = 0; pass->tape && k < LAYER_UNITS; k++) NAMED(pass_surrogate)(pass, LAYER_TAPED_PSI + k);
}

/** dE/du of unit k in a step into lambda[LANES], from rho[LANES] = dE/d(what is left of it). */
VECTOR_INLINE void NAMED(layer_unit_back)(const loligo_pass *pass, const loligo_gradient *gradient, size_t t, size_t k,
                                          const REAL *rho, REAL *lambda)
{
  const REAL *u = NAMED(pass_tape)(pass, LAYER_TAPED_U + k) + t * LANES;
  const REAL *s = NAMED(pass_tape)(pass, LAYER_TAPED_S + k) + t * LANES;
  const REAL *psi = NAMED(pass_tape)(pass, LAYER_TAPED_PSI + k) + t * LANES;
  const REAL through_reset = pass->through_reset ? 1 : 0;
  REAL g[LANES];
  NAMED(pass_pull)(gradient, LAYER_UNITS, t, k, g);
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) lambda[l] = (1 - s[l]) * rho[l] + psi[l] * (g[l] - through_reset * u[l] * rho[l]);
}

VECTOR_CLONES
static void NAMED(backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  const REAL *decay = NAMED(pass_constant)(pass, LAYER_DECAY), *a = pass->shared;
  REAL later[LAYER_STATES * LANES], lambda[LANES], of_fourth[LANES], *rho = later + LAYER_LEFT * LANES;
  REAL *of_shared = gradient->shared;
  memcpy(later, gradient->state, sizeof later);
  for (size_t t = pass->n_steps; t-- > 0;) {
    NAMED(layer_unit_back)(pass, gradient, t, 3, rho + 3 * LANES, of_fourth);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) {
      of_shared[3 * LANES + l] += of_fourth[l];
      rho[3 * LANES + l] = decay[l] * of_fourth[l];
    }
    for (size_t k = 0; k < LAYER_INPUTS; k++) {
      const REAL *u = t ? NAMED(pass_tape)(pass, LAYER_TAPED_U + k) + (t - 1) * LANES : (const REAL *)state + k * LANES;
      NAMED(layer_unit_back)(pass, gradient, t, k, rho + k * LANES, lambda);
      LANE_LOOP
      for (size_t l = 0; l < LANES; l++) {
        lambda[l] += later[k * LANES + l];
        later[k * LANES + l] = a[k] * of_fourth[l];
        rho[k * LANES + l] = decay[l] * lambda[l];
        of_shared[k * LANES + l] += of_fourth[l] * u[l];
      }
      NAMED(pass_hand_back)(pass, gradient, LAYER_INPUTS, t, k, lambda);
    }
  }
  memcpy(gradient->state, later, sizeof later);
}
