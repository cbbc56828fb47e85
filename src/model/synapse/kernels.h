/** Changes of weights and eligibilities that several synapse models make: over all synapses of a tile. Not collective,
 * all of it. */
#ifndef LOLIGO_MODEL_SYNAPSE_KERNELS_H
#define LOLIGO_MODEL_SYNAPSE_KERNELS_H

#include "model/synapse/synapse_model.h"

/** what += c trace; `what`: the tile's weights or eligibilities. */
void synapse_add(const synapse_tile *tile, double c, double *what);

/** w += c w trace. */
void synapse_add_in_proportion(const synapse_tile *tile, double c);

#endif
