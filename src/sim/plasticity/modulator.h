/**
 * The spikes of a population that is the third factor of plastic synapses (their modulator), as these look back at
 * them: how many there were at a step, and their trace. The same on all ranks, which all hear them. Not collective, all
 * of it.
 */
#ifndef LOLIGO_SIM_PLASTICITY_MODULATOR_H
#define LOLIGO_SIM_PLASTICITY_MODULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

/** What a modulator did at a step. */
typedef struct modulator_event {
  int64_t step;
  double count; /* spikes */
  double trace; /* behind them */
} modulator_event;

typedef struct modulator {
  size_t population;
  double rate;             /* of decay of the trace, per step */
  modulator_event *events; /* [n] ascending by step */
  size_t n, capacity;
} modulator;

/** Bytes, where synapses look back at so many steps at most. */
double modulator_bytes(int64_t steps);

/** Without spikes, of which synapses look back at so many steps at most. MACHINE without memory. */
loligo_status modulator_init(modulator *modulator, size_t population, double rate, int64_t steps);
void modulator_free(modulator *modulator);

/** Whether there is room for events at n more steps; modulator_drop_old() makes room for as many as synapses look back
 * at. */
static inline bool modulator_has_room(const modulator *modulator, int64_t n)
{
  return modulator->n + (size_t)n <= modulator->capacity;
}

/** Adds a spike, in any order of steps; there is room. */
void modulator_add(modulator *modulator, int64_t step);

/** Drops events at step `needed` and earlier, but for the last of them. */
void modulator_drop_old(modulator *modulator, int64_t needed);

/** Number of events up to a step. */
size_t modulator_count(const modulator *modulator, int64_t step);

#endif
