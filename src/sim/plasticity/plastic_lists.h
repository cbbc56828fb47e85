/**
 * What plastic synapses keep, as lists for a checkpoint: of each table the weights and eligibilities, by target, and
 * the states of its sources; of each archive and each modulator the spikes that are still needed.
 */
#ifndef LOLIGO_SIM_PLASTICITY_PLASTIC_LISTS_H
#define LOLIGO_SIM_PLASTICITY_PLASTIC_LISTS_H

#include <stddef.h>

#include "loligo/cell_list.h"
#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "sim/plasticity/plasticity.h"

/** Whose lists they are. */
typedef struct lists_owner {
  const plasticity *plasticity;
  const loligo_context *context;
  const loligo_decomposition *decomposition;
  int64_t step; /* that the simulation stands at */
} lists_owner;

/** Number of lists. Not collective, the same on all ranks. */
size_t plastic_lists_count(const plasticity *plasticity);

/** The i-th one without its numbers. Not collective. */
loligo_cell_list plastic_lists_at(const plasticity *plasticity, size_t i);

/** Takes its numbers, so that they are the same for any number of ranks; list->n and list->values are the caller's, to
 * be freed by memory_free(), also after a failure. Collective. MACHINE on all ranks. */
loligo_status plastic_lists_take(const lists_owner *owner, size_t i, loligo_cell_list *list);

/** Puts them back, after the step was set. Collective. INPUT where there are other synapses, MACHINE where numbers
 * cannot be, the same on all ranks. */
loligo_status plastic_lists_put(const lists_owner *owner, size_t i, const loligo_cell_list *list);

#endif
