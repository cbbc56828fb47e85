/*
 * Current rising from the lower to the upper extreme in half a period and falling again in the other half; value at the
 * middle of the step.
 */
#include "model/wave.h"

static void add(const void *shared, int64_t step, size_t n, const uint64_t *index, double scale, double *out)
{
  (void)index;
  const double phase = wave_phase(shared, step);
  wave_add(shared, 1 - 4 * fabs(phase - 0.5), n, scale, out);
}

const drive drive_triangle = {
    .name = "triangle",
    .summary = "triangle wave: rises in the first half of the period, falls in the second",
    .is_current = true,
    .params = PARAM_TABLE(wave_params),
    .prepare = wave_prepare,
    .release = memory_free,
    .add = add,
};
