/**
 * What a method of exchange is expected to cost: seconds of a rank per model second, from the size of the network and
 * of the machine. Only what differs between the methods is counted: spikes that have a target on a rank are looked up
 * there whatever brought them. Not collective, all of it.
 */
#ifndef LOLIGO_SIM_EXCHANGE_COST_H
#define LOLIGO_SIM_EXCHANGE_COST_H

#include "network/description.h"
#include "network/machine.h"

/** Of a network on its ranks. */
typedef struct exchange_load {
  double ranks, cells;
  double rate;      /* Hz, mean over cells */
  double interval;  /* ms, between exchanges */
  double listeners; /* ranks with a target of a cell, mean over cells */
  double partners;  /* ranks that a rank sends to, of the rank with the most */
} exchange_load;

/** Exchanges in a second of model time. */
double exchange_intervals_per_second(const exchange_load *load);

double exchange_seconds_allgather(const exchange_load *load, const machine *machine);
double exchange_seconds_alltoall(const exchange_load *load, const machine *machine);
double exchange_seconds_neighbor(const exchange_load *load, const machine *machine);

/** Steps between exchanges: of the shortest delay, unless that is long or there is none; fewer where spikes of a
 * modulator must be heard sooner. */
int64_t exchange_interval(const loligo_network *network);

/** Expected synapses that the cells of each population send, all together: synapses[populations]. */
void exchange_count_sent(const loligo_network *network, double *synapses);

/** Ranks with a target of a cell, mean over cells, where the K targets of a cell lie anywhere: P (1 - exp(-K / P)). */
double exchange_listeners(const loligo_network *network, int ranks, const double *synapses);

/** Mean over all cells of rates[populations], in Hz; where these are NULL, of what is assumed. */
double exchange_mean_rate(const loligo_network *network, const double *rates);

/**
 * What is known of a network before there are routes.
 *
 * @param synapses  by exchange_count_sent()
 * @param interval  ms between exchanges
 * @param rates     as above
 */
exchange_load exchange_expected(const loligo_network *network, int ranks, const double *synapses, double interval,
                                const double *rates);

#endif
