/** Spike times with the cells that they belong to. Not collective. */
#ifndef LOLIGO_NETWORK_SPIKE_TIMES_H
#define LOLIGO_NETWORK_SPIKE_TIMES_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/selection.h"
#include "loligo/status.h"

/** Spikes as a caller gives them. */
typedef struct spike_times {
  const double *times;    /* [n] ms, any order */
  const uint64_t *owners; /* [n] one of the cells; NULL: all of them */
  size_t n;
  const loligo_selection *cells; /* taken (network/selection.h) */
  double dt;                     /* ms */
  uint64_t *refused;             /* receives which one is refused */
} spike_times;

/**
 * Checks and copies spike times, sorted by (time, owner). The copies are the caller's to free, after a failure too.
 *
 * @param times   receives the copy for memory_free(); NULL if there are none
 * @param owners  receives the copy, NULL if there are no owners
 * @return        INPUT where a time does not round to step 1 or later or an owner is no such cell; MACHINE without
 * memory
 */
loligo_status spike_times_copy(const spike_times *given, double **times, uint64_t **owners);

#endif
