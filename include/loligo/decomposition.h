/** Which rank owns which cell: (population, index) -> (rank, local index). The same on all ranks. */
#ifndef LOLIGO_DECOMPOSITION_H
#define LOLIGO_DECOMPOSITION_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/network.h"
#include "loligo/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct loligo_decomposition loligo_decomposition;

/**
 * Splits a network over `ranks` ranks by the partitioner of that name (block, round_robin, balanced, graph).
 *
 * Not collective: a function of its arguments alone, so that every rank computes the same.
 * Fails (INPUT) on an unknown partitioner, or on graph where the program was built without a graph library.
 */
loligo_status loligo_decomposition_create(const loligo_network *network, const char *partitioner, int ranks,
                                          loligo_decomposition **decomposition);
void loligo_decomposition_destroy(loligo_decomposition *decomposition);

/** Rank that owns cell `index` of a population. Not collective. */
int loligo_decomposition_rank(const loligo_decomposition *decomposition, size_t population, uint64_t index);

/** Number of cells of a population on a rank. Not collective. */
uint64_t loligo_decomposition_count(const loligo_decomposition *decomposition, size_t population, int rank);

/**
 * Indices of the cells of a population that a rank owns, ascending: local cell l has index out[l].
 *
 * @param out  [loligo_decomposition_count()] filled. Not collective.
 */
void loligo_decomposition_cells(const loligo_decomposition *decomposition, size_t population, int rank, uint64_t *out);

/** Name and one line of help of the i-th partitioner; NULL behind the last. Not collective. */
const char *loligo_partitioner_name(size_t i);
const char *loligo_partitioner_help(size_t i);

/** Expected load of one rank. */
typedef struct loligo_load {
  uint64_t cells;
  double synapses; /* expected */
  double cost;     /* relative: updates and synaptic events */
} loligo_load;

/** Load of each rank of a decomposition: loads[ranks]. Not collective. */
loligo_status loligo_decomposition_loads(const loligo_network *network, const loligo_decomposition *decomposition,
                                         int ranks, loligo_load *loads);

#ifdef __cplusplus
}
#endif

#endif
