/*
 * Passes of gaussian_code in one precision (model/both_precisions.h), with s the standard deviation of the noise z:
 *
 *   output = mean + s z;   information = (mean^2 + s^2 - 1) / 2 - ln s
 *
 * There is no state and no tape.
 */
#include "model/neuron/pass.h"

VECTOR_CLONES
static void NAMED(forward)(const loligo_pass *pass)
{
  const REAL *shift = NAMED(pass_constant)(pass, 0), *z = pass->noise;
  REAL *information = pass->information, output[LANES];
  for (size_t t = 0; t < pass->n_steps; t++) {
    const REAL *input = NAMED(pass_input)(pass, CODE_INPUTS, t);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) {
      const double mean = input[CODE_MEAN * LANES + l], s = code_noise_of(input[CODE_WIDTH * LANES + l], shift[l]).std;
      output[l] = (REAL)(mean + s * z[l]);
      information[l] += (REAL)(0.5 * (mean * mean + s * s - 1) - vector_log(s));
    }
    NAMED(pass_hand_on)(pass, 1, t, 0, output);
  }
}

VECTOR_CLONES
static void NAMED(backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  const REAL *shift = NAMED(pass_constant)(pass, 0), *z = pass->noise, *of_information = gradient->information;
  REAL g[LANES], of_width[LANES];
  (void)state;
  for (size_t t = pass->n_steps; t-- > 0;) {
    const REAL *input = NAMED(pass_input)(pass, CODE_INPUTS, t);
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    LANE_LOOP
    for (size_t l = 0; l < LANES; l++) {
      const code_noise noise = code_noise_of(input[CODE_WIDTH * LANES + l], shift[l]);
      const double each = of_information[l];
      of_width[l] = (REAL)(noise.slope * (g[l] * z[l] + each * (noise.std - 1 / noise.std)));
      g[l] = (REAL)(g[l] + each * input[CODE_MEAN * LANES + l]);
    }
    NAMED(pass_hand_back)(pass, gradient, CODE_INPUTS, t, CODE_MEAN, g);
    NAMED(pass_hand_back)(pass, gradient, CODE_INPUTS, t, CODE_WIDTH, of_width);
  }
}
