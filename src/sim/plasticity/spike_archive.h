/**
 * The spikes of the local cells of a population, as plastic synapses onto them look back at them.
 *
 * Of each cell the last two spikes lie in arrays that a loop over synapses gathers from; older ones lie in a log, as
 * chains from each cell's newest on. The log is kept short by sweeps (visit.h), after which hardly any of it is needed.
 */
#ifndef LOLIGO_SIM_PLASTICITY_SPIKE_ARCHIVE_H
#define LOLIGO_SIM_PLASTICITY_SPIKE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"
#include "model/synapse/synapse_model.h"

/** Stamp of a spike that a cell has not had: longer ago than any trace lasts. */
#define SPIKE_NEVER (-0x1p60)

enum { LAST_SPIKES = 2 };
#define ARCHIVE_END UINT32_MAX

/** A spike that is not one of the last two. */
typedef struct archived_spike {
  double step;     /* stamp */
  double trace;    /* the first trace behind the spike */
  double slow;     /* the second one before it; 0 where there is none */
  uint32_t before; /* number in the log of the cell's spike before it, or ARCHIVE_END */
} archived_spike;

typedef struct spike_archive {
  size_t population;
  synapse_pairing pairing;
  double rate[SYNAPSE_MAX_TRACES]; /* of decay, per step; 0: there is no such trace */
  uint64_t n_cells;                /* local */
  double *step[LAST_SPIKES];       /* [n_cells] stamps, the last spike first */
  double *trace[LAST_SPIKES];      /* [n_cells] */
  double *slow[LAST_SPIKES];       /* [n_cells]; NULL without a second trace */
  uint32_t *older;                 /* [n_cells] number in the log of the newest spike there, or ARCHIVE_END */
  archived_spike *log;             /* [n_log] */
  archived_spike *spare;           /* [capacity] for drop_old() to copy to */
  size_t n_log, capacity;
} spike_archive;

/** Bytes of a cell. */
double spike_archive_bytes_each(bool has_slow);

/** Without spikes. Not collective, like all here; spike_archive_free() also after a failure (MACHINE). */
loligo_status spike_archive_init(spike_archive *archive, size_t population, synapse_pairing pairing, const double *rate,
                                 uint64_t n_cells);
void spike_archive_free(spike_archive *archive);

/** Forgets all spikes. */
void spike_archive_clear(spike_archive *archive);

/** Whether the log has room for a spike of each of n cells. */
static inline bool spike_archive_has_room(const spike_archive *archive, size_t n)
{
  return archive->n_log + n <= archive->capacity;
}

/** Adds a spike of a cell, none of which is later. There is room. A second one at its step is the same one. */
void spike_archive_add(spike_archive *archive, uint64_t cell, int64_t step);

/** Drops spikes from the log that are stamped `needed` or earlier, but for the last such one of each cell; makes room
 * for n spikes. MACHINE without memory. */
loligo_status spike_archive_drop_old(spike_archive *archive, double needed, size_t n);

/** Numbers that a spike is kept as: stamp, first trace, and the second where there is one. */
static inline size_t spike_archive_width(const spike_archive *archive)
{
  return archive->slow[0] ? 3 : 2;
}

/** Spikes of a cell that are stamped later than `needed`, and the last one before, if it is known. */
uint64_t spike_archive_count(const spike_archive *archive, uint64_t cell, double needed);

/** Writes them, the oldest first: numbers[spike_archive_count()][spike_archive_width()]. */
void spike_archive_list(const spike_archive *archive, uint64_t cell, double needed, double *numbers);

/** Adds a spike of a cell as it was written. There is room. */
void spike_archive_put(spike_archive *archive, uint64_t cell, const double *numbers);

#endif
