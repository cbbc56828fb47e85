/*
 * Weights one by one.
 */
#include "sim/plasticity/weight_census.h"

#include "sim/plasticity/visit.h"

weight_census weight_census_of(const plastic_table *table, int64_t step)
{
  weight_census census = {.synapses = table->n_synapses};
  const uint32_t zero = weight_to_quanta(0, table->bounds);
  for (uint32_t s = 0; s < table->n_segments; s++)
    for (uint32_t k = 0; k < table->segments[s].count; k++) {
      const uint32_t weight = visit_weight(table, &table->segments[s], k, step);
      census.sum += weight;
      census.at_zero += weight == zero;
      census.at_max += weight == UINT32_C(1) << WEIGHT_BITS || (zero > 0 && weight == 0);
    }
  return census;
}

double weight_census_spread(const plastic_table *table, int64_t step, double mean)
{
  double sum = 0;
  for (uint32_t s = 0; s < table->n_segments; s++)
    for (uint32_t k = 0; k < table->segments[s].count; k++) {
      const double difference = visit_weight(table, &table->segments[s], k, step) - mean;
      sum += difference * difference;
    }
  return sum;
}
