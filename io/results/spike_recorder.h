/** spikes.h5: the spikes of selected cells, sorted by time and then by cell (SONATA). */
#ifndef LOLIGO_IO_SPIKE_RECORDER_H
#define LOLIGO_IO_SPIKE_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/results/provenance.h"
#include "io/results/result_need.h"
#include "loligo/context.h"
#include "loligo/network.h"
#include "loligo/simulation.h"
#include "network/selection.h"

#define SPIKE_RECORDER_FILE "spikes.h5"

/** Whose spikes are written. */
typedef struct spike_recording {
  selections cells; /* by ascending population; owned */
  int64_t duration; /* steps, about: for the size of chunks */
} spike_recording;

/** What a recording takes on a rank. */
result_need spike_recording_need(const spike_recording *recording, const result_rank *rank);

typedef struct spike_recorder spike_recorder;

/**
 * Creates DIRECTORY/spikes.h5 with a group for each population that occurs in the selections.
 *
 * Collective over the context, which, like the network, must outlive the recorder. There must be selections, which the
 * recorder refers to.
 *
 * @return  MACHINE error if the file cannot be written; *out is then NULL
 */
loligo_status spike_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                  const spike_recording *recording, const provenance *provenance, spike_recorder **out);

/**
 * Keeps the spikes of selected cells until the next flush. Not collective. MACHINE error without memory.
 *
 * @param spikes  [n] of local cells; not before any step that was flushed
 */
loligo_status spike_recorder_add(spike_recorder *recorder, const loligo_spike *spikes, size_t n);

/** Bytes that wait on this rank. Not collective. */
uint64_t spike_recorder_waiting(const spike_recorder *recorder);

/** Appends what waits on all ranks, and publishes it (io/hdf5/h5_file.h) where the file stays open. Collective. MACHINE
 * error. */
loligo_status spike_recorder_flush(spike_recorder *recorder, bool stays_open);

/**
 * Appends the spikes of another file of a recorder of the same selections, none of them before those that are there.
 * Collective. MACHINE error.
 */
loligo_status spike_recorder_append(spike_recorder *recorder, const char *path);

/** Spikes in the file. Not collective, the same on all ranks. */
uint64_t spike_recorder_written(const spike_recorder *recorder);

/** Closes the file, marked complete if `complete`; does not flush. Collective, also after an error. NULL is allowed. */
loligo_status spike_recorder_close(spike_recorder *recorder, bool complete);

#endif
