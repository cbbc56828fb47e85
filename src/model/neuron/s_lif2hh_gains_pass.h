/*
 * Passes of s_lif2hh_gains in one precision (model/both_precisions.h): step by step those of s_lif2hh_layer, which sees
 * the input three times.
 */
#include "model/neuron/s_lif2hh_layer_pass.h"

/** Step t of a pass as one of s_lif2hh_layer, whose inputs are three[3][LANES]. */
VECTOR_INLINE loligo_pass NAMED(gains_step)(const loligo_pass *pass, size_t t, REAL *three)
{
  static const REAL mean[LAYER_SHARED] = {(REAL)1 / 3, (REAL)1 / 3, (REAL)1 / 3, 0};
  const REAL *input = NAMED(pass_input)(pass, 1, t), *gain = NAMED(pass_constant)(pass, GAINS_GAIN);
  LANE_LOOP
  for (size_t i = 0; i < LAYER_INPUTS * LANES; i++) three[i] = gain[i] * input[i % LANES];
  loligo_pass step = *pass;
  step.n_steps = 1;
  step.shared = mean;
  step.input = three;
  step.output = NULL;
  if (pass->tape) step.tape = (REAL *)pass->tape + t * LAYER_TAPED * LANES;
  return step;
}

VECTOR_CLONES
static void NAMED(gains_forward)(const loligo_pass *pass)
{
  REAL three[LAYER_INPUTS * LANES], output[LANES];
  for (size_t t = 0; t < pass->n_steps; t++) {
    REAL fired[LAYER_UNITS * LANES] = {0};
    loligo_pass step = NAMED(gains_step)(pass, t, three);
    step.sum = fired;
    NAMED(forward)(&step);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++)
      output[l] = (REAL)0.25 * (fired[l] + fired[LANES + l] + fired[2 * LANES + l] + fired[3 * LANES + l]);
    NAMED(pass_hand_on)(pass, 1, t, 0, output);
  }
}

/* The state before a step matters for nothing but weights that are not learned here. */
VECTOR_CLONES
static void NAMED(gains_backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  const REAL *gain = NAMED(pass_constant)(pass, GAINS_GAIN);
  REAL three[LAYER_INPUTS * LANES], of_three[LAYER_INPUTS * LANES], of_mean[LAYER_SHARED * LANES] = {0};
  REAL g[LANES], of_fired[LAYER_UNITS * LANES];
  for (size_t t = pass->n_steps; t-- > 0;) {
    const loligo_pass step = NAMED(gains_step)(pass, t, three);
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    LANE_LOOP
    for (size_t i = 0; i < LAYER_UNITS * LANES; i++) of_fired[i] = (REAL)0.25 * g[i % LANES];
    const loligo_gradient of_step = {.sum = of_fired, .state = gradient->state, .input = of_three, .shared = of_mean};
    NAMED(backward)(&step, state, &of_step);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++)
      g[l] =
          gain[l] * of_three[l] + gain[LANES + l] * of_three[LANES + l] + gain[2 * LANES + l] * of_three[2 * LANES + l];
    NAMED(pass_hand_back)(pass, gradient, 1, t, 0, g);
  }
}
