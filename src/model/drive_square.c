/*
 * Current at its upper extreme in the first half of the period, at its lower one in the second; value at the middle of
 * the step.
 */
#include "model/wave.h"

static void add(const void *shared, int64_t step, size_t n, const uint64_t *index, double scale, double *out)
{
  (void)index;
  const double phase = wave_phase(shared, step);
  wave_add(shared, phase < 0.5 ? 1 : -1, n, scale, out);
}

const drive drive_square = {
    .name = "square",
    .summary = "square wave: upper extreme in the first half of the period, lower one in the second",
    .is_current = true,
    .params = PARAM_TABLE(wave_params),
    .prepare = wave_prepare,
    .release = memory_free,
    .add = add,
};
