/** What synapses take: to build, to be entered, to be delivered. Not collective; MACHINE without memory. */
#ifndef LOLIGO_RUN_CALIBRATE_ROWS_H
#define LOLIGO_RUN_CALIBRATE_ROWS_H

#include "loligo/status.h"
#include "network/machine.h"

/** Fills the sections deliver and enter, what building synapses takes, what an interval does, and what looking for a
 * source in vain does. */
loligo_status calibrate_rows(machine *machine);

#endif
