/*
 * block: global ids in order, one part per rank, of equal numbers but for one cell.
 */
#include "partition/partitioner.h"

static loligo_status split(const partition_costs *costs, int ranks, placement *placements)
{
  const loligo_network *network = costs->network;
  for (size_t i = 0; i < network->n_populations; i++) {
    const loligo_population *p = &network->populations[i];
    placements[i] = placement_even(p->size, ranks, network->n_cells, p->first_gid, 0);
  }
  return LOLIGO_OK;
}

const partitioner partitioner_block = {
    .name = "block", .summary = "contiguous global ids in equal numbers", .split = split};
