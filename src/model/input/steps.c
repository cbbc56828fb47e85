/*
 * Piecewise constant current: amplitudes[i] from times[i], rounded to the grid, to times[i + 1]; 0 before the first.
 */
#include "model/input/course.h"

static const loligo_param params[] = {
    {"times", LOLIGO_PARAM_LIST, "ms", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL, "times of change, ascending", 0},
    {"amplitudes", LOLIGO_PARAM_LIST, "pA", NULL, LOLIGO_RANGE_ANY, NULL, "current from each time on", 0},
};

enum { TIMES, AMPLITUDES };

static loligo_status prepare(const input_setup *setup, void **shared)
{
  static const course_names names = {"steps", "times", "amplitudes"};
  return course_create(names, setup->lists[TIMES], setup->lists[AMPLITUDES], setup->dt, (course **)shared);
}

static double current(const void *shared, int64_t step)
{
  return course_value(shared, step);
}

const input_model input_model_steps = {
    .name = "steps",
    .summary = "piecewise constant current",
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = memory_free,
    .current = current,
};
