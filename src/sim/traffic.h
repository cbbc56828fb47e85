/**
 * Bytes that go from and to main memory, estimated from the description alone, by what of cells and rows caches hold as
 * the cost model has it, as if one rank had all: the same for any number of ranks. Not collective, all of it.
 */
#ifndef LOLIGO_SIM_TRAFFIC_H
#define LOLIGO_SIM_TRAFFIC_H

#include "loligo/status.h"
#include "network/description.h"
#include "network/machine.h"

/** Bytes of each piece of work, on average over those that find what they need in a cache and those that do not. */
typedef struct traffic {
  double event;         /* of a synapse whose weight stays: it is read */
  double plastic_event; /* of one whose weight changes: it is read and written */
  double *update;       /* [populations] of a cell: what it has is read, state is written, sums are read and cleared */
} traffic;

/** traffic_free() also after a failure: INPUT for weights that no simulation takes; MACHINE without memory. */
loligo_status traffic_init(traffic *traffic, const loligo_network *network, const machine *machine);
void traffic_free(traffic *traffic);

#endif
