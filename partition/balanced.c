/*
 * balanced: every population is cut into one contiguous part per rank, so that all ranks bear nearly the same cost.
 *
 * Where all cells of a population cost the same, parts have equal numbers but for one cell. These surplus cells are
 * dealt out over the populations in descending order of cost, each population going on at the rank where the last one
 * ended: then no two ranks differ by more than the cost of one cell. Populations whose cells differ by explicit
 * synapses follow; each is cut by cost, with more for the ranks that bear less so far.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "partition/cost.h"
#include "partition/partitioner.h"

/** A population in the order in which it is placed. */
typedef struct item {
  size_t population;
  double cost; /* of a cell without explicit synapses */
  bool uniform;
} item;

typedef struct balance {
  const loligo_network *network;
  cost_model costs;
  int ranks;
  placement *placements;
  uint64_t lucky; /* rank that gets the next surplus cell */
  double *load;   /* [ranks] so far */
  double *quota;  /* [ranks] of the population in hand */
} balance;

/* Uniform ones first, then by descending cost. */
static int compare(const void *a, const void *b)
{
  const item *x = a, *y = b;
  if (x->uniform != y->uniform) return x->uniform ? -1 : 1;
  if (x->cost != y->cost) return x->cost > y->cost ? -1 : 1;
  return (x->population > y->population) - (x->population < y->population);
}

static void sort_items(const balance *b, item *items)
{
  for (size_t i = 0; i < b->network->n_populations; i++)
    items[i] = (item){i, cost_of_cell(&b->costs, i), cost_listed_synapses(&b->costs, i) == 0};
  qsort(items, b->network->n_populations, sizeof *items, compare);
}

static void place_uniform(balance *b, const item *item)
{
  uint64_t size = b->network->populations[item->population].size;
  placement *placement = &b->placements[item->population];
  *placement = placement_even(size, b->ranks, size, 0, b->lucky);
  b->lucky = (b->lucky + size) % (uint64_t)b->ranks;
  for (int r = 0; r < b->ranks; r++) b->load[r] += item->cost * (double)placement_count(placement, r);
}

/* What each rank may take of `total`, so that all bear the same if that can be. */
static void share_out(balance *b, double total)
{
  double mean = total / b->ranks, sum = 0;
  for (int r = 0; r < b->ranks; r++) mean += b->load[r] / b->ranks;
  for (int r = 0; r < b->ranks; r++) {
    b->quota[r] = b->load[r] < mean ? mean - b->load[r] : 0;
    sum += b->quota[r];
  }
  for (int r = 0; r < b->ranks; r++) b->quota[r] *= total / sum;
}

/* Gives each cell to the rank in whose quota the middle of its cost lies. */
static void cut(balance *b, const item *item, cost_walk *walk)
{
  placement *placement = &b->placements[item->population];
  double before = 0, quota_end = b->quota[0];
  int rank = 0;
  for (uint64_t i = 0; i < placement->size; i++) {
    double cost = item->cost + (double)cost_walk_synapses(walk, i) * cost_of_synapse(b->network);
    while (rank + 1 < b->ranks && before + 0.5 * cost > quota_end) quota_end += b->quota[++rank];
    placement_append(placement, i, rank);
    b->load[rank] += cost;
    before += cost;
  }
}

static loligo_status place_by_cost(balance *b, const item *item)
{
  uint64_t size = b->network->populations[item->population].size;
  LOLIGO_TRY(placement_ranges(&b->placements[item->population], size, b->ranks, (size_t)b->ranks));
  share_out(b, cost_of_population(&b->costs, item->population));
  cost_walk walk;
  loligo_status status = cost_walk_init(&walk, &b->costs, item->population);
  if (status == LOLIGO_OK) cut(b, item, &walk);
  cost_walk_free(&walk);
  return status;
}

static loligo_status place_all(balance *b, const item *items)
{
  for (size_t i = 0; i < b->network->n_populations; i++) {
    if (items[i].uniform)
      place_uniform(b, &items[i]);
    else
      LOLIGO_TRY(place_by_cost(b, &items[i]));
  }
  return LOLIGO_OK;
}

static loligo_status split(const loligo_network *network, int ranks, placement *placements)
{
  balance b = {.network = network, .ranks = ranks, .placements = placements};
  item *items = memory_allocate(network->n_populations, sizeof *items, "decomposition");
  b.load = memory_allocate((size_t)ranks, sizeof *b.load, "decomposition");
  b.quota = memory_allocate((size_t)ranks, sizeof *b.quota, "decomposition");
  loligo_status status = items && b.load && b.quota ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) status = cost_model_init(&b.costs, network);
  if (status == LOLIGO_OK) {
    sort_items(&b, items);
    status = place_all(&b, items);
  }
  cost_model_free(&b.costs);
  memory_free(items);
  memory_free(b.load);
  memory_free(b.quota);
  return status;
}

const partitioner partitioner_balanced = {"balanced",
                                          "equal cost: every population over all ranks, by model and synapses", split};
