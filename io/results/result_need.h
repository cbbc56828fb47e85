/** What recorders need on a rank of a run that is being planned. Not collective, all of it. */
#ifndef LOLIGO_IO_RESULT_NEED_H
#define LOLIGO_IO_RESULT_NEED_H

#include <stddef.h>
#include <stdint.h>

#include "network/description.h"
#include "network/selection.h"

/** The rank. */
typedef struct result_rank {
  const loligo_network *network;
  const double *rates; /* [populations] Hz; NULL: MACHINE_RATE */
  int ranks;
  const double *cells; /* [populations] that it is expected to have */
  int64_t steps;       /* for which at most anything waits to be written */
} result_rank;

/** Bytes that a result is expected to take on it. */
typedef struct result_need {
  double kept;    /* while its file grows, with what waits */
  double passing; /* for a while, where it is written once */
} result_need;

/** The part of a population's cells that it has. */
static inline double result_rank_part(const result_rank *rank, size_t population)
{
  const double size = (double)rank->network->populations[population].size;
  return size > 0 ? rank->cells[population] / size : 0;
}

/** The selected cells that it has, on average. */
static inline double result_rank_cells(const result_rank *rank, const loligo_selection *cells)
{
  return (double)selection_count(cells) * result_rank_part(rank, cells->population);
}

#endif
