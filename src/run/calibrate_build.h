/** What building a small network takes. Not collective; MACHINE without memory. */
#ifndef LOLIGO_RUN_CALIBRATE_BUILD_H
#define LOLIGO_RUN_CALIBRATE_BUILD_H

#include "loligo/status.h"
#include "network/machine.h"

/** Fills what few synapses take to build, and what different partners, numbers of partners and values of cells take to
 * draw. */
loligo_status calibrate_build(machine *machine);

#endif
