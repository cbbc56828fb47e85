/** The weights of a plastic table, added up: as spikes that arrive at a step find them; the table was swept up to then
 * (visit.h). Not collective, all of it. */
#ifndef LOLIGO_SIM_PLASTICITY_WEIGHT_CENSUS_H
#define LOLIGO_SIM_PLASTICITY_WEIGHT_CENSUS_H

#include <stdint.h>

#include "sim/plasticity/plastic_table.h"

typedef struct weight_census {
  uint64_t synapses, sum;   /* quanta */
  uint64_t at_zero, at_max; /* of a table of descent: of either sign */
} weight_census;
weight_census weight_census_of(const plastic_table *table, int64_t step);

/** Sum of the squared differences of all weights from a mean, in quanta. */
double weight_census_spread(const plastic_table *table, int64_t step, double mean);

#endif
