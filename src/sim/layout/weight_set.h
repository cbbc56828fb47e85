/** What the weights of a pathway can be, one sign at a time. Not collective. */
#ifndef LOLIGO_SIM_LAYOUT_WEIGHT_SET_H
#define LOLIGO_SIM_LAYOUT_WEIGHT_SET_H

#include "network/description.h"
#include "network/listed_weights.h"

/** Sets of a projection; of weights that are all `fixed` where that is not 0. */
void weight_sets_of(const loligo_network *network, const loligo_projection *projection, double fixed,
                    weight_set sets[SIGNS]);

#endif
