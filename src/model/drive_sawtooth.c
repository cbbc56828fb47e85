/*
 * Current rising from the lower to the upper extreme within a period, then falling back at once; value at the middle of
 * the step.
 */
#include "model/wave.h"

static void add(const void *shared, int64_t step, size_t n, const uint64_t *index, double scale, double *out)
{
  (void)index;
  const double phase = wave_phase(shared, step);
  wave_add(shared, 2 * phase - 1, n, scale, out);
}

const drive drive_sawtooth = {
    .name = "sawtooth",
    .summary = "sawtooth: rises through the period, then falls back at once",
    .is_current = true,
    .params = PARAM_TABLE(wave_params),
    .prepare = wave_prepare,
    .release = memory_free,
    .add = add,
};
