/** Scheduled changes of a simulation. Not collective, all of it. */
#ifndef LOLIGO_SIM_CHANGE_H
#define LOLIGO_SIM_CHANGE_H

#include <stdint.h>

#include "loligo/simulation.h"

/** Makes the changes that hold from `step` or an earlier one on, with cells before their update through that step.
 * MACHINE without memory. */
loligo_status change_until(loligo_simulation *simulation, int64_t step);

/** Makes all changes, one after the other, and goes back to the begin: what a law brings may be wrong (INPUT, with the
 * place of the change), and should not be found so within the run. */
loligo_status change_rehearse(loligo_simulation *simulation);

#endif
