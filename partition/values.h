/** Values of cells that are listed, and spike trains of theirs, on their way to the ranks of these cells. */
#ifndef LOLIGO_PARTITION_VALUES_H
#define LOLIGO_PARTITION_VALUES_H

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "network/description.h"

/**
 * Gives each rank the values and trains of its cells, in pieces, from rank 0, which reads them; others that are here
 * are freed.
 *
 * Collective. INPUT where a file is no longer what it was; MACHINE.
 *
 * @param rank  of the decomposition that this one stands for: its own, or the one of a dry run
 */
loligo_status values_spread(const loligo_context *context, loligo_network *network,
                            const loligo_decomposition *decomposition, int rank);

/** Gives all of them to all ranks; the rest as above. */
loligo_status values_gather(const loligo_context *context, loligo_network *network);

#endif
