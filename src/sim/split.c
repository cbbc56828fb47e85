/*
 * Splitting as the installed library offers it: with costs of a machine of which nothing is known.
 */
#include "loligo/partition.h"

#include "base/memory.h"
#include "partition/decomposition.h"
#include "partition/partitioner.h"
#include "sim/cost_time.h"

const char *loligo_partitioner_name(size_t i)
{
  const partitioner *partitioner = partitioner_at(i);
  return partitioner ? partitioner->name : NULL;
}

const char *loligo_partitioner_help(size_t i)
{
  const partitioner *partitioner = partitioner_at(i);
  return partitioner ? partitioner->summary : NULL;
}

loligo_status loligo_decomposition_create(const loligo_network *network, const char *name, int ranks,
                                          loligo_decomposition **decomposition)
{
  partition_costs costs;
  loligo_status status = cost_of_cells(network, &cost_setting_assumed, ranks, &costs);
  if (status == LOLIGO_OK) status = decomposition_create(&costs, name, ranks, decomposition);
  partition_costs_free(&costs);
  return status;
}

static void tell(const decomposition_load *from, int ranks, loligo_load *loads)
{
  for (int r = 0; r < ranks; r++)
    loads[r] = (loligo_load){from[r].cells, from[r].synapses, from[r].cost.seconds, from[r].cost.bytes};
}

loligo_status loligo_decomposition_loads(const loligo_network *network, const loligo_decomposition *decomposition,
                                         int ranks, loligo_load *loads)
{
  partition_costs costs;
  loligo_status status = cost_of_cells(network, &cost_setting_assumed, ranks, &costs);
  decomposition_load *found = memory_allocate((size_t)ranks, sizeof *found, "loads");
  if (!found) status = LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) {
    decomposition_loads(&costs, decomposition, ranks, found);
    tell(found, ranks, loads);
  }
  memory_free(found);
  partition_costs_free(&costs);
  return status;
}
