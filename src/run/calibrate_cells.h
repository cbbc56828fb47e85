/** What cells and inputs take. Not collective, all of it; MACHINE without memory. */
#ifndef LOLIGO_RUN_CALIBRATE_CELLS_H
#define LOLIGO_RUN_CALIBRATE_CELLS_H

#include "loligo/status.h"
#include "network/machine.h"

/** Fills the sections update and input; a model that cannot be run by its defaults stays as it is. */
loligo_status calibrate_cells(machine *machine);

/** Fills what many cells take, after calibrate_cells(): placing each, and going through all. */
loligo_status calibrate_many_cells(machine *machine);

#endif
