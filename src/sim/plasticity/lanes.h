/**
 * Synapses of a table at work: weights and eligibilities as numbers in units of |Wmax|, and how they change between
 * events. After each event they are rounded to what is kept of them, lest results depend on when they are stored. Not
 * collective, all of it.
 */
#ifndef LOLIGO_SIM_PLASTICITY_LANES_H
#define LOLIGO_SIM_PLASTICITY_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "sim/plasticity/plastic_table.h"

enum { MOST_LANES = 128 };

/** Some synapses, at most MOST_LANES; all arrays are owned elsewhere. */
typedef struct lanes {
  size_t n;
  double *weight;      /* [n] */
  double *eligibility; /* [n] only with a modulator, like `last` */
  double *last;        /* [n] time of the last event of each, steps */
} lanes;

/** From what is kept, back to it, and clipped and rounded to it. */
void lanes_load_weights(size_t n, const uint32_t *restrict quanta, double *restrict weight);
void lanes_store_weights(size_t n, const double *restrict weight, uint32_t *restrict quanta);
void lanes_settle_weights(size_t n, double *weight);
void lanes_load_eligibilities(size_t n, const float *restrict kept, double *restrict eligibility);
void lanes_store_eligibilities(size_t n, const double *restrict eligibility, float *restrict kept);
void lanes_settle_eligibilities(size_t n, double *eligibility);

/** Takes the synapses of a table from the `first` on. */
static inline void lanes_load(const lanes *lanes, const plastic_table *table, uint64_t first)
{
  lanes_load_weights(lanes->n, table->weight + first, lanes->weight);
  if (table->modulator) lanes_load_eligibilities(lanes->n, table->eligibility + first, lanes->eligibility);
}

/** Puts them back, settled. */
static inline void lanes_store(const lanes *lanes, const plastic_table *table, uint64_t first)
{
  lanes_store_weights(lanes->n, lanes->weight, table->weight + first);
  if (table->modulator) lanes_store_eligibilities(lanes->n, lanes->eligibility, table->eligibility + first);
}

/** To be done behind each event. */
static inline void lanes_settle(const lanes *lanes, const plastic_table *table)
{
  lanes_settle_weights(lanes->n, lanes->weight);
  if (table->modulator) lanes_settle_eligibilities(lanes->n, lanes->eligibility);
}

/** Lets synapses that have a modulator drift from their last events to the next ones, which are at to[n], and settles
 * them there; `modulator` is its last event up to all of the former. */
void lanes_drift(const lanes *lanes, const plastic_table *table, const modulator_event *modulator, const double *to);

#endif
