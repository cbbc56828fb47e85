/** Which synapses are taught at the ends of trials, and what trials are. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_TRIALS_H
#define LOLIGO_NETWORK_TRIALS_H

#include <stdbool.h>

#include "network/description.h"

/** Whether the weights of a projection change at the ends of trials. */
bool trials_teach(const loligo_projection *projection);

/** Whether those of some projection onto a population do. */
bool trials_teach_population(const loligo_network *network, size_t population);

/** Steps of a trial of a population that is taught; of all of them, which have the same; 0 where there are none. */
int64_t trials_steps_of(const loligo_network *network, size_t population);
int64_t trials_steps(const loligo_network *network);

/** What a step leaves of what was before it in cells of a population that is taught. */
double trials_decay(const loligo_network *network, size_t population);

/** What a projection of a taught synapse model asks of its target. INPUT. */
loligo_status trials_check_target(const loligo_network *network, const loligo_projection *projection);

/** What must hold of all together: trials of one length, which no change within the run touches. INPUT; *place is put
 * before the message. */
loligo_status trials_check(const loligo_network *network, fault_place *place);

#endif
