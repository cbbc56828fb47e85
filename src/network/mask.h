/** Which pairs of cells are possible by where they lie. Not collective. */
#ifndef LOLIGO_NETWORK_MASK_H
#define LOLIGO_NETWORK_MASK_H

#include <stdbool.h>

#include "network/positions.h"

/** What lies on the edge of a mask is inside: longer by less than this factor. */
#define MASK_EDGE (1 + 1e-9)

/** Whether a mask or a kernel that falls bounds how far the sources of a target lie from it, so that the synapses of a
 * cell go to few ranks where ranks hold places. */
bool mask_is_local(const loligo_projection *projection);

/** Half of the width along an axis of a box around a target beyond which no pair is possible; INFINITY if all are. */
double mask_reach(const projection_space *space, size_t axis);

/** inside[k]: whether a pair of that displacement and length is possible. */
void mask_select(const projection_space *space, size_t n_axes, size_t n, place_columns displacement,
                 const double *length, bool *inside);

#endif
