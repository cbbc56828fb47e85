/**
 * What local cells have sent and may not have arrived everywhere yet: all records younger than the longest delay.
 *
 * Records lie one behind the other as they were sent, in batches that share their first step; old batches are dropped
 * from the front.
 */
#ifndef LOLIGO_SIM_SPIKES_HISTORY_H
#define LOLIGO_SIM_SPIKES_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/spike.h"
#include "loligo/status.h"
#include "network/description.h"
#include "sim/spikes/spikes.h"

/** Records of one interval. */
typedef struct history_batch {
  int64_t first_step; /* that offsets in the records count from */
  int64_t last_step;  /* no stamp is later */
  size_t n;           /* records */
} history_batch;

typedef struct history {
  int64_t max_delay;     /* steps */
  spike_record *records; /* [n_records] from `first_record` on in use */
  size_t first_record, n_records, records_capacity;
  history_batch *batches; /* [n_batches] from `first_batch` on in use */
  size_t first_batch, n_batches, batches_capacity;
} history;

/** An empty history for delays up to max_delay steps; history_free() it. */
void history_init(history *history, int64_t max_delay);
void history_free(history *history);

/** Forgets all. */
void history_clear(history *history);

/** Adds what was sent in the steps up to `last_step`, later than all before, and drops what has arrived by then. */
loligo_status history_add(history *history, const history_batch *batch, const spike_record *records);

/** Number of records kept. */
size_t history_count(const history *history);

/** Writes them, as ordered as they were added, to flights[history_count()]. */
void history_list(const history *history, const loligo_network *network, loligo_flight *flights);

#endif
