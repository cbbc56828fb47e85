/**
 * What cells are told of the errors of those that are read out: each synapse of a descent model onto one hands its
 * error back to the cell that it comes from, times its weight or a number drawn for the two.
 */
#ifndef LOLIGO_SIM_PLASTICITY_FEEDBACK_H
#define LOLIGO_SIM_PLASTICITY_FEEDBACK_H

#include <stddef.h>
#include <stdint.h>

#include "sim/graded/graded.h"
#include "sim/plasticity/plasticity.h"

/** One synapse, as the rank of its source knows it. */
typedef struct feedback_item {
  uint64_t source, target; /* indices within their populations; behind feedback_gather() the source's local position */
  double factor;
  int64_t delay;  /* steps */
  uint64_t order; /* in which its table has it */
} feedback_item;

/** Those onto one population of some local cells, by source, then target, delay and the order of the rule. */
typedef struct feedback {
  feedback_item *items; /* [n] */
  uint64_t n;
} feedback;

/** A table whose synapses hand errors back, or NULL where this rank need not know; who has which cells. */
typedef struct feedback_way {
  const plastic_table *table;
  const loligo_network *network;
  const cells *cells;
  graded_owners owners;
} feedback_way;

/** Gathers the items of local sources. Collective. MACHINE on all ranks; feedback_free() also then. */
loligo_status feedback_gather(const feedback_way *way, feedback *feedback);
void feedback_free(feedback *feedback);

#endif
