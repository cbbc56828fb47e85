/** What the ranks of a decomposition are expected to need and to take: the one that bears least, the mean one, the one
 * that bears most. Not collective, all of it. */
#ifndef LOLIGO_SIM_PLAN_H
#define LOLIGO_SIM_PLAN_H

#include <stdbool.h>

#include "loligo/decomposition.h"
#include "partition/decomposition.h"
#include "sim/cost_time.h"

enum { PLAN_LEAST, PLAN_MEAN, PLAN_MOST, PLAN_COUNT };

/** One of them. */
typedef struct plan_rank {
  int rank; /* -1: the mean one, which is none */
  double cells;
  cost_need need;
  cost_time time;
} plan_rank;

/* What a plan can run into, and what that means. */
#define PLAN_LIMITS(X)                                                                                                 \
  X(WIDE, "more cells per rank than blocks of ports hold: every synapse takes twice the memory")                       \
  X(PACKED, "more packed synapses on a rank than can be numbered: use more ranks")                                     \
  X(RECORDS, "more spikes in one interval than MPI counts to: use another exchange, or more ranks")                    \
  X(FIXED_OUTDEGREE, "fixed_outdegree without autapses or multapses: every rank looks at every source")

typedef enum plan_limit {
#define PLAN_ENUM(NAME, text) PLAN_LIMIT_##NAME,
  PLAN_LIMITS(PLAN_ENUM)
#undef PLAN_ENUM
      PLAN_LIMIT_COUNT
} plan_limit;

/** What a limit means. */
const char *plan_limit_text(plan_limit limit);

typedef struct plan {
  plan_rank ranks[PLAN_COUNT];
  exchange_load load;            /* of the exchange */
  const exchange_method *method; /* that is taken */
  bool meets[PLAN_LIMIT_COUNT];
} plan;

/**
 * Finds the ranks with fewest and with most synapses; among equals those with fewest and with most cells, then the
 * lowest. Costs populations plus ranks. MACHINE without memory.
 */
loligo_status plan_find_ranks(const partition_costs *costs, const loligo_decomposition *decomposition, int ranks,
                              int *least, int *most);

/** A network that is being planned. */
typedef struct planning {
  const loligo_network *network;
  cost_setting setting;
  fixed_point format;
  cost_tables tables;
  double *cells; /* [populations] of the rank in hand */
} planning;

/** planning_free() also after a failure: INPUT for weights that no simulation takes; MACHINE without memory. All that
 * is given must outlive it. */
loligo_status planning_init(planning *planning, const loligo_network *network, const cost_setting *setting);
void planning_free(planning *planning);

/** Plans the network on so many ranks. INPUT for a partitioner that cannot do it; MACHINE without memory. */
loligo_status plan_network(planning *planning, const char *partitioner, int ranks, plan *plan);

/** What a mean rank needs and takes. */
plan_rank plan_mean(planning *planning, int ranks);

/** The smallest number of ranks on which the peak of a mean rank is at most that, up to `most_ranks`; 0 if there is
 * none. */
int plan_least_ranks(planning *planning, double rank_bytes, int most_ranks);

/** Rank seconds of `from` mean ranks as a part of those of `ranks`. */
double plan_efficiency(planning *planning, int from, int ranks);

/** The smallest number of ranks from `from` on with an efficiency below `efficiency`, up to `most_ranks`; 0 if there is
 * none. */
int plan_inefficient_ranks(planning *planning, int from, double efficiency, int most_ranks);

#endif
