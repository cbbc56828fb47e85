/*
 * Between two steps: the description takes the new values, then what was derived of the old ones is derived anew, of
 * all that has changed.
 */
#include "sim/change.h"

#include <stdio.h>

#include "sim/parts.h"

static loligo_status derive_changed(loligo_simulation *sim)
{
  const schedule_course *course = &sim->course;
  for (size_t p = 0; p < course->now.n_populations; p++)
    if (course->population_has_changed[p]) LOLIGO_TRY(cells_change(&sim->cells, &course->now, p, sim->trial_seed));
  for (size_t i = 0; i < course->now.n_inputs; i++)
    if (course->input_has_changed[i])
      LOLIGO_TRY(inputs_change(&sim->inputs, &course->now, &sim->cells, i, sim->trial_seed));
  return LOLIGO_OK;
}

loligo_status change_until(loligo_simulation *sim, int64_t step)
{
  if (sim->course.next > step) return LOLIGO_OK;
  schedule_advance(&sim->course, step);
  const loligo_status status = derive_changed(sim);
  schedule_take(&sim->course);
  return status;
}

/* Puts before a message where the change stands and when it is to be. */
static loligo_status locate(const loligo_simulation *sim, const scheduled_change *change, loligo_status status)
{
  enum { MESSAGE_BYTES = 1024 };
  char message[MESSAGE_BYTES], place[FAULT_PLACE_BYTES];
  if (status != LOLIGO_INPUT_ERROR) return status;
  snprintf(message, sizeof message, "%s", loligo_error_message());
  fault_place_print(change->place, place);
  loligo_error_clear();
  return loligo_fail(status, "%sat %g ms: %s", place, (double)change->step * sim->network->dt, message);
}

loligo_status change_rehearse(loligo_simulation *sim)
{
  schedule_course *course = &sim->course;
  if (course->next == INT64_MAX) return LOLIGO_OK;
  while (course->next < INT64_MAX) {
    const loligo_status status = change_until(sim, course->next);
    LOLIGO_TRY(locate(sim, &sim->network->changes[course->n_made - 1], status));
  }
  schedule_rewind(course);
  LOLIGO_TRY(cells_begin(&sim->cells, &course->now, sim->trial_seed));
  return inputs_begin(&sim->inputs, &course->now, &sim->cells, sim->trial_seed);
}
