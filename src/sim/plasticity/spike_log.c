/*
 * A heap of spikes while the trial lasts; they are sorted by counting at its end.
 */
#include "sim/plasticity/spike_log.h"

#include "base/memory.h"

static const char WHAT[] = "spikes of a trial";

void spike_log_free(spike_log *log)
{
  memory_free(log->row);
  memory_free(log->step);
  memory_free(log->before);
  memory_free(log->newest);
  *log = (spike_log){0};
}

loligo_status spike_log_link(spike_log *log, uint64_t n_rows)
{
  log->newest = memory_allocate(n_rows, sizeof *log->newest, WHAT);
  log->n_rows = n_rows;
  if (log->newest) spike_log_clear(log);
  return log->newest ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void spike_log_clear(spike_log *log)
{
  log->n = 0;
  for (uint64_t r = 0; log->newest && r < log->n_rows; r++) log->newest[r] = SPIKE_LOG_END;
}

/* Links the spike of number i behind those of its row that are later: there is hardly ever one. */
static void link_spike(spike_log *log, size_t i)
{
  uint32_t *link = &log->newest[log->row[i]];
  while (*link != SPIKE_LOG_END && log->step[*link] > log->step[i]) link = &log->before[*link];
  log->before[i] = *link;
  *link = (uint32_t)i;
}

static loligo_status make_room(spike_log *log)
{
  const memory_column columns[] = {{(void **)&log->row, sizeof *log->row},
                                   {(void **)&log->step, sizeof *log->step},
                                   {(void **)&log->before, sizeof *log->before}};
  if (log->newest && log->n >= SPIKE_LOG_END) return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: there are too many", WHAT);
  return memory_grow_columns(columns, log->newest ? 3 : 2, &log->capacity, log->n + 1, WHAT);
}

loligo_status spike_log_add(spike_log *log, uint32_t row, int64_t step)
{
  if (log->n == log->capacity) LOLIGO_TRY(make_room(log));
  log->row[log->n] = row;
  log->step[log->n] = step;
  if (log->newest) link_spike(log, log->n);
  log->n++;
  return LOLIGO_OK;
}

static void count_rows(const spike_log *log, uint64_t n_rows, size_t *first)
{
  for (size_t i = 0; i < log->n; i++) first[log->row[i] + 1]++;
  for (uint64_t r = 0; r < n_rows; r++) first[r + 1] += first[r];
}

/* Each goes before those of its row that are later; they come nearly in order. */
static void place_spikes(const spike_log *log, const size_t *first, size_t *next, int64_t *step)
{
  for (size_t i = 0; i < log->n; i++) {
    const uint32_t row = log->row[i];
    size_t at = first[row] + next[row]++;
    for (; at > first[row] && step[at - 1] > log->step[i]; at--) step[at] = step[at - 1];
    step[at] = log->step[i];
  }
}

loligo_status spike_log_sort(const spike_log *log, uint64_t n_rows, sorted_spikes *sorted)
{
  *sorted = (sorted_spikes){.first = memory_allocate(n_rows + 1, sizeof *sorted->first, WHAT),
                            .step = memory_allocate(log->n, sizeof *sorted->step, WHAT)};
  size_t *next = memory_allocate(n_rows, sizeof *next, WHAT);
  const loligo_status status = sorted->first && sorted->step && next ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) {
    count_rows(log, n_rows, sorted->first);
    place_spikes(log, sorted->first, next, sorted->step);
  }
  memory_free(next);
  return status;
}

void sorted_spikes_free(sorted_spikes *sorted)
{
  memory_free(sorted->first);
  memory_free(sorted->step);
  *sorted = (sorted_spikes){0};
}

void spike_log_drop(spike_log *log, int64_t step)
{
  const size_t n = log->n;
  spike_log_clear(log);
  for (size_t i = 0; i < n; i++) {
    if (log->step[i] <= step) continue;
    log->row[log->n] = log->row[i];
    log->step[log->n] = log->step[i];
    if (log->newest) link_spike(log, log->n);
    log->n++;
  }
}
