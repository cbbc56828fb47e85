/*
 * Each array is made or changed by one loop that the compiler vectorises.
 */
#include "sim/plasticity/lanes.h"

#include <math.h>

#include "base/vector.h"

/* In units of |Wmax|, of either sign. */
static const double LEAST_ELIGIBILITY = 0x1p-100, MOST_ELIGIBILITY = 0x1p100;

static const double QUANTA = (double)(UINT32_C(1) << WEIGHT_BITS);

/* -- weights -- */

VECTOR_CLONES void lanes_load_weights(size_t n, const uint32_t *restrict quanta, double *restrict weight)
{
  /* halfway is taken as 0: signed integers are what all instruction sets convert */
  for (size_t i = 0; i < n; i++) weight[i] = ((double)(int32_t)(quanta[i] ^ 0x80000000u) + 0x1p31) * (1 / QUANTA);
}

VECTOR_CLONES void lanes_store_weights(size_t n, const double *restrict weight, uint32_t *restrict quanta)
{
  for (size_t i = 0; i < n; i++) quanta[i] = (uint32_t)(int32_t)(weight[i] * QUANTA - 0x1p31) ^ 0x80000000u;
}

VECTOR_CLONES void lanes_settle_weights(size_t n, double *weight)
{
  for (size_t i = 0; i < n; i++) {
    const double low = weight[i] > 0 ? weight[i] : 0, clipped = low < 1 ? low : 1;
    weight[i] = (clipped * QUANTA + VECTOR_ROUNDER - VECTOR_ROUNDER) * (1 / QUANTA);
  }
}

/* -- eligibilities -- */

VECTOR_CLONES void lanes_load_eligibilities(size_t n, const float *restrict kept, double *restrict eligibility)
{
  for (size_t i = 0; i < n; i++) eligibility[i] = (double)kept[i];
}

VECTOR_CLONES void lanes_store_eligibilities(size_t n, const double *restrict eligibility, float *restrict kept)
{
  for (size_t i = 0; i < n; i++) kept[i] = (float)eligibility[i];
}

/* To single precision within its range; what is next to nothing becomes 0. */
VECTOR_CLONES void lanes_settle_eligibilities(size_t n, double *eligibility)
{
  for (size_t i = 0; i < n; i++) {
    const double low = eligibility[i] > -MOST_ELIGIBILITY ? eligibility[i] : -MOST_ELIGIBILITY;
    const double clipped = low < MOST_ELIGIBILITY ? low : MOST_ELIGIBILITY;
    eligibility[i] = fabs(clipped) < LEAST_ELIGIBILITY ? 0 : (double)(float)clipped;
  }
}

/* -- between events -- */

VECTOR_CLONES static void find_modulator_traces(size_t n, const double *restrict last, const modulator_event *modulator,
                                                double rate, double *restrict trace)
{
  const double behind = modulator->trace, step = (double)modulator->step;
  for (size_t i = 0; i < n; i++) trace[i] = behind * vector_exp(-(last[i] - step) * rate);
}

VECTOR_CLONES static void find_since(size_t n, const double *restrict to, double dt, double *restrict last,
                                     double *restrict since)
{
  for (size_t i = 0; i < n; i++) {
    since[i] = (to[i] - last[i]) * dt;
    last[i] = to[i];
  }
}

void lanes_drift(const lanes *lanes, const plastic_table *table, const modulator_event *modulator, const double *to)
{
  double since[MOST_LANES], trace[MOST_LANES];
  find_modulator_traces(lanes->n, lanes->last, modulator, table->modulator->rate, trace);
  find_since(lanes->n, to, table->dt, lanes->last, since);
  table->model->drift(&(synapse_tile){.n = lanes->n,
                                      .constant = table->constant,
                                      .weight = lanes->weight,
                                      .eligibility = lanes->eligibility,
                                      .since = since,
                                      .modulator = trace});
  lanes_settle(lanes, table);
}
