/*
 * Passes of lif_step in one precision (model/both_precisions.h). With r what a step leaves of the unit:
 *
 *   u = decay r + (input + I_e);   s = 1 where u > threshold, else 0;   r <- u (1 - s)
 *
 * Backward, psi the surrogate at u - threshold, g = dE/ds, rho = dE/dr behind the step:
 *
 *   lambda = dE/du = (1 - s) rho + psi (g - u rho);   dE/d(input) = lambda;   rho <- decay lambda
 */
#include "model/neuron/pass.h"

/** The unit before its threshold. */
VECTOR_INLINE REAL NAMED(lif_step_unit)(REAL decay, REAL left, REAL input, REAL i_e)
{
  return decay * left + (input + i_e);
}

/** One step of all lanes: u[LANES], how far it is above its threshold x[LANES], and s[LANES]; left[LANES] moves on. */
VECTOR_INLINE void NAMED(lif_step_move)(const loligo_pass *pass, const REAL *input, REAL *left, REAL *u, REAL *x,
                                        REAL *s)
{
  const REAL *decay = NAMED(pass_constant)(pass, LIF_STEP_DECAY);
  const REAL *threshold = NAMED(pass_constant)(pass, LIF_STEP_THRESHOLD);
  const REAL *i_e = NAMED(pass_constant)(pass, LIF_STEP_I_E);
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) {
    u[l] = NAMED(lif_step_unit)(decay[l], left[l], input[l], i_e[l]);
    x[l] = u[l] - threshold[l];
    s[l] = x[l] > 0 ? 1 : 0;
    left[l] = u[l] * (1 - s[l]);
  }
  if (!pass->ramp) return;
  NAMED(pass_ramp)(pass, x, s);
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) left[l] = u[l] * (1 - s[l]);
}

VECTOR_CLONES
static void NAMED(forward)(const loligo_pass *pass)
{
  REAL left[LANES], u[LANES], x[LANES], s[LANES], count[LANES] = {0};
  memcpy(left, pass->state, sizeof left);
  for (size_t t = 0; t < pass->n_steps; t++) {
    NAMED(lif_step_move)(pass, NAMED(pass_input)(pass, 1, t), left, u, x, s);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) count[l] += x[l] > 0 ? 1 : 0;
    NAMED(pass_hand_on)(pass, 1, t, 0, s);
    if (!pass->tape) continue;
    memcpy(NAMED(pass_tape)(pass, TAPED_U) + t * LANES, u, sizeof u);
    memcpy(NAMED(pass_tape)(pass, TAPED_S) + t * LANES, s, sizeof s);
    memcpy(NAMED(pass_tape)(pass, TAPED_PSI) + t * LANES, x, sizeof x);
  }
  memcpy(pass->state, left, sizeof left);
  NAMED(pass_count)(pass, count);
  if (pass->tape) NAMED(pass_surrogate)(pass, TAPED_PSI);
}

VECTOR_CLONES
static void NAMED(backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  const REAL *decay = NAMED(pass_constant)(pass, LIF_STEP_DECAY);
  const REAL through_reset = pass->through_reset ? 1 : 0;
  REAL rho[LANES], lambda[LANES], g[LANES];
  (void)state;
  memcpy(rho, gradient->state, sizeof rho);
  for (size_t t = pass->n_steps; t-- > 0;) {
    const REAL *u = NAMED(pass_tape)(pass, TAPED_U) + t * LANES, *s = NAMED(pass_tape)(pass, TAPED_S) + t * LANES;
    const REAL *psi = NAMED(pass_tape)(pass, TAPED_PSI) + t * LANES;
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) {
      lambda[l] = (1 - s[l]) * rho[l] + psi[l] * (g[l] - through_reset * u[l] * rho[l]);
      rho[l] = decay[l] * lambda[l];
    }
    NAMED(pass_hand_back)(pass, gradient, 1, t, 0, lambda);
  }
  memcpy(gradient->state, rho, sizeof rho);
}
