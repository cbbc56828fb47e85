/**
 * What cells and their synapses cost a rank, as a table that is handed down to the partitioners (src/sim/cost_time.h
 * makes it), and what follows from it. Not collective, all of it.
 */
#ifndef LOLIGO_PARTITION_COST_H
#define LOLIGO_PARTITION_COST_H

#include "base/grouping.h"
#include "network/description.h"

/** What a rank has two kinds of. */
typedef struct partition_share {
  double seconds; /* per model second */
  double bytes;
} partition_share;

/** Of a population. */
typedef struct partition_cost {
  partition_share cell;    /* one cell, with the synapses that all of its cells can expect alike */
  partition_share synapse; /* one synapse that a rule lists */
} partition_cost;

/** Of a network; and projections by their targets, so that no population has to look through all of them. */
typedef struct partition_costs {
  const loligo_network *network;
  partition_cost *of; /* [populations] */
  grouping onto;      /* numbers of projections by target population */
} partition_costs;

/** Costs of 0, to be filled; partition_costs_free() also after a failure (MACHINE). */
loligo_status partition_costs_init(partition_costs *costs, const loligo_network *network);
void partition_costs_free(partition_costs *costs);

/** Synapses that all cells of a population can expect alike: those of every rule but explicit. */
double cost_in_degree(const partition_costs *costs, size_t population);

/** All cells of a population with all their synapses; of all populations. */
partition_share cost_of_population(const partition_costs *costs, size_t population);
partition_share cost_of_all(const partition_costs *costs);

/**
 * The larger of the parts of `all` that these seconds and bytes are. It adds up: who bears a burden of b has at most
 * the part b of either.
 */
double cost_burden(partition_share share, partition_share all);

/** Expected synapses of a projection; exact for all rules but the Bernoulli one. */
double cost_synapses(const loligo_network *network, const loligo_projection *projection);

/** Number of explicit synapses onto a population. */
uint64_t cost_listed_synapses(const partition_costs *costs, size_t population);

/** Number of explicit synapses onto a cell of a population. */
uint64_t cost_listed_onto(const partition_costs *costs, size_t population, uint64_t index);

#endif
