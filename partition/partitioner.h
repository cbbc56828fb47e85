/** A way to split a network. One file, partition/NAME.c, and one line in decomposition.c. */
#ifndef LOLIGO_PARTITION_PARTITIONER_H
#define LOLIGO_PARTITION_PARTITIONER_H

#include "loligo/network.h"
#include "partition/placement.h"

typedef struct partitioner {
  const char *name;
  const char *help; /* one line */

  /**
   * Places the cells of every population; a function of its arguments alone. Not collective.
   *
   * @param placements  [network's populations] zeroed; filled, and freed by the caller after a failure too
   */
  loligo_status (*split)(const loligo_network *network, int ranks, placement *placements);
} partitioner;

extern const partitioner partitioner_block, partitioner_round_robin, partitioner_balanced, partitioner_graph;

#endif
