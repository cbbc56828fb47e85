/** Projections of the description. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_PROJECTION_H
#define LOLIGO_NETWORK_PROJECTION_H

#include "loligo/network.h"

/** Frees what a projection owns. */
void projection_free(loligo_projection *projection);

/**
 * Receptor of a population for weights of some mean: the named one, or without a name exc, or inh for a negative mean
 * where weights may be negative.
 *
 * @param receptor  receives its number in the population's model
 * @return          INPUT where the name is unknown or the population takes no input
 */
loligo_status projection_receptor(const loligo_population *target, const char *name, double mean_weight, int *receptor);

#endif
