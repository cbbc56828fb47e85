/*
 * Current rising from the lower to the upper extreme in half a period and falling again in the other half; value at the
 * middle of the step.
 */
#include "model/input/wave.h"

static double current(const void *shared, int64_t step)
{
  const double phase = wave_phase(shared, step);
  return wave_current(shared, 1 - 4 * fabs(phase - 0.5));
}

const input_model input_model_triangle = {
    .name = "triangle",
    .summary = "triangle wave: rises in the first half of the period, falls in the second",
    .params = LOLIGO_PARAM_TABLE(wave_params),
    .prepare = wave_prepare,
    .release = memory_free,
    .current = current,
};
