/** What a simulation cannot have. Not collective. */
#ifndef LOLIGO_NETWORK_SIMULATED_H
#define LOLIGO_NETWORK_SIMULATED_H

#include "loligo/status.h"
#include "network/description.h"

/** INPUT, with the name of the population or projection, where a network has what is for learning in trials only, or
 * couples cells that cannot be coupled as they are. */
loligo_status network_check_simulated(const loligo_network *network);

#endif
