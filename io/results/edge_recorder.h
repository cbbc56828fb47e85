/** edges.h5: the synapses that were built (SONATA), for networks that fit a file. */
#ifndef LOLIGO_IO_EDGE_RECORDER_H
#define LOLIGO_IO_EDGE_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/results/provenance.h"
#include "io/results/result_need.h"
#include "loligo/context.h"
#include "loligo/network.h"
#include "loligo/simulation.h"

#define EDGE_RECORDER_FILE "edges.h5"

/** Whose synapses are written. */
typedef struct projection_selection {
  size_t *projections; /* [n] numbers; owned */
  size_t n;
} projection_selection;

/** What writing the synapses of one takes on a rank, their list included. */
result_need edge_recorder_need(size_t projection, const result_rank *rank);

typedef struct edge_recorder edge_recorder;

/**
 * Creates DIRECTORY/edges.h5 with a group SOURCE_to_TARGET_NAME for each of the projections.
 *
 * Collective over the context, which, like the network, must outlive the recorder.
 *
 * @param projections  [n] numbers of projections
 * @return             MACHINE error if the file cannot be written; *out is then NULL
 */
loligo_status edge_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                 const size_t *projections, size_t n, const provenance *provenance,
                                 edge_recorder **out);

/**
 * Writes all synapses of one projection, sorted by target, source, delay and weight: the same for any number of ranks.
 *
 * Collective. MACHINE error.
 *
 * @param synapses  [n] of this rank, any order, from memory_allocate() or memory_grow(); owned by the recorder from now
 * on
 */
loligo_status edge_recorder_write(edge_recorder *recorder, size_t projection, loligo_synapse *synapses, size_t n);

/** Closes the file, marked complete if `complete`. Collective, also after an error. NULL is allowed. */
loligo_status edge_recorder_close(edge_recorder *recorder, bool complete);

#endif
