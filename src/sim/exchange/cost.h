/**
 * What a method of exchange is expected to cost: seconds of a rank per model second, from the size of the network and
 * of the machine. Only what differs between the methods is counted: spikes that have a target on a rank are looked up
 * there whatever brought them. Not collective, all of it.
 */
#ifndef LOLIGO_SIM_EXCHANGE_COST_H
#define LOLIGO_SIM_EXCHANGE_COST_H

#include "network/description.h"

/** Of a machine. */
typedef struct exchange_costs {
  double collective_ns; /* of a short allgather or reduction, per doubling of the ranks */
  double message_ns;    /* one short message sent and one received */
  double byte_ns;       /* that arrives, beyond the short message */
  double record_ns;     /* packed for one rank and unpacked there */
  double look_up_ns;    /* of a spike that has no target here, where the index of the sources is in the cache */
  double miss_ns;       /* the same where it is in memory */
  double cache_bytes;   /* of the index that stay in the cache */
} exchange_costs;

/** Constants where nothing is known of the machine; their sources stand in cost.c. */
extern const exchange_costs exchange_costs_assumed;

/** Of a network on its ranks. */
typedef struct exchange_load {
  double ranks, cells;
  double rate;      /* Hz, mean over cells */
  double interval;  /* ms, between exchanges */
  double listeners; /* ranks with a target of a cell, mean over cells */
  double partners;  /* ranks that a rank sends to, of the rank with the most */
} exchange_load;

double exchange_seconds_allgather(const exchange_load *load, const exchange_costs *costs);
double exchange_seconds_alltoall(const exchange_load *load, const exchange_costs *costs);
double exchange_seconds_neighbor(const exchange_load *load, const exchange_costs *costs);

/** Ranks with a target of a cell, mean over cells, where the K targets of a cell lie anywhere: P (1 - exp(-K / P)).
 * MACHINE without memory. */
loligo_status exchange_expected_listeners(const loligo_network *network, int ranks, double *listeners);

#endif
