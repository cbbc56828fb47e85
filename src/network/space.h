/**
 * What of a projection depends on where its cells lie: a mask, a probability, a weight or a delay by the distance. Not
 * collective.
 */
#ifndef LOLIGO_NETWORK_SPACE_H
#define LOLIGO_NETWORK_SPACE_H

#include "loligo/projection.h"
#include "loligo/status.h"
#include "network/positions.h"

/**
 * Checks and keeps it, in the network's pool; nothing where the projection asks for none.
 *
 * @param projection  with its rule and its cells
 * @return            INPUT: populations without positions or in different spaces, a rule that takes no mask, lengths or
 *                    probabilities out of range, a delay that can fall below dt; MACHINE without memory
 */
loligo_status space_set(loligo_network *network, loligo_projection *projection, const loligo_projection_spec *spec);

/** The law of weights, or of delays in ms, of a spec; where they go by the distance a uniform one of the same bounds.
 */
loligo_distribution space_weight_law(const loligo_projection *projection, const loligo_projection_spec *spec);
loligo_distribution space_delay_law(const loligo_projection *projection, const loligo_projection_spec *spec, double dt);

#endif
