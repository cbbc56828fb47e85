/**
 * What plastic synapses remember of their sources' spikes, taken to the ranks of the sources and back.
 *
 * All segments of a source follow the same recursion over its spikes, only later, by their delay. So the state of that
 * with the longest delay on any rank is enough: it lacks none but spikes that are on their way somewhere, from which
 * each segment counts those that it knows (plasticity_add).
 */
#ifndef LOLIGO_SIM_PLASTICITY_SOURCE_STATES_H
#define LOLIGO_SIM_PLASTICITY_SOURCE_STATES_H

#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "sim/cells/cells.h"
#include "sim/plasticity/plastic_table.h"

/** Of one source. */
typedef struct source_state {
  uint64_t source;                  /* index within its population */
  int64_t delay;                    /* steps, of the segment that it is of; 0: there is none */
  int64_t stamp;                    /* of the last spike that it knows */
  uint64_t n;                       /* spikes with that stamp; 0: it knows none */
  double value[SYNAPSE_MAX_STATES]; /* as a segment keeps them */
} source_state;

/** Who has the sources of a table. */
typedef struct source_owners {
  const loligo_context *context;
  const loligo_decomposition *decomposition;
  const cell_group *group; /* local cells of the source population */
} source_owners;

/** Gathers the states of local sources into states[group->n]. Collective. MACHINE on all ranks. */
loligo_status source_states_gather(const plastic_table *table, const source_owners *owners, source_state *states);

/** Gives all segments the states of their sources, of which each rank has those of its cells. Collective. MACHINE on
 * all ranks. */
loligo_status source_states_spread(const plastic_table *table, const source_owners *owners, const source_state *states);

#endif
