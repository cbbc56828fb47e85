/** Spike trains of single cells on their way to the ranks of these cells. */
#ifndef LOLIGO_PARTITION_TRAINS_H
#define LOLIGO_PARTITION_TRAINS_H

#include "loligo/selection.h"
#include "partition/deal.h"

/** The trains of a population of sources, or of an input. */
typedef struct cell_trains {
  double **times;    /* [*n] ms, ascending; replaced */
  uint64_t **owners; /* [*n] cell of each; NULL: all cells have all, which every rank keeps */
  size_t *n;
} cell_trains;

/**
 * Gives each rank those of its cells, in pieces, from rank 0; others that are here are freed.
 *
 * Collective, and all ranks know whether there are owners. MACHINE.
 */
loligo_status trains_spread(const deal_way *way, const cell_trains *trains);

#endif
