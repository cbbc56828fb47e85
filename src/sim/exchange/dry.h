/**
 * What stands for an exchange where one rank of many is built and run alone: records of the cells of all other ranks,
 * drawn at given rates or recorded by a run, of those that have a row here. What this rank would send is packed by
 * routes that are drawn too, and dropped. No method of the registry: a model cannot ask for it.
 */
#ifndef LOLIGO_SIM_EXCHANGE_DRY_H
#define LOLIGO_SIM_EXCHANGE_DRY_H

#include "loligo/decomposition.h"
#include "loligo/spike.h"
#include "sim/exchange/exchange.h"

/** A rank of a decomposition that is alone, and what the cells of the others do; arrays are owned elsewhere. */
typedef struct dry_rank {
  int rank, ranks;
  const double *rates;           /* [populations] Hz, at most one spike per step */
  const loligo_flight *recorded; /* [n_recorded] ascending by step, of any cells; NULL: drawn at those rates */
  size_t n_recorded;
} dry_rank;

/** What was done in place of the other ranks. */
typedef struct dry_account {
  uint64_t received;               /* records of other ranks for this one */
  uint64_t sent;                   /* records packed, one for each rank that listens */
  double seconds;                  /* that making up the former took, which no real rank spends */
  double processor_seconds;        /* the same on the clock of timer_processor() */
  double routes_processor_seconds; /* that drawing the routes took, which real ranks ask for instead */
} dry_account;

/**
 * Sets up an exchange for a dry rank. Records are drawn by (seed, population, first step of the interval), so that a
 * cell fires at the same steps whichever rank is built. Other signals than spikes begin and end with each spike. Who
 * listens to a local cell is drawn by the expected number of targets on each rank.
 *
 * Not collective; exchange_free() also after a failure (MACHINE). All that is given must outlive the exchange.
 */
loligo_status dry_init(exchange *exchange, const dry_rank *rank, const loligo_decomposition *decomposition,
                       const cells *cells, const synapses *synapses);

/** Of a dry exchange; NULL for one of a real run. */
const dry_account *dry_account_of(const exchange *exchange);

#endif
