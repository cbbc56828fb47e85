/** Changes of weights that several synapse models make: over all synapses of a tile. Not collective, all of it. */
#ifndef LOLIGO_MODEL_SYNAPSE_KERNELS_H
#define LOLIGO_MODEL_SYNAPSE_KERNELS_H

#include "model/synapse/synapse_model.h"

/** w += c trace. */
void synapse_add(const synapse_tile *tile, double c);

/** w += c w trace. */
void synapse_add_in_proportion(const synapse_tile *tile, double c);

#endif
