/** What the ranks of a decomposition are expected to need: the one that bears least, the mean one, the one that bears
 * most. Not collective, all of it. */
#ifndef LOLIGO_SIM_PLAN_H
#define LOLIGO_SIM_PLAN_H

#include "loligo/decomposition.h"
#include "sim/cost_model.h"

enum { PLAN_LEAST, PLAN_MEAN, PLAN_MOST, PLAN_COUNT };

/** One of them. */
typedef struct plan_rank {
  int rank; /* -1: the mean one, which is none */
  double cells;
  cost_need need;
} plan_rank;

typedef struct plan {
  plan_rank ranks[PLAN_COUNT];
} plan;

/**
 * Finds the ranks with fewest and with most synapses; among equals those with fewest and with most cells, then the
 * lowest. Costs populations plus ranks. MACHINE without memory.
 */
loligo_status plan_find_ranks(const loligo_network *network, const loligo_decomposition *decomposition, int ranks,
                              int *least, int *most);

/** Plans a network on so many ranks. INPUT for a partitioner that cannot do it; MACHINE without memory. */
loligo_status plan_network(const loligo_network *network, const char *partitioner, int ranks, plan *plan);

/**
 * The smallest number of ranks on which the peak of a mean rank is at most that, up to `most_ranks`; 0 if there is
 * none. MACHINE without memory.
 */
loligo_status plan_least_ranks(const loligo_network *network, double rank_bytes, int most_ranks, int *ranks);

#endif
