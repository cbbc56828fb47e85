/** Which ranks hold a target of each local cell. */
#ifndef LOLIGO_SIM_EXCHANGE_ROUTES_H
#define LOLIGO_SIM_EXCHANGE_ROUTES_H

#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "sim/cells/cells.h"
#include "sim/synapses/synapses.h"

typedef struct routes {
  uint64_t *first; /* [cells + 1] ranks of local cell lid are rank[first[lid]] ... rank[first[lid + 1] - 1] */
  int *rank;       /* ascending for each cell */
  int *sources;    /* [n_sources] ranks whose spikes this rank needs, ascending */
  int n_sources;
  int *destinations; /* [n_destinations] ranks that need spikes of this one, ascending */
  int n_destinations;
} routes;

/** Tells the owner of every source with a row here that this rank listens. Collective; routes_free() also after a
 * failure. */
loligo_status routes_init(routes *routes, const loligo_context *context, const loligo_decomposition *decomposition,
                          const cells *cells, const synapses *synapses);
void routes_free(routes *routes);

#endif
