/** Routes of one rank alone: who listens to its cells is drawn, as the other ranks cannot be asked. */
#ifndef LOLIGO_SIM_EXCHANGE_DRAWN_ROUTES_H
#define LOLIGO_SIM_EXCHANGE_DRAWN_ROUTES_H

#include "loligo/decomposition.h"
#include "network/description.h"
#include "sim/cells/cells.h"
#include "sim/exchange/routes.h"

/**
 * Draws for each local cell which of `ranks` ranks have a target of it, each independently with the probability that
 * follows from the expected number of synapses between a source and a target of each projection. Keyed by seed,
 * population and cell; exact where all sources reach all targets. `routes->sources` stays empty.
 *
 * Not collective; routes_free() also after a failure (MACHINE).
 */
loligo_status drawn_routes_init(routes *routes, const loligo_network *network,
                                const loligo_decomposition *decomposition, int ranks, const cells *cells);

#endif
