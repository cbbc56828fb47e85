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
  uint32_t *before; /* [n] of a linked log: the spike of its row that is the next earlier, or SPIKE_LOG_END */
  uint32_t *newest; /* [n_rows] the latest spike of each row, or SPIKE_LOG_END; NULL: it is not linked */
  uint64_t n_rows;
} spike_log;

#define SPIKE_LOG_END UINT32_MAX

void spike_log_free(spike_log *log);

/** Lets the spikes of each row be linked, the latest first; of a log without spikes. MACHINE without memory. */
loligo_status spike_log_link(spike_log *log, uint64_t n_rows);

/** Forgets all spikes. */
void spike_log_clear(spike_log *log);

/** Adds a spike, in any order. MACHINE without memory, or where a linked log has 2^32 of them. */
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
