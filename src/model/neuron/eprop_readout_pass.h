/*
 * Passes of eprop_readout in one precision (model/both_precisions.h). There is no tape:
 *
 *   y <- decay y + input;   backward, g = dE/dy of a step, rho = dE/dy behind it: rho <- decay rho + g = dE/d(input)
 *
 * where what is handed on to the step before is decay rho.
 */
#include "model/neuron/pass.h"

VECTOR_CLONES
static void NAMED(forward)(const loligo_pass *pass)
{
  const REAL *decay = NAMED(pass_constant)(pass, 0);
  REAL y[LANES];
  memcpy(y, pass->state, sizeof y);
  for (size_t t = 0; t < pass->n_steps; t++) {
    const REAL *input = NAMED(pass_input)(pass, 1, t);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) y[l] = decay[l] * y[l] + input[l];
    NAMED(pass_hand_on)(pass, 1, t, 0, y);
  }
  memcpy(pass->state, y, sizeof y);
}

VECTOR_CLONES
static void NAMED(backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  const REAL *decay = NAMED(pass_constant)(pass, 0);
  REAL rho[LANES], g[LANES];
  (void)state;
  memcpy(rho, gradient->state, sizeof rho);
  for (size_t t = pass->n_steps; t-- > 0;) {
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) g[l] += rho[l];
    NAMED(pass_hand_back)(pass, gradient, 1, t, 0, g);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) rho[l] = decay[l] * g[l];
  }
  memcpy(gradient->state, rho, sizeof rho);
}
