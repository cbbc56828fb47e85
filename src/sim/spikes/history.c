/*
 * The history of sent records: two queues in flat arrays, moved to the front when more than half is unused.
 */
#include "sim/spikes/history.h"

#include <string.h>

#include "base/memory.h"
#include "loligo/network.h"

void history_init(history *history, int64_t max_delay)
{
  *history = (struct history){.max_delay = max_delay};
}

void history_free(history *history)
{
  memory_free(history->records);
  memory_free(history->batches);
  *history = (struct history){0};
}

void history_clear(history *history)
{
  history->first_record = history->n_records = 0;
  history->first_batch = history->n_batches = 0;
}

static void drop_arrived(history *history, int64_t step)
{
  while (history->first_batch < history->n_batches) {
    const history_batch *oldest = &history->batches[history->first_batch];
    if (oldest->last_step + history->max_delay > step) return;
    history->first_record += oldest->n;
    history->first_batch++;
  }
}

/* Moves a queue to the front of its array where that is cheap: each item is moved at most once for each one dropped. */
static void close_gap(void *items, size_t item_size, size_t *first, size_t *n)
{
  size_t used = *n - *first;
  if (*first < used) return;
  if (used) memcpy(items, (char *)items + *first * item_size, used * item_size);
  *first = 0;
  *n = used;
}

loligo_status history_add(history *history, const history_batch *batch, const spike_record *records)
{
  drop_arrived(history, batch->last_step);
  if (batch->n == 0) return LOLIGO_OK;
  close_gap(history->records, sizeof *records, &history->first_record, &history->n_records);
  close_gap(history->batches, sizeof *batch, &history->first_batch, &history->n_batches);
  LOLIGO_TRY(memory_grow((void **)&history->records, &history->records_capacity, history->n_records + batch->n,
                         sizeof *records, "spikes on their way"));
  LOLIGO_TRY(memory_grow((void **)&history->batches, &history->batches_capacity, history->n_batches + 1, sizeof *batch,
                         "spikes on their way"));
  memcpy(history->records + history->n_records, records, batch->n * sizeof *records);
  history->n_records += batch->n;
  history->batches[history->n_batches++] = *batch;
  return LOLIGO_OK;
}

size_t history_count(const history *history)
{
  return history->n_records - history->first_record;
}

static loligo_flight flight_of(spike_record record, int64_t first_step, const loligo_network *network)
{
  uint64_t gid = spike_record_gid(record);
  size_t population = loligo_network_population_of(network, gid);
  return (loligo_flight){.step = first_step + spike_record_offset(record),
                         .population = (uint32_t)population,
                         .signal = spike_record_signal(record),
                         .index = gid - network->populations[population].first_gid,
                         .negative = spike_record_is_negative(record)};
}

void history_list(const history *history, const loligo_network *network, loligo_flight *flights)
{
  const spike_record *record = history->records + history->first_record;
  for (size_t b = history->first_batch; b < history->n_batches; b++)
    for (size_t i = 0; i < history->batches[b].n; i++)
      *flights++ = flight_of(*record++, history->batches[b].first_step, network);
}
