/** Which synapses teach cells in trials, and what trials are. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_TRIALS_H
#define LOLIGO_NETWORK_TRIALS_H

#include <stdbool.h>

#include "network/description.h"

/** Whether the weights of a projection change at the ends of trials; at each spike of the source, too. */
bool trials_teach(const loligo_projection *projection);
bool trials_teach_at_spikes(const loligo_projection *projection);

/** Whether those of some projection onto a population do. */
bool trials_teach_population(const loligo_network *network, size_t population);

/** Steps of a trial of a population that is taught; of all of them, which have the same; 0 where there are none. */
int64_t trials_steps_of(const loligo_network *network, size_t population);
int64_t trials_steps(const loligo_network *network);

/** Whether cells of a population that is taught are read out: the variable by which they are taught is an error. */
bool trials_read_out(const loligo_network *network, size_t population);

/** What a step leaves of what was before it in cells of a population that is taught. */
double trials_decay(const loligo_network *network, size_t population);

/** The same of those whose errors come back to cells of a population; 0 where none do. */
double trials_error_decay(const loligo_network *network, size_t population);

/** What a projection of a synapse model of kind SYNAPSE_DESCENT asks of its target. INPUT. */
loligo_status trials_check_target(const loligo_network *network, const loligo_projection *projection);

/** What must hold of all together: trials of one length, which no change within the run touches; where weights change
 * at spikes, errors that come back to a cell are of one time constant. INPUT; *place is put before the message. */
loligo_status trials_check(const loligo_network *network, fault_place *place);

#endif
