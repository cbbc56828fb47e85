/*
 * Current at its upper extreme in the first half of the period, at its lower one in the second; value at the middle of
 * the step.
 */
#include "model/input/wave.h"

static double current(const void *shared, int64_t step)
{
  const double phase = wave_phase(shared, step);
  return wave_current(shared, phase < 0.5 ? 1 : -1);
}

const input_model input_model_square = {
    .name = "square",
    .summary = "square wave: upper extreme in the first half of the period, lower one in the second",
    .params = LOLIGO_PARAM_TABLE(wave_params),
    .prepare = wave_prepare,
    .release = memory_free,
    .current = current,
};
