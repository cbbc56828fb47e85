/** Delivery of parts of weights that stay as they are: which part, follows from the source's spikes alone. */
#ifndef LOLIGO_SIM_PLASTICITY_RELEASE_H
#define LOLIGO_SIM_PLASTICITY_RELEASE_H

#include <stdint.h>

#include "sim/plasticity/plastic_table.h"

/** A spike of the source reaches the soma at step `arrival`: adds what it brings to sums, one for each wide port. Not
 * collective. */
void release_deliver(const plastic_table *table, plastic_segment *segment, int64_t arrival, int64_t *sums);

/** One that did so in a run before: returns which part of the weights it brought. */
double release_count(const plastic_table *table, plastic_segment *segment, int64_t arrival);

#endif
