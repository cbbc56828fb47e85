/** What a simulation will need, from the description alone. */
#ifndef LOLIGO_SIM_ESTIMATE_H
#define LOLIGO_SIM_ESTIMATE_H

#include "loligo/network.h"
#include "loligo/status.h"

typedef struct estimate {
  double synapses;      /* expected number */
  double cell_bytes;    /* states, parameters, input sums, over all ranks */
  double synapse_bytes; /* over all ranks; segments assume that a row is spread over all ranks */
} estimate;

/** Not collective. */
loligo_status estimate_network(const loligo_network *network, int ranks, estimate *estimate);

#endif
