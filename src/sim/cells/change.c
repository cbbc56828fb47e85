/*
 * Between two steps: the description takes the new values, then what was derived of the old ones is derived anew, of
 * all that has changed.
 */
#include "sim/cells/change.h"
#include "base/fault.h"

#include <stdio.h>

static loligo_status derive_changed(const change_plan *plan)
{
  const schedule_course *course = plan->course;
  const loligo_network *now = &course->now;
  for (size_t p = 0; p < now->n_populations; p++)
    if (course->population_has_changed[p]) LOLIGO_TRY(cells_change(plan->cells, now, p, plan->trial_seed));
  for (size_t i = 0; i < now->n_inputs; i++)
    if (course->input_has_changed[i]) LOLIGO_TRY(inputs_change(plan->inputs, now, plan->cells, i, plan->trial_seed));
  return LOLIGO_OK;
}

loligo_status change_until(const change_plan *plan, int64_t step)
{
  if (plan->course->next > step) return LOLIGO_OK;
  schedule_advance(plan->course, step);
  const loligo_status status = derive_changed(plan);
  schedule_take(plan->course);
  return status;
}

loligo_status change_begin(const change_plan *plan)
{
  const loligo_network *now = &plan->course->now;
  schedule_rewind(plan->course);
  LOLIGO_TRY(cells_begin(plan->cells, now, plan->trial_seed));
  return inputs_begin(plan->inputs, now, plan->cells, plan->trial_seed);
}

/* Puts before a message where the last change stands that was made. */
static loligo_status locate(const schedule_course *course, loligo_status status)
{
  enum { MESSAGE_BYTES = 1024 };
  char message[MESSAGE_BYTES], place[FAULT_PLACE_BYTES];
  if (status != LOLIGO_INPUT_ERROR) return status;
  const scheduled_change *change = &course->described->changes[course->n_made - 1];
  fault_take_message(message, sizeof message);
  fault_place_print(change->place, place);
  return loligo_fail(status, "%sat %g ms: %s", place, (double)change->step * course->described->dt, message);
}

loligo_status change_rehearse(const change_plan *plan)
{
  schedule_course *course = plan->course;
  if (course->next == INT64_MAX) return LOLIGO_OK;
  while (course->next < INT64_MAX) LOLIGO_TRY(locate(course, change_until(plan, course->next)));
  return change_begin(plan);
}
