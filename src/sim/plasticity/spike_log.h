/** The spikes of the sources of a table that may yet count in a trial. Not collective, all of it. */
#ifndef LOLIGO_SIM_PLASTICITY_SPIKE_LOG_H
#define LOLIGO_SIM_PLASTICITY_SPIKE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

typedef struct spike_log {
  uint32_t *row; /* [n] of the source */
  int64_t *step; /* [n] stamp */
  size_t n, capacity;
} spike_log;

void spike_log_free(spike_log *log);

/** Adds a spike, in any order. MACHINE without memory. */
loligo_status spike_log_add(spike_log *log, uint32_t row, int64_t step);

/** The spikes of a log by row, and of a row in the order of their stamps. */
typedef struct sorted_spikes {
  size_t *first; /* [rows + 1] those of row r are first[r] ... first[r + 1] - 1 */
  int64_t *step; /* [n] */
} sorted_spikes;

/** MACHINE without memory; sorted_spikes_free() also then. */
loligo_status spike_log_sort(const spike_log *log, uint64_t n_rows, sorted_spikes *sorted);
void sorted_spikes_free(sorted_spikes *sorted);

/** Drops spikes that are stamped `step` or earlier. */
void spike_log_drop(spike_log *log, int64_t step);

#endif
