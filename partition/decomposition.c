/*
 * A decomposition is one placement per population, made by a partitioner of the registry.
 */
#include "loligo/decomposition.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "network/rule/rule.h"
#include "partition/cost.h"
#include "partition/partitioner.h"

struct loligo_decomposition {
  size_t n_populations;
  placement *placements; /* [n_populations] */
};

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
  assert(ranks >= 1);
  const partitioner *partitioner = partitioner_find(name);
  if (!partitioner) return registry_unknown(&partitioner_registry, name);
  loligo_decomposition *d = memory_allocate(1, sizeof *d, "decomposition");
  if (!d) return LOLIGO_MACHINE_ERROR;
  d->placements = memory_allocate(network->n_populations, sizeof *d->placements, "decomposition");
  d->n_populations = d->placements ? network->n_populations : 0;
  loligo_status status = d->placements ? partitioner->split(network, ranks, d->placements) : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK)
    *decomposition = d;
  else
    loligo_decomposition_destroy(d);
  return status;
}

void loligo_decomposition_destroy(loligo_decomposition *d)
{
  if (!d) return;
  for (size_t i = 0; i < d->n_populations; i++) placement_free(&d->placements[i]);
  memory_free(d->placements);
  memory_free(d);
}

int loligo_decomposition_rank(const loligo_decomposition *d, size_t population, uint64_t index)
{
  assert(population < d->n_populations);
  return placement_rank(&d->placements[population], index);
}

uint64_t loligo_decomposition_count(const loligo_decomposition *d, size_t population, int rank)
{
  assert(population < d->n_populations);
  return placement_count(&d->placements[population], rank);
}

void loligo_decomposition_cells(const loligo_decomposition *d, size_t population, int rank, uint64_t *out)
{
  assert(population < d->n_populations);
  placement_cells(&d->placements[population], rank, out);
}

static void add_cells(const placement *placement, double cost, loligo_load *loads)
{
  for (uint64_t r = 0; r < placement->ranks; r++) {
    uint64_t count = placement_count(placement, (int)r);
    loads[r].cells += count;
    loads[r].cost += cost * (double)count;
  }
}

static void add_synapses(const loligo_network *network, const placement *placement, const loligo_projection *projection,
                         loligo_load *loads)
{
  for (uint64_t e = 0; e < projection->n_edges; e++) {
    loligo_load *load = &loads[placement_rank(placement, projection->edges[e].target)];
    load->synapses += 1;
    load->cost += cost_of_synapse(network);
  }
  if (projection->rule->lists_edges || placement->size == 0) return;
  double in_degree = cost_synapses(network, projection) / (double)placement->size;
  for (uint64_t r = 0; r < placement->ranks; r++)
    loads[r].synapses += in_degree * (double)placement_count(placement, (int)r);
}

loligo_status loligo_decomposition_loads(const loligo_network *network, const loligo_decomposition *d, int ranks,
                                         loligo_load *loads)
{
  cost_model costs;
  memset(loads, 0, (size_t)ranks * sizeof *loads);
  loligo_status status = cost_model_init(&costs, network);
  for (size_t i = 0; i < network->n_populations && status == LOLIGO_OK; i++) {
    assert(d->placements[i].ranks == (uint64_t)ranks);
    add_cells(&d->placements[i], cost_of_cell(&costs, i), loads);
  }
  cost_model_free(&costs);
  LOLIGO_TRY(status);
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    add_synapses(network, &d->placements[projection->target], projection, loads);
  }
  return LOLIGO_OK;
}
