/** Everything that a run writes into its output directory, behind one handle. */
#ifndef LOLIGO_IO_RECORDERS_H
#define LOLIGO_IO_RECORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/model_file/model_file.h"
#include "io/results/output.h"
#include "io/results/provenance.h"
#include "loligo/context.h"
#include "loligo/simulation.h"

typedef struct recorders recorders;

/**
 * Creates spikes.h5, one NAME.VARIABLE.h5 per recorded variable and edges.h5, each where something is to be recorded,
 * writes the synapses, and attaches an observer and samplers.
 *
 * Collective. Before the first step. The context and the file must outlive the recorders.
 *
 * @return  MACHINE error if a file cannot be written; *out is then NULL and the simulation must not be run
 */
loligo_status recorders_open(const loligo_context *context, const model_file *file, const provenance *provenance,
                             loligo_simulation *simulation, recorders **out);

/**
 * Writes what waits, marks the files complete if `complete`, and closes them; after a failed write it only closes.
 * Collective; before the simulation is destroyed. NULL is allowed.
 */
loligo_status recorders_close(recorders *recorders, bool complete);

/** The i-th warning for the user, one line; NULL behind the last. Not collective, the same on all ranks. */
const char *recorders_warning(const recorders *recorders, size_t i);

#endif
