/** A circuit as populations and projections of a network. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_DESCRIBE_H
#define LOLIGO_IO_SONATA_DESCRIBE_H

#include "io/sonata/cells.h"
#include "io/sonata/circuit.h"
#include "io/yaml/yaml_tree.h"

/** Of what a circuit becomes. */
typedef struct description {
  model_reader *reader;
  sonata_circuit *circuit;
  tree_mark place; /* of messages that only come when it is built */
  cell_setting setting;
  size_t *ids;        /* [circuit->parts.n] populations of the network, owned */
  cell_shape *shapes; /* [circuit->parts.n] of biophysical cells; owned */
} description;

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

/** Puts file and population before the message of an INPUT error. */
loligo_status describe_blame(const char *path, const char *name, loligo_status status);

void description_free(description *made);

#endif
