/*
 * Passes of relu in one precision (model/both_precisions.h). There is no state and no tape.
 */
#include "model/neuron/pass.h"

VECTOR_CLONES
static void NAMED(forward)(const loligo_pass *pass)
{
  REAL output[LANES];
  for (size_t t = 0; t < pass->n_steps; t++) {
    const REAL *input = NAMED(pass_input)(pass, 1, t);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) output[l] = input[l] > 0 ? input[l] : 0;
    NAMED(pass_hand_on)(pass, 1, t, 0, output);
  }
}

VECTOR_CLONES
static void NAMED(backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  REAL g[LANES];
  (void)state;
  for (size_t t = pass->n_steps; t-- > 0;) {
    const REAL *input = NAMED(pass_input)(pass, 1, t);
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) g[l] = input[l] > 0 ? g[l] : 0;
    NAMED(pass_hand_back)(pass, gradient, 1, t, 0, g);
  }
}
