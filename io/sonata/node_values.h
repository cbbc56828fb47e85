/** What the cells of a population begin with, and have as parameters. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_NODE_VALUES_H
#define LOLIGO_IO_SONATA_NODE_VALUES_H

#include "io/sonata/circuit.h"
#include "loligo/model.h"
#include "loligo/network.h"

typedef struct node_values {
  sonata_circuit *circuit;
  const node_population *nodes;
  const sonata_template *template;
  const loligo_model *model;
  uint32_t receptors[2]; /* exc and inh, by receptor_type; 0: not named */
  double v_init;         /* mV; NAN: as the template says */
  double *of_type;       /* [types][values] NAN: not given; owned */
  double **own;          /* [values][nodes] of single nodes, where they have any; NAN: not given; owned */
} node_values;

/**
 * Reads the values of the nodes' types, and those of their own, which go before.
 *
 * @param values  the first six members are set; node_values_free() also after a failure
 * @return        INPUT with file and line or row
 */
loligo_status node_values_read(node_values *values);

/** Gives them to a population of the network. INPUT for what is out of range. */
loligo_status node_values_set(const node_values *values, loligo_network *network, size_t population);

/** Hash of all of them. */
uint64_t node_values_digest(const node_values *values);

void node_values_free(node_values *values);

#endif
