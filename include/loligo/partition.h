/** How cells are split over ranks, and what each rank then bears. The same on all ranks. */
#ifndef LOLIGO_PARTITION_H
#define LOLIGO_PARTITION_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/decomposition.h"
#include "loligo/network.h"
#include "loligo/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Splits a network over `ranks` ranks by the partitioner of that name (block, round_robin, balanced, graph).
 *
 * Not collective: a function of its arguments alone, so that every rank computes the same.
 * Fails (INPUT) on an unknown partitioner, or on graph where the program was built without a graph library.
 */
loligo_status loligo_decomposition_create(const loligo_network *network, const char *partitioner, int ranks,
                                          loligo_decomposition **decomposition);

/** Name and one line of help of the i-th partitioner; NULL behind the last. Not collective. */
const char *loligo_partitioner_name(size_t i);
const char *loligo_partitioner_help(size_t i);

/** Expected load of one rank. */
typedef struct loligo_load {
  uint64_t cells;
  double synapses; /* expected */
  double seconds;  /* per model second, of updates and synaptic events, on a machine and at rates that are assumed */
  double bytes;    /* of cells and synapses */
} loligo_load;

/** Load of each rank of a decomposition: loads[ranks]. Not collective. */
loligo_status loligo_decomposition_loads(const loligo_network *network, const loligo_decomposition *decomposition,
                                         int ranks, loligo_load *loads);

#ifdef __cplusplus
}
#endif

#endif
