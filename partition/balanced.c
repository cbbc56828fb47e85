/*
 * balanced: every population is cut into one contiguous part per rank, so that all ranks bear nearly the same time and
 * memory.
 *
 * Where all cells of a population are alike, parts have equal numbers but for one cell. These surplus cells are dealt
 * out over the populations in descending order of burden, which is the larger of the parts that a cell takes of all
 * seconds and of all bytes, each population going on at the rank where the last one ended: then no two ranks differ by
 * more than the burden of one cell. Populations whose cells differ by explicit synapses follow; each is cut by burden,
 * with no more for a rank than it has left of either, as far as all ranks together have that.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "partition/cost.h"
#include "partition/partitioner.h"

/** A population in the order in which it is placed. */
typedef struct item {
  size_t population;
  double burden; /* of a cell without explicit synapses */
  bool uniform;
} item;

typedef struct balance {
  const loligo_network *network;
  const partition_costs *costs;
  partition_share all;
  int ranks;
  placement *placements;
  uint64_t lucky;        /* rank that gets the next surplus cell */
  partition_share *load; /* [ranks] so far */
  double *quota;         /* [ranks] parts of the population in hand, which add up to 1 */
} balance;

/* Uniform ones first, then by descending burden. */
static int compare(const void *a, const void *b)
{
  const item *x = a, *y = b;
  if (x->uniform != y->uniform) return x->uniform ? -1 : 1;
  if (x->burden != y->burden) return x->burden > y->burden ? -1 : 1;
  return (x->population > y->population) - (x->population < y->population);
}

/* Of a cell with so many explicit synapses. */
static partition_share share_of(const balance *b, size_t population, uint64_t synapses)
{
  const partition_cost *cost = &b->costs->of[population];
  return (partition_share){cost->cell.seconds + (double)synapses * cost->synapse.seconds,
                           cost->cell.bytes + (double)synapses * cost->synapse.bytes};
}

static double burden_of(const balance *b, size_t population, uint64_t synapses)
{
  return cost_burden(share_of(b, population, synapses), b->all);
}

static void add_load(balance *b, int rank, double n, partition_share each)
{
  b->load[rank].seconds += n * each.seconds;
  b->load[rank].bytes += n * each.bytes;
}

static void sort_items(const balance *b, item *items)
{
  for (size_t i = 0; i < b->network->n_populations; i++)
    items[i] = (item){i, burden_of(b, i, 0), cost_listed_synapses(b->costs, i) == 0};
  qsort(items, b->network->n_populations, sizeof *items, compare);
}

static void place_uniform(balance *b, const item *item)
{
  uint64_t size = b->network->populations[item->population].size;
  placement *placement = &b->placements[item->population];
  *placement = placement_even(size, b->ranks, size, 0, b->lucky);
  b->lucky = (b->lucky + size) % (uint64_t)b->ranks;
  for (int r = 0; r < b->ranks; r++)
    add_load(b, r, (double)placement_count(placement, r), b->costs->of[item->population].cell);
}

/* Part of `some` that a rank may take until it bears the mean. */
static double part_left(double load, double mean, double some)
{
  if (some <= 0) return 1;
  return load < mean ? (mean - load) / some : 0;
}

/* What each rank may take of a population, so that none bears more time or memory than others if that can be. */
static void share_out(balance *b, partition_share some)
{
  double mean_seconds = some.seconds / b->ranks, mean_bytes = some.bytes / b->ranks, sum = 0;
  for (int r = 0; r < b->ranks; r++) {
    mean_seconds += b->load[r].seconds / b->ranks;
    mean_bytes += b->load[r].bytes / b->ranks;
  }
  for (int r = 0; r < b->ranks; r++) {
    b->quota[r] = fmin(part_left(b->load[r].seconds, mean_seconds, some.seconds),
                       part_left(b->load[r].bytes, mean_bytes, some.bytes));
    sum += b->quota[r];
  }
  for (int r = 0; r < b->ranks; r++) b->quota[r] = sum > 0 ? b->quota[r] / sum : 1.0 / b->ranks;
}

static double add_burdens(const balance *b, size_t population)
{
  double sum = 0;
  for (uint64_t i = 0; i < b->network->populations[population].size; i++)
    sum += burden_of(b, population, cost_listed_onto(b->costs, population, i));
  return sum;
}

/* Gives each cell to the rank in whose quota the middle of its burden lies. */
static void cut(balance *b, size_t population)
{
  placement *placement = &b->placements[population];
  const double burdens = add_burdens(b, population);
  double before = 0, quota_end = b->quota[0] * burdens;
  int rank = 0;
  for (uint64_t i = 0; i < placement->size; i++) {
    const uint64_t synapses = cost_listed_onto(b->costs, population, i);
    const double burden = burden_of(b, population, synapses);
    while (rank + 1 < b->ranks && before + 0.5 * burden > quota_end) quota_end += b->quota[++rank] * burdens;
    placement_append(placement, i, rank);
    add_load(b, rank, 1, share_of(b, population, synapses));
    before += burden;
  }
}

static loligo_status place_by_burden(balance *b, const item *item)
{
  const uint64_t size = b->network->populations[item->population].size;
  LOLIGO_TRY(placement_ranges(&b->placements[item->population], size, b->ranks, (size_t)b->ranks));
  share_out(b, cost_of_population(b->costs, item->population));
  cut(b, item->population);
  return LOLIGO_OK;
}

static loligo_status place_all(balance *b, const item *items)
{
  for (size_t i = 0; i < b->network->n_populations; i++) {
    if (items[i].uniform)
      place_uniform(b, &items[i]);
    else
      LOLIGO_TRY(place_by_burden(b, &items[i]));
  }
  return LOLIGO_OK;
}

static loligo_status split(const partition_costs *costs, int ranks, placement *placements)
{
  const loligo_network *network = costs->network;
  balance b = {.network = network, .costs = costs, .all = cost_of_all(costs), .ranks = ranks, .placements = placements};
  item *items = memory_allocate(network->n_populations, sizeof *items, "decomposition");
  b.load = memory_allocate((size_t)ranks, sizeof *b.load, "decomposition");
  b.quota = memory_allocate((size_t)ranks, sizeof *b.quota, "decomposition");
  loligo_status status = items && b.load && b.quota ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) {
    sort_items(&b, items);
    status = place_all(&b, items);
  }
  memory_free(items);
  memory_free(b.load);
  memory_free(b.quota);
  return status;
}

const partitioner partitioner_balanced = {
    .name = "balanced",
    .summary = "equal time and memory: every population over all ranks, by model and synapses",
    .split = split};
