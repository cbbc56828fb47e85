/** What the makers of a decomposition do with a table of costs (cost.h). Not collective, all of it. */
#ifndef LOLIGO_PARTITION_DECOMPOSITION_H
#define LOLIGO_PARTITION_DECOMPOSITION_H

#include "loligo/decomposition.h"
#include "partition/cost.h"

/** As loligo_decomposition_create(), of the network that the costs are of. */
loligo_status decomposition_create(const partition_costs *costs, const char *partitioner, int ranks,
                                   loligo_decomposition **decomposition);

/** What a rank bears. */
typedef struct decomposition_load {
  uint64_t cells;
  double synapses; /* expected */
  partition_share cost;
} decomposition_load;

/** Of each rank: loads[ranks]. */
void decomposition_loads(const partition_costs *costs, const loligo_decomposition *decomposition, int ranks,
                         decomposition_load *loads);

#endif
