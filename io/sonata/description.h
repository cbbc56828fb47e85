/** A circuit on its way into a network. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_DESCRIPTION_H
#define LOLIGO_IO_SONATA_DESCRIPTION_H

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

void description_free(description *made);

/** Puts file and population before the message of an INPUT error. */
loligo_status description_blame(const char *path, const char *name, loligo_status status);

#endif
