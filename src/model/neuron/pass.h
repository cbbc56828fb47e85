/*
 * What passes of neuron models have in common, in one precision (model/both_precisions.h): where their arrays begin,
 * and thresholds. A kernel includes it first.
 *
 * A tape is, for each of the n_taped numbers of a cell, one array over all steps: [n_taped][n_steps][LANES].
 */
#include "model/neuron/pass_tables.h"

/** Inputs of a step, [n_inputs][LANES]. */
VECTOR_INLINE const REAL *NAMED(pass_input)(const loligo_pass *pass, size_t n_inputs, size_t t)
{
  return (const REAL *)pass->input + (pass->input_stays ? 0 : t) * n_inputs * LANES;
}

/** Number k of a cell on the tape, [n_steps][LANES]. */
VECTOR_INLINE REAL *NAMED(pass_tape)(const loligo_pass *pass, size_t k)
{
  return (REAL *)pass->tape + k * pass->n_steps * LANES;
}

/** Constant k of the cells, [LANES]. */
VECTOR_INLINE const REAL *NAMED(pass_constant)(const loligo_pass *pass, size_t k)
{
  return (const REAL *)pass->constants + k * LANES;
}

/** Hands on what output k of a step is, value[LANES]. */
VECTOR_INLINE void NAMED(pass_hand_on)(const loligo_pass *pass, size_t n_outputs, size_t t, size_t k, const REAL *value)
{
  REAL *sum = (REAL *)pass->sum + k * LANES;
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) sum[l] += value[l];
  if (!pass->output) return;
  REAL *output = (REAL *)pass->output + (t * n_outputs + k) * LANES;
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) output[l] = value[l];
}

/** s[LANES] of x[LANES], how far a variable is above its threshold, where a ramp stands for that. */
VECTOR_INLINE void NAMED(pass_ramp)(const loligo_pass *pass, const REAL *x, REAL *s)
{
  ((const surrogate *)pass->surrogate)->primitive[PRECISION](pass->width, LANES, x, s);
}

/** The same, but without a ramp 1 above the threshold, else 0. */
VECTOR_INLINE void NAMED(pass_threshold)(const loligo_pass *pass, const REAL *x, REAL *s)
{
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) s[l] = x[l] > 0 ? 1 : 0;
  if (pass->ramp) NAMED(pass_ramp)(pass, x, s);
}

/** Adds numbers of spikes, count[LANES], that are whole. */
VECTOR_INLINE void NAMED(pass_count)(const loligo_pass *pass, const REAL *count)
{
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) pass->spikes[l] += (int64_t)count[l];
}

/** Replaces distances from the threshold by the surrogate there: number k of all steps on the tape. */
VECTOR_INLINE void NAMED(pass_surrogate)(const loligo_pass *pass, size_t k)
{
  REAL *x = NAMED(pass_tape)(pass, k);
  ((const surrogate *)pass->surrogate)->derivative[PRECISION](pass->width, pass->n_steps * LANES, x, x);
}

/** dE/d(output k of a step) into g[LANES]. */
VECTOR_INLINE void NAMED(pass_pull)(const loligo_gradient *gradient, size_t n_outputs, size_t t, size_t k, REAL *g)
{
  const REAL *sum = (const REAL *)gradient->sum + k * LANES;
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) g[l] = sum[l];
  if (!gradient->output) return;
  const REAL *output = (const REAL *)gradient->output + (t * n_outputs + k) * LANES;
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) g[l] += output[l];
}

/** Hands back dE/d(input k of a step), value[LANES]; `of_all`: [LANES] the sum over the steps so far, of an input that
 * stays. From the last step on. */
VECTOR_INLINE void NAMED(pass_hand_back)(const loligo_pass *pass, const loligo_gradient *gradient, size_t n_inputs,
                                         size_t t, size_t k, const REAL *value)
{
  REAL *input = (REAL *)gradient->input + ((pass->input_stays ? 0 : t) * n_inputs + k) * LANES;
  const REAL before = pass->input_stays && t + 1 < pass->n_steps ? 1 : 0;
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) input[l] = before > 0 ? input[l] + value[l] : value[l];
}
