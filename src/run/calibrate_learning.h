/** Synapses whose weights, or what they bring, change. Not collective. */
#ifndef LOLIGO_RUN_CALIBRATE_LEARNING_H
#define LOLIGO_RUN_CALIBRATE_LEARNING_H

#include "network/machine.h"

/** Fills the section learn; a model that cannot be run is left as it is assumed. */
void calibrate_learning(machine *machine);

#endif
