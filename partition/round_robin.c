/*
 * round_robin: cells are dealt out in the order of their global ids.
 */
#include "partition/partitioner.h"

static loligo_status split(const partition_costs *costs, int ranks, placement *placements)
{
  const loligo_network *network = costs->network;
  for (size_t i = 0; i < network->n_populations; i++) {
    const loligo_population *p = &network->populations[i];
    placements[i] = placement_cyclic(p->size, ranks, p->first_gid);
  }
  return LOLIGO_OK;
}

const partitioner partitioner_round_robin = {
    .name = "round_robin", .summary = "global id modulo ranks", .split = split};
