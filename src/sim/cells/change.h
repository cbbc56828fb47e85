/** Scheduled changes of the local cells and of the inputs that reach them. Not collective, all of it. */
#ifndef LOLIGO_SIM_CELLS_CHANGE_H
#define LOLIGO_SIM_CELLS_CHANGE_H

#include <stdint.h>

#include "network/schedule.h"
#include "sim/cells/cells.h"
#include "sim/cells/inputs.h"

/** What changes; all owned elsewhere. */
typedef struct change_plan {
  schedule_course *course;
  cells *cells;
  inputs *inputs;
  uint64_t trial_seed;
} change_plan;

/** Makes the changes that hold from `step` or an earlier one on, with cells before their update through that step.
 * MACHINE without memory. */
loligo_status change_until(const change_plan *plan, int64_t step);

/** Begins a trial: no change is made yet, cells are in their initial states, and they and the inputs draw by its seed.
 * MACHINE without memory. */
loligo_status change_begin(const change_plan *plan);

/** Makes all changes, one after the other, and goes back to the begin: what a law brings may be wrong (INPUT, with the
 * place of the change), and should not be found so within the run. */
loligo_status change_rehearse(const change_plan *plan);

#endif
