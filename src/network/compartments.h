/** Compartments that projections and inputs address: receptors and sites of a population's model are opened where they
 * are asked for first (model/neuron/tree.h). Not collective, all of it. */
#ifndef LOLIGO_NETWORK_COMPARTMENTS_H
#define LOLIGO_NETWORK_COMPARTMENTS_H

#include "network/description.h"

enum { COMPARTMENTS_NAME_BYTES = 256 }; /* more than a name has */

/** Compartments of each cell of a population, its soma among them; 1 of a point neuron. */
size_t compartments_count(const loligo_population *population);

/** Whether a compartment is a joint, where others part. */
bool compartments_is_joint(const loligo_population *population, size_t compartment);

/**
 * Opens the receptor `name` (NULL: exc) of a compartment, whose name in the model as it is then goes into *opened, in
 * the network's pool; of compartment 0 that is `name` as it stands. INPUT where there is no such compartment or
 * receptor; MACHINE.
 */
loligo_status compartments_open(loligo_network *network, size_t population, size_t compartment, const char *name,
                                const char **opened);

/** Opens a compartment for currents; *site as in loligo_input. Likewise. */
loligo_status compartments_open_site(loligo_network *network, size_t population, size_t compartment, size_t *site);

/** The name of a receptor without its compartment, as compartments_open() takes it. */
void compartments_plain_name(const char *opened, char name[COMPARTMENTS_NAME_BYTES]);

/** Number of a variable of a compartment, or -1. */
int compartments_variable(const loligo_population *population, const char *name, size_t compartment);

#endif
