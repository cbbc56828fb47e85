/*
 * Costs of cells and populations, from those of a table.
 */
#include "partition/cost.h"

#include <math.h>

#include "base/memory.h"
#include "model/synapse/synapse_model.h"
#include "network/edge_list.h"
#include "network/rule/rule.h"

double cost_synapses(const loligo_network *network, const loligo_projection *projection)
{
  rule_context context = rule_context_of(network, projection);
  if (!synapse_model_sends(projection->synapse)) return 0;
  return projection->rule->expected(&context);
}

loligo_status partition_costs_init(partition_costs *costs, const loligo_network *network)
{
  const size_t n = network->n_projections;
  *costs = (partition_costs){.network = network};
  costs->of = memory_allocate(network->n_populations, sizeof *costs->of, "decomposition");
  size_t *target = memory_allocate(n, sizeof *target, "decomposition");
  loligo_status status = costs->of && target ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; status == LOLIGO_OK && i < n; i++) target[i] = network->projections[i].target;
  if (status == LOLIGO_OK) status = grouping_init(&costs->onto, n, target, network->n_populations, "decomposition");
  memory_free(target);
  return status;
}

void partition_costs_free(partition_costs *costs)
{
  grouping_free(&costs->onto);
  memory_free(costs->of);
  *costs = (partition_costs){0};
}

static size_t count_onto(const partition_costs *costs, size_t population)
{
  return costs->onto.first[population + 1] - costs->onto.first[population];
}

static const loligo_projection *projection_onto(const partition_costs *costs, size_t population, size_t i)
{
  return &costs->network->projections[costs->onto.item[costs->onto.first[population] + i]];
}

double cost_in_degree(const partition_costs *costs, size_t population)
{
  const uint64_t size = costs->network->populations[population].size;
  double synapses = 0;
  for (size_t i = 0; i < count_onto(costs, population); i++) {
    const loligo_projection *projection = projection_onto(costs, population, i);
    if (!projection->rule->lists_edges) synapses += cost_synapses(costs->network, projection);
  }
  return size ? synapses / (double)size : 0;
}

partition_share cost_of_population(const partition_costs *costs, size_t population)
{
  const partition_cost *cost = &costs->of[population];
  const double cells = (double)costs->network->populations[population].size;
  const double listed = (double)cost_listed_synapses(costs, population);
  return (partition_share){cells * cost->cell.seconds + listed * cost->synapse.seconds,
                           cells * cost->cell.bytes + listed * cost->synapse.bytes};
}

partition_share cost_of_all(const partition_costs *costs)
{
  partition_share all = {0, 0};
  for (size_t p = 0; p < costs->network->n_populations; p++) {
    const partition_share share = cost_of_population(costs, p);
    all.seconds += share.seconds;
    all.bytes += share.bytes;
  }
  return all;
}

static double part_of(double some, double all)
{
  return all > 0 ? some / all : 0;
}

double cost_burden(partition_share share, partition_share all)
{
  return fmax(part_of(share.seconds, all.seconds), part_of(share.bytes, all.bytes));
}

static uint64_t listed_onto(const partition_costs *costs, size_t population, size_t i)
{
  const edge_list *list = projection_onto(costs, population, i)->list;
  return list ? list->n : 0;
}

uint64_t cost_listed_synapses(const partition_costs *costs, size_t population)
{
  uint64_t n = 0;
  for (size_t i = 0; i < count_onto(costs, population); i++) n += listed_onto(costs, population, i);
  return n;
}

uint64_t cost_listed_onto(const partition_costs *costs, size_t population, uint64_t index)
{
  uint64_t n = 0;
  for (size_t i = 0; i < count_onto(costs, population); i++) {
    const edge_list *list = projection_onto(costs, population, i)->list;
    if (list) n += list->in_degree[index];
  }
  return n;
}
