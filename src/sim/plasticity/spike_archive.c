/*
 * Chains through a log that only ever grows at its end, until it is copied without what is no longer needed.
 */
#include "sim/plasticity/spike_archive.h"

#include "base/memory.h"
#include "base/vector.h"

enum { LOG_EACH = 4, LOG_LEAST = 256 };

double spike_archive_bytes_each(bool has_slow)
{
  const size_t last = (size_t)LAST_SPIKES * (has_slow ? 3 : 2) * sizeof(double);
  return (double)(last + sizeof(uint32_t) + (size_t)2 * LOG_EACH * sizeof(archived_spike));
}

static loligo_status reserve_log(spike_archive *archive, size_t n)
{
  const memory_column columns[] = {{(void **)&archive->log, sizeof *archive->log},
                                   {(void **)&archive->spare, sizeof *archive->spare}};
  return memory_grow_columns(columns, 2, &archive->capacity, n, "spikes for plasticity");
}

static loligo_status make_column(double **column, uint64_t n)
{
  *column = memory_allocate(n, sizeof **column, "spikes for plasticity");
  return *column ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

loligo_status spike_archive_init(spike_archive *archive, size_t population, synapse_pairing pairing, const double *rate,
                                 uint64_t n_cells)
{
  *archive =
      (spike_archive){.population = population, .pairing = pairing, .rate = {rate[0], rate[1]}, .n_cells = n_cells};
  for (int k = 0; k < LAST_SPIKES; k++) {
    LOLIGO_TRY(make_column(&archive->step[k], n_cells));
    LOLIGO_TRY(make_column(&archive->trace[k], n_cells));
    if (rate[1] > 0) LOLIGO_TRY(make_column(&archive->slow[k], n_cells));
  }
  archive->older = memory_allocate(n_cells, sizeof *archive->older, "spikes for plasticity");
  if (!archive->older) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(reserve_log(archive, LOG_EACH * n_cells + LOG_LEAST));
  spike_archive_clear(archive);
  return LOLIGO_OK;
}

void spike_archive_free(spike_archive *archive)
{
  for (int k = 0; k < LAST_SPIKES; k++) {
    memory_free(archive->step[k]);
    memory_free(archive->trace[k]);
    memory_free(archive->slow[k]);
  }
  memory_free(archive->older);
  memory_free(archive->log);
  memory_free(archive->spare);
  *archive = (spike_archive){0};
}

void spike_archive_clear(spike_archive *archive)
{
  archive->n_log = 0;
  for (uint64_t cell = 0; cell < archive->n_cells; cell++) {
    archive->older[cell] = ARCHIVE_END;
    for (int k = 0; k < LAST_SPIKES; k++) {
      archive->step[k][cell] = SPIKE_NEVER;
      archive->trace[k][cell] = 0;
      if (archive->slow[k]) archive->slow[k][cell] = 0;
    }
  }
}

static void move_to_log(spike_archive *archive, uint64_t cell)
{
  if (archive->step[1][cell] == SPIKE_NEVER) return;
  archive->log[archive->n_log] = (archived_spike){.step = archive->step[1][cell],
                                                  .trace = archive->trace[1][cell],
                                                  .slow = archive->slow[1] ? archive->slow[1][cell] : 0,
                                                  .before = archive->older[cell]};
  archive->older[cell] = (uint32_t)archive->n_log++;
}

/* A spike becomes the last one of a cell. */
static void push(spike_archive *archive, uint64_t cell, const archived_spike *spike)
{
  move_to_log(archive, cell);
  archive->step[1][cell] = archive->step[0][cell];
  archive->trace[1][cell] = archive->trace[0][cell];
  archive->step[0][cell] = spike->step;
  archive->trace[0][cell] = spike->trace;
  if (!archive->slow[0]) return;
  archive->slow[1][cell] = archive->slow[0][cell];
  archive->slow[0][cell] = spike->slow;
}

static double decayed(const spike_archive *archive, uint64_t cell, int k, double trace, double step)
{
  return trace * vector_exp(-(step - archive->step[0][cell]) * archive->rate[k]);
}

void spike_archive_add(spike_archive *archive, uint64_t cell, int64_t at)
{
  const double step = (double)at;
  if (archive->step[0][cell] == step) return;
  const bool is_first = archive->step[0][cell] == SPIKE_NEVER;
  const double trace = is_first ? 0 : decayed(archive, cell, 0, archive->trace[0][cell], step);
  double slow = 0;
  if (!is_first && archive->slow[0])
    slow = decayed(archive, cell, 1, synapse_trace_behind(archive->pairing, archive->slow[0][cell], 1), step);
  push(archive, cell,
       &(archived_spike){.step = step, .trace = synapse_trace_behind(archive->pairing, trace, 1), .slow = slow});
}

/* Copies what is needed of a cell's chain to the spare log, the newest first; `known`: a spike that is needed no longer
 * than the next one of the chain. */
static void copy_chain(spike_archive *archive, uint64_t cell, double needed, size_t *n)
{
  double known = archive->step[1][cell];
  uint32_t *link = &archive->older[cell], from = *link;
  *link = ARCHIVE_END;
  for (; from != ARCHIVE_END && known > needed; from = archive->log[from].before) {
    archived_spike *copy = &archive->spare[*n];
    *copy = archive->log[from];
    copy->before = ARCHIVE_END;
    *link = (uint32_t)(*n)++;
    link = &copy->before;
    known = copy->step;
  }
}

loligo_status spike_archive_drop_old(spike_archive *archive, double needed, size_t n)
{
  size_t n_kept = 0;
  for (uint64_t cell = 0; cell < archive->n_cells; cell++) copy_chain(archive, cell, needed, &n_kept);
  archived_spike *log = archive->log;
  archive->log = archive->spare;
  archive->spare = log;
  archive->n_log = n_kept;
  return reserve_log(archive, 2 * n_kept + n < archive->capacity ? archive->capacity : 2 * n_kept + n);
}

/* -- as a checkpoint keeps it -- */

/* The k-th spike of a cell from its end; `link` is the one in the log behind the last two, and moves on. False: there
 * is none. */
static bool spike_back(const spike_archive *archive, uint64_t cell, uint64_t k, uint32_t *link, archived_spike *spike)
{
  if (k < LAST_SPIKES) {
    const double slow = archive->slow[k] ? archive->slow[k][cell] : 0;
    *spike = (archived_spike){.step = archive->step[k][cell], .trace = archive->trace[k][cell], .slow = slow};
    return spike->step != SPIKE_NEVER;
  }
  if (*link == ARCHIVE_END) return false;
  *spike = archive->log[*link];
  *link = spike->before;
  return true;
}

uint64_t spike_archive_count(const spike_archive *archive, uint64_t cell, double needed)
{
  archived_spike spike;
  uint32_t link = archive->older[cell];
  uint64_t n = 0;
  while (spike_back(archive, cell, n, &link, &spike)) {
    n++;
    if (spike.step <= needed) break;
  }
  return n;
}

void spike_archive_list(const spike_archive *archive, uint64_t cell, double needed, double *numbers)
{
  const uint64_t n = spike_archive_count(archive, cell, needed);
  const size_t width = spike_archive_width(archive);
  archived_spike spike;
  uint32_t link = archive->older[cell];
  for (uint64_t k = 0; k < n && spike_back(archive, cell, k, &link, &spike); k++) {
    double *at = numbers + (n - 1 - k) * width;
    at[0] = spike.step;
    at[1] = spike.trace;
    if (width > 2) at[2] = spike.slow;
  }
}

void spike_archive_put(spike_archive *archive, uint64_t cell, const double *numbers)
{
  const double slow = archive->slow[0] ? numbers[2] : 0;
  push(archive, cell, &(archived_spike){.step = numbers[0], .trace = numbers[1], .slow = slow});
}
