/** How many pairs of cells are expected to be connected by a probability that depends on where they lie. Not
 * collective. */
#ifndef LOLIGO_NETWORK_PAIR_COUNT_H
#define LOLIGO_NETWORK_PAIR_COUNT_H

#include "network/rule/rule.h"

/**
 * The sum over all pairs of the selected cells of a projection that has a space, as far as they are possible, each with
 * its probability (1 without one); exact for a grid onto itself that has not too many displacements, else a close
 * estimate; NAN without memory. The work has a bound, whatever the sizes are.
 */
double pair_count(const rule_context *context);

#endif
