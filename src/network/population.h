/** Populations of the description. */
#ifndef LOLIGO_NETWORK_POPULATION_H
#define LOLIGO_NETWORK_POPULATION_H

#include "network/description.h"

/** Frees what a population owns. Not collective. */
void population_free(loligo_population *population);

/** Choice of the model's parameter `integrator`; 0 where it has none. Not collective. */
size_t population_integrator(const loligo_population *population);

#endif
