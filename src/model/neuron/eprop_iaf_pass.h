/*
 * Passes of eprop_iaf in one precision (model/both_precisions.h). With r what a step leaves:
 *
 *   v = r + input;   s = 1 where v > V_th, else 0;   r <- decay v - V_th s
 *
 * Backward, psi the cell's own surrogate, g = dE/ds, rho = dE/dr behind the step:
 *
 *   lambda = dE/dv = decay rho + psi (g - V_th rho);   dE/d(input) = lambda;   rho <- lambda
 */
#include "model/neuron/pass.h"

/** Primitive of the surrogate gamma max(0, 1 - slope |x|): two parabolas. */
VECTOR_INLINE REAL NAMED(eprop_iaf_ramp)(REAL gamma, REAL slope, REAL x)
{
  const REAL rest = 1 - slope * REAL_ABS(x), outer = rest > 0 ? rest * rest / (2 * slope) : 0;
  return gamma * (x > 0 ? 1 / slope - outer : outer);
}

VECTOR_CLONES
static void NAMED(forward)(const loligo_pass *pass)
{
  const REAL *decay = NAMED(pass_constant)(pass, EPROP_DECAY), *v_th = NAMED(pass_constant)(pass, EPROP_V_TH);
  const REAL *gamma = NAMED(pass_constant)(pass, EPROP_GAMMA), *slope = NAMED(pass_constant)(pass, EPROP_SLOPE);
  REAL left[LANES], psi[LANES], s[LANES], count[LANES] = {0};
  memcpy(left, pass->state, sizeof left);
  for (size_t t = 0; t < pass->n_steps; t++) {
    const REAL *input = NAMED(pass_input)(pass, 1, t);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) {
      const REAL v = left[l] + input[l], x = v - v_th[l], near = 1 - slope[l] * REAL_ABS(x),
                 fires = v > v_th[l] ? 1 : 0;
      s[l] = pass->ramp ? NAMED(eprop_iaf_ramp)(gamma[l], slope[l], x) : fires;
      psi[l] = near > 0 ? gamma[l] * near : 0;
      left[l] = decay[l] * v - v_th[l] * s[l];
      count[l] += fires;
    }
    NAMED(pass_hand_on)(pass, 1, t, 0, s);
    if (pass->tape) memcpy(NAMED(pass_tape)(pass, 0) + t * LANES, psi, sizeof psi);
  }
  memcpy(pass->state, left, sizeof left);
  NAMED(pass_count)(pass, count);
}

VECTOR_CLONES
static void NAMED(backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  const REAL *decay = NAMED(pass_constant)(pass, EPROP_DECAY), *v_th = NAMED(pass_constant)(pass, EPROP_V_TH);
  const REAL through_reset = pass->through_reset ? 1 : 0;
  REAL rho[LANES], g[LANES];
  (void)state;
  memcpy(rho, gradient->state, sizeof rho);
  for (size_t t = pass->n_steps; t-- > 0;) {
    const REAL *psi = NAMED(pass_tape)(pass, 0) + t * LANES;
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) rho[l] = decay[l] * rho[l] + psi[l] * (g[l] - through_reset * v_th[l] * rho[l]);
    NAMED(pass_hand_back)(pass, gradient, 1, t, 0, rho);
  }
  memcpy(gradient->state, rho, sizeof rho);
}
