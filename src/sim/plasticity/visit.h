/**
 * What happens at the synapses of a segment: the one place where weights change.
 *
 * Lazy: nobody looks at a synapse when its target spikes. When a spike of the source is due, the spikes of the targets
 * that acted since the last visit act first, in order; then that of the source. A sweep does the first half alone. It
 * performs the very operations that a later visit would, so no weight depends on when sweeps are.
 *
 * With a dendritic delay a spike of the target acts before one of the source at the same time, without one behind it.
 * Every event sees traces strictly before its time. Spikes of a modulator act before those of both ends at the same
 * time; between events the synapses drift, from one event of theirs to the next. Changes by spikes of either end are
 * counted in the table. Not collective, all of it.
 */
#ifndef LOLIGO_SIM_PLASTICITY_VISIT_H
#define LOLIGO_SIM_PLASTICITY_VISIT_H

#include <stdint.h>

#include "sim/plasticity/plastic_table.h"

/** A spike of the source reaches the soma at step `arrival`: adds the weights that it leaves to sums, one for each wide
 * port. */
void visit_deliver(plastic_table *table, plastic_segment *segment, int64_t arrival, int64_t *sums);

/** A spike of the source acted at step `now` in a run before: it is counted, and changes nothing. */
void visit_count(const plastic_table *table, plastic_segment *segment, int64_t now);

/** Spikes of the targets act as far as no arrival behind step `known` can come before them. */
void visit_sweep(plastic_table *table, plastic_segment *segment, int64_t known);

/** The weight of the k-th synapse of a segment, where there is a modulator, drifted to what a spike that arrives at
 * step `known` finds, in quanta; it was swept up to then. */
uint32_t visit_drifted_weight(const plastic_table *table, const plastic_segment *segment, uint32_t k, int64_t known);

/** The same of any table. */
static inline uint32_t visit_weight(const plastic_table *table, const plastic_segment *segment, uint32_t k,
                                    int64_t known)
{
  if (table->modulator) return visit_drifted_weight(table, segment, k, known);
  return table->weight[segment->first + k];
}

#endif
