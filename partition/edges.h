/** Listed edges on their way to the ranks of their targets. */
#ifndef LOLIGO_PARTITION_EDGES_H
#define LOLIGO_PARTITION_EDGES_H

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "network/description.h"

/** Gives all edges to all ranks where the partitioner of that name looks at them; the network is the same on all.
 * Collective. INPUT where a file is no longer what it was; MACHINE. */
loligo_status edges_gather_for(const loligo_context *context, loligo_network *network, const char *partitioner);

/**
 * Gives each rank the edges onto its cells, in pieces, from rank 0, which reads them, or from all ranks, each of which
 * reads its rows; others that are here are freed.
 * Nobody can ask for loads of ranks (decomposition.h) behind that.
 *
 * Collective. INPUT where a file is no longer what it was; MACHINE.
 *
 * @param rank  of the decomposition that this one stands for: its own, or the one of a dry run
 */
loligo_status edges_spread(const loligo_context *context, loligo_network *network,
                           const loligo_decomposition *decomposition, int rank);

#endif
