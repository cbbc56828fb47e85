/*
 * Current rising from the lower to the upper extreme within a period, then falling back at once; value at the middle of
 * the step.
 */
#include "model/input/wave.h"

static double current(const void *shared, int64_t step)
{
  const double phase = wave_phase(shared, step);
  return wave_current(shared, 2 * phase - 1);
}

const input_model input_model_sawtooth = {
    .name = "sawtooth",
    .summary = "sawtooth: rises through the period, then falls back at once",
    .params = LOLIGO_PARAM_TABLE(wave_params),
    .prepare = wave_prepare,
    .release = memory_free,
    .current = current,
};
