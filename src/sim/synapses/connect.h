/** Builds the synapses onto local cells. */
#ifndef LOLIGO_SIM_SYNAPSES_CONNECT_H
#define LOLIGO_SIM_SYNAPSES_CONNECT_H

#include "loligo/synapse.h"
#include "sim/synapses/connect_plan.h"
#include "sim/synapses/synapses.h"

/**
 * Generates all synapses onto local cells. Not collective: every random number is keyed by what it is for. While
 * the synapses of a population are built they take up to half as much again; the largest come first, and where that
 * would not keep the peak within a quarter above what is kept, they are built in turns.
 *
 * @param synapses  filled; synapses_free() also after a failure
 * @return          INPUT where a drawn delay rounds below dt, or a drawn conductance is negative; MACHINE without
 * memory; what the observer returned to end it
 */
loligo_status connect_build(const connect_plan *plan, synapses *synapses);

/** Hands all synapses of a projection onto local cells to `sink`, as they were built, in the order of the rule. Not
 * collective. */
loligo_status connect_list(const connect_plan *plan, size_t projection, loligo_synapse_sink sink, void *self);

#endif
