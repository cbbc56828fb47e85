/** Values that hold from given times on, rounded to the grid; 0 before the first. */
#ifndef LOLIGO_MODEL_INPUT_COURSE_H
#define LOLIGO_MODEL_INPUT_COURSE_H

#include "base/grid.h"
#include "base/memory.h"
#include "model/input/input_model.h"

typedef struct course_change {
  double step, value;
} course_change;

typedef struct course {
  size_t n;
  course_change changes[]; /* [n] ascending */
} course;

/** Names of the two lists, for messages. */
typedef struct course_names {
  const char *model, *times, *values;
} course_names;

static inline loligo_status course_check(course_names names, real_list times, real_list values, double dt)
{
  if (times.n != values.n)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s has %zu values but %s has %zu; give one for each", names.model,
                       names.times, times.n, names.values, values.n);
  for (size_t i = 1; i < times.n; i++) {
    if (grid_steps(times.values[i - 1], dt) < grid_steps(times.values[i], dt)) continue;
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s must ascend by a step or more, but %g ms follows %g ms", names.model,
                       names.times, times.values[i], times.values[i - 1]);
  }
  return LOLIGO_OK;
}

/** Makes a course of two lists; free it with memory_free(). INPUT unless they are of one length and times ascend. */
static inline loligo_status course_create(course_names names, real_list times, real_list values, double dt,
                                          course **made)
{
  LOLIGO_TRY(course_check(names, times, values, dt));
  *made = memory_allocate(1, sizeof **made + times.n * sizeof(course_change), "input");
  if (!*made) return LOLIGO_MACHINE_ERROR;
  (*made)->n = times.n;
  for (size_t i = 0; i < times.n; i++)
    (*made)->changes[i] = (course_change){grid_steps(times.values[i], dt), values.values[i]};
  return LOLIGO_OK;
}

/** Its value during a step. */
static inline double course_value(const course *course, int64_t step)
{
  size_t low = 0, high = course->n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (course->changes[middle].step <= (double)step)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 ? course->changes[low - 1].value : 0;
}

#endif
