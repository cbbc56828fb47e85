/** A circuit as populations and projections of a network. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_DESCRIBE_H
#define LOLIGO_IO_SONATA_DESCRIBE_H

#include "io/sonata/description.h"

/**
 * Adds a population of the network for each of nodes: a model with its parameters, or a source of spikes.
 * description_free() also after a failure.
 *
 * @return  INPUT with file, line or row for a parameter that is not known or out of range
 */
loligo_status describe_nodes(description *made);

/** Adds projections for the populations of edges, one for each receptor (onto biophysical cells: located.h), whose
 * edges are still unknown (network/edge_list.h). INPUT. */
loligo_status describe_edges(const description *made);

/** Notes the spikes of virtual nodes, by which a run is known to go on with the same. MACHINE without memory. */
loligo_status describe_note_spikes(const description *made, size_t population, const double *times,
                                   const uint64_t *owners, size_t n);

#endif
