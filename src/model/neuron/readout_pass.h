/*
 * Passes of readout in one precision (model/both_precisions.h): the output is the input.
 */
#include "model/neuron/pass.h"

VECTOR_CLONES
static void NAMED(forward)(const loligo_pass *pass)
{
  for (size_t t = 0; t < pass->n_steps; t++) NAMED(pass_hand_on)(pass, 1, t, 0, NAMED(pass_input)(pass, 1, t));
}

VECTOR_CLONES
static void NAMED(backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  REAL g[LANES];
  (void)state;
  for (size_t t = pass->n_steps; t-- > 0;) {
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    NAMED(pass_hand_back)(pass, gradient, 1, t, 0, g);
  }
}
