/** A way to split a network. One file, partition/NAME.c, and one line in registry.c. */
#ifndef LOLIGO_PARTITION_PARTITIONER_H
#define LOLIGO_PARTITION_PARTITIONER_H

#include "base/registry.h"
#include "network/description.h"
#include "partition/cost.h"
#include "partition/placement.h"

typedef struct partitioner {
  const char *name, *summary; /* summary: one line */

  /**
   * Places the cells of every population of the network that the costs are of; a function of its arguments alone. Not
   * collective.
   *
   * @param placements  [network's populations] zeroed; filled, and freed by the caller after a failure too
   */
  loligo_status (*split)(const partition_costs *costs, int ranks, placement *placements);

  bool looks_at_edges; /* that are listed, all of which must be here */
} partitioner;

REGISTRY_OF(partitioner);

#endif
