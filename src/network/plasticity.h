/** What a projection says of a synapse model whose weights change. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_PLASTICITY_H
#define LOLIGO_NETWORK_PLASTICITY_H

#include <stdint.h>

#include "base/random/distribution.h"
#include "loligo/projection.h"
#include "model/synapse/synapse_model.h"
#include "network/description.h"

/** Room for the parameters of a synapse model in the network's pool; NULL after loligo_fail(). */
network_plasticity *plasticity_room(loligo_network *network, const synapse_model *synapse);

/** Checks and keeps what is said of the synapse model of a projection whose values and pathways are set; its delays
 * have these bounds, ms, the lower above the upper where it has none. INPUT. */
loligo_status plasticity_set(loligo_network *network, loligo_projection *projection, const loligo_projection_spec *spec,
                             distribution_range delays);

/** Value of a parameter of a plastic projection, by the name that its synapse model has for it. */
double plasticity_param(const loligo_projection *projection, const char *name);

/** Number of the population that is the modulator of a projection, whose synapse model has one. */
size_t plasticity_modulator(const loligo_projection *projection);

/** The least dendritic delay that synapses of a plastic projection have, steps; its delays have these bounds, ms. */
int64_t plasticity_least_dendritic(const loligo_network *network, const loligo_projection *projection,
                                   distribution_range delays);

/** That of its synapses with a delay of so many steps. */
int64_t plasticity_dendritic(const loligo_network *network, const loligo_projection *projection, int64_t delay);

#endif
