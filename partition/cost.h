/**
 * What cells are expected to cost, in updates of an iaf_psc_exp cell (about one nanosecond) per step. Not collective,
 * all of it.
 */
#ifndef LOLIGO_PARTITION_COST_H
#define LOLIGO_PARTITION_COST_H

#include "base/grouping.h"
#include "network/description.h"

/** Projections by their targets, so that no population has to look through all of them. */
typedef struct cost_model {
  const loligo_network *network;
  grouping onto; /* numbers of projections by target population */
} cost_model;

/** cost_model_free() also after a failure (MACHINE). */
loligo_status cost_model_init(cost_model *model, const loligo_network *network);
void cost_model_free(cost_model *model);

/** Hz at which every source is taken to fire. */
double cost_rate(void);

/** One incoming spike through one synapse at the assumed mean rate, per step. */
double cost_of_synapse(const loligo_network *network);

/** Synapses that all cells of a population can expect alike: those of every rule but explicit. */
double cost_in_degree(const cost_model *model, size_t population);

/** One cell of a population with them. */
double cost_of_cell(const cost_model *model, size_t population);

/** All cells of a population with all their synapses. */
double cost_of_population(const cost_model *model, size_t population);

/** Expected synapses of a projection; exact for all rules but the Bernoulli one. */
double cost_synapses(const loligo_network *network, const loligo_projection *projection);

/** Number of explicit synapses onto a population. */
uint64_t cost_listed_synapses(const cost_model *model, size_t population);

/** Walks through the explicit synapses onto a population in the order of their targets. */
typedef struct cost_walk {
  const cost_model *model;
  size_t population;
  uint64_t *next; /* [projections onto it] first edge not yet passed; owned */
} cost_walk;

/** cost_walk_free() also after a failure (MACHINE). */
loligo_status cost_walk_init(cost_walk *walk, const cost_model *model, size_t population);
void cost_walk_free(cost_walk *walk);

/** Number of explicit synapses onto a cell; call with ascending indices. */
uint64_t cost_walk_synapses(cost_walk *walk, uint64_t index);

#endif
