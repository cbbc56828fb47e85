/*
 * Piecewise constant current: amplitudes[i] from times[i], rounded to the grid, to times[i + 1]; 0 before the first.
 */
#include "base/grid.h"
#include "model/input/current.h"

static const loligo_param params[] = {
    {"times", LOLIGO_PARAM_LIST, "ms", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL, "times of change, ascending", 0},
    {"amplitudes", LOLIGO_PARAM_LIST, "pA", NULL, LOLIGO_RANGE_ANY, NULL, "current from each time on", 0},
};

enum { TIMES, AMPLITUDES };

typedef struct change {
  double step;
  double amplitude; /* pA */
} change;

typedef struct steps {
  size_t n;
  change changes[]; /* [n] ascending */
} steps;

static loligo_status check_lists(const input_setup *setup)
{
  const real_list times = setup->lists[TIMES], amplitudes = setup->lists[AMPLITUDES];
  if (times.n != amplitudes.n)
    return loligo_fail(LOLIGO_INPUT_ERROR, "steps: times has %zu values but amplitudes has %zu; give one for each",
                       times.n, amplitudes.n);
  for (size_t i = 1; i < times.n; i++) {
    if (grid_steps(times.values[i - 1], setup->dt) < grid_steps(times.values[i], setup->dt)) continue;
    return loligo_fail(LOLIGO_INPUT_ERROR, "steps: times must ascend by a step or more, but %g ms follows %g ms",
                       times.values[i], times.values[i - 1]);
  }
  return LOLIGO_OK;
}

static loligo_status prepare(const input_setup *setup, void **shared)
{
  LOLIGO_TRY(check_lists(setup));
  const size_t n = setup->lists[TIMES].n;
  steps *made = memory_allocate(1, sizeof *made + n * sizeof(change), "current input");
  if (!made) return LOLIGO_MACHINE_ERROR;
  made->n = n;
  for (size_t i = 0; i < n; i++) {
    made->changes[i] =
        (change){grid_steps(setup->lists[TIMES].values[i], setup->dt), setup->lists[AMPLITUDES].values[i]};
  }
  *shared = made;
  return LOLIGO_OK;
}

static double current(const void *shared, int64_t step)
{
  const steps *s = shared;
  size_t low = 0, high = s->n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (s->changes[middle].step <= (double)step)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 ? s->changes[low - 1].amplitude : 0;
}

const input_model input_model_steps = {
    .name = "steps",
    .summary = "piecewise constant current",
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = memory_free,
    .current = current,
};
