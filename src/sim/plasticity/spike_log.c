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
  *log = (spike_log){0};
}

loligo_status spike_log_add(spike_log *log, uint32_t row, int64_t step)
{
  const memory_column columns[] = {{(void **)&log->row, sizeof *log->row}, {(void **)&log->step, sizeof *log->step}};
  if (log->n == log->capacity) LOLIGO_TRY(memory_grow_columns(columns, 2, &log->capacity, log->n + 1, WHAT));
  log->row[log->n] = row;
  log->step[log->n++] = step;
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
  size_t n = 0;
  for (size_t i = 0; i < log->n; i++) {
    if (log->step[i] <= step) continue;
    log->row[n] = log->row[i];
    log->step[n++] = log->step[i];
  }
  log->n = n;
}
