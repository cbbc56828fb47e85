/** Builds the table of a plastic projection, and lists it. Not collective, all of it. */
#ifndef LOLIGO_SIM_PLASTICITY_PLASTIC_BUILD_H
#define LOLIGO_SIM_PLASTICITY_PLASTIC_BUILD_H

#include "loligo/synapse.h"
#include "sim/plasticity/plastic_table.h"
#include "sim/synapses/connect_plan.h"

/**
 * Generates the synapses of table->way onto local cells, in passes of which each gets the same ones; rules and
 * constants of the table are set. plastic_table_free() also after a failure.
 *
 * @return  INPUT where a drawn delay or weight is impossible; MACHINE without memory
 */
loligo_status plastic_table_build(const connect_plan *plan, plastic_table *table);

/** Gives all synapses the weights that they begin with. */
loligo_status plastic_table_reset_weights(const connect_plan *plan, plastic_table *table);

/** Hands all synapses to `sink`, in the order of the rule, with the weights that they began with and those that spikes
 * which arrive at step `known` find; the table was swept up to then (visit.h). */
loligo_status plastic_table_list(const connect_plan *plan, const plastic_table *table, int64_t known,
                                 loligo_synapse_sink sink, void *self);

#endif
