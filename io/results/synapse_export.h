/** The synapses of a simulation, written into a file. */
#ifndef LOLIGO_IO_SYNAPSE_EXPORT_H
#define LOLIGO_IO_SYNAPSE_EXPORT_H

#include "io/model_file/model_file.h"
#include "io/results/provenance.h"
#include "loligo/simulation.h"

/**
 * Writes DIRECTORY/edges.h5 with the projections that the settings name, complete and closed.
 *
 * Collective over the context. MACHINE error.
 */
loligo_status synapse_export(const loligo_context *context, const char *directory, const model_file *file,
                             const provenance *provenance, const loligo_simulation *simulation);

#endif
