/**
 * Edges onto biophysical cells as projections: one for each pair of populations of the network, compartment and
 * receptor. Not collective.
 */
#ifndef LOLIGO_IO_SONATA_LOCATED_H
#define LOLIGO_IO_SONATA_LOCATED_H

#include "io/sonata/description.h"

/** Gives a part the receptors that edges onto its population ask for. INPUT where they are too many. */
loligo_status located_add_receptors(const description *made, size_t part);

/**
 * Reads the edges of a population of them and adds its projections. Places that edges do not have are drawn among those
 * that their types allow, by the length of compartments, the same ones whatever else there is.
 *
 * @return  INPUT with file and row for a place that is not there
 */
loligo_status located_add_edges(const description *made, const circuit_edges *edges);

#endif
