/*
 * A decomposition is one placement per population, made by a partitioner of the registry.
 */
#include "partition/decomposition.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "network/edge_list.h"
#include "partition/partitioner.h"

struct loligo_decomposition {
  size_t n_populations;
  placement *placements; /* [n_populations] */
};

/* Of lists that are too long for one process to look at all edges (io/model_file). */
static loligo_status check_edges(const partitioner *partitioner, const loligo_network *network)
{
  for (size_t i = 0; partitioner->looks_at_edges && i < network->n_projections; i++) {
    const edge_list *list = network->projections[i].list;
    if (list && !list->is_here)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s looks at all edges, of which '%s' has %llu, too many here",
                         partitioner->name, network->projections[i].name, (unsigned long long)list->n);
  }
  return LOLIGO_OK;
}

loligo_status decomposition_create(const partition_costs *costs, const char *name, int ranks,
                                   loligo_decomposition **decomposition)
{
  const loligo_network *network = costs->network;
  assert(ranks >= 1);
  const partitioner *partitioner = partitioner_find(name);
  if (!partitioner) return registry_unknown(&partitioner_registry, name);
  LOLIGO_TRY(check_edges(partitioner, network));
  loligo_decomposition *d = memory_allocate(1, sizeof *d, "decomposition");
  if (!d) return LOLIGO_MACHINE_ERROR;
  d->placements = memory_allocate(network->n_populations, sizeof *d->placements, "decomposition");
  d->n_populations = d->placements ? network->n_populations : 0;
  loligo_status status = d->placements ? partitioner->split(costs, ranks, d->placements) : LOLIGO_MACHINE_ERROR;
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

/** Loads while they are put down as steps: what a rank bears more than the rank before it. */
typedef struct load_steps {
  decomposition_load *loads; /* [ranks] */
  uint64_t ranks;
  double synapses;      /* of a cell of the population in hand */
  partition_share cost; /* likewise */
} load_steps;

static void add_cost(partition_share *sum, double n, partition_share each)
{
  sum->seconds += n * each.seconds;
  sum->bytes += n * each.bytes;
}

static void add_step(const load_steps *steps, uint64_t rank, uint64_t cells, double sign)
{
  if (rank == steps->ranks) return;
  decomposition_load *load = &steps->loads[rank];
  load->cells += sign > 0 ? cells : -cells;
  load->synapses += sign * steps->synapses * (double)cells;
  add_cost(&load->cost, sign * (double)cells, steps->cost);
}

static void add_run(void *self, uint64_t first, uint64_t end, uint64_t each)
{
  if (first == end || each == 0) return;
  add_step(self, first, each, 1);
  add_step(self, end, each, -1);
}

static void sum_steps(const load_steps *steps)
{
  decomposition_load sum = {0};
  for (uint64_t r = 0; r < steps->ranks; r++) {
    decomposition_load *load = &steps->loads[r];
    sum.cells += load->cells;
    sum.synapses += load->synapses;
    add_cost(&sum.cost, 1, load->cost);
    *load =
        (decomposition_load){sum.cells, fmax(sum.synapses, 0), {fmax(sum.cost.seconds, 0), fmax(sum.cost.bytes, 0)}};
  }
}

static void add_edges(partition_share each, const placement *placement, const loligo_projection *projection,
                      decomposition_load *loads)
{
  const edge_list *list = projection->list;
  for (uint64_t i = 0; list && i < list->n_targets; i++) {
    decomposition_load *load = &loads[placement_rank(placement, i)];
    load->synapses += list->in_degree[i];
    add_cost(&load->cost, list->in_degree[i], each);
  }
}

void decomposition_loads(const partition_costs *costs, const loligo_decomposition *d, int ranks,
                         decomposition_load *loads)
{
  const loligo_network *network = costs->network;
  load_steps steps = {.loads = loads, .ranks = (uint64_t)ranks};
  memset(loads, 0, (size_t)ranks * sizeof *loads);
  for (size_t i = 0; i < network->n_populations; i++) {
    assert(d->placements[i].ranks == (uint64_t)ranks);
    steps.synapses = cost_in_degree(costs, i);
    steps.cost = costs->of[i].cell;
    placement_runs(&d->placements[i], add_run, &steps);
  }
  sum_steps(&steps);
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    add_edges(costs->of[projection->target].synapse, &d->placements[projection->target], projection, loads);
  }
}
