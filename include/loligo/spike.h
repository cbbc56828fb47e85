/** Spikes: of one interval, and on their way. */
#ifndef LOLIGO_SPIKE_H
#define LOLIGO_SPIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A spike of a local cell. */
typedef struct loligo_spike {
  int64_t step; /* stamp: its time is step * dt */
  uint32_t population;
  uint64_t index; /* of the cell within its population */
} loligo_spike;

/** What happened on this rank in one interval. */
typedef struct loligo_interval {
  int64_t first_step, last_step; /* [first_step, last_step) were run; stamps lie in (first_step, last_step] */
  const loligo_spike *spikes;    /* [n_spikes] of local cells, ascending by (step, population, index) */
  size_t n_spikes;
} loligo_interval;

/** A spike, or the change of another signal, that may still reach targets. */
typedef struct loligo_flight {
  int64_t step; /* stamp */
  uint32_t population;
  int32_t signal; /* of the population's model; 0: spike */
  uint64_t index; /* of the cell within its population */
  bool negative;  /* the end of a level */
} loligo_flight;

#ifdef __cplusplus
}
#endif

#endif
