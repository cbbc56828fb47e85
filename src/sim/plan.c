/*
 * A plan looks at three ranks, however many there would be.
 */
#include "sim/plan.h"

#include "base/memory.h"

/* -- which ranks -- */

static bool is_more(double a, double b)
{
  return a > b * (1 + 1e-9);
}

static bool bears_more(const loligo_load *a, const loligo_load *b)
{
  if (is_more(a->synapses, b->synapses) || is_more(b->synapses, a->synapses)) return a->synapses > b->synapses;
  return a->cells > b->cells;
}

loligo_status plan_find_ranks(const loligo_network *network, const loligo_decomposition *decomposition, int ranks,
                              int *least, int *most)
{
  loligo_load *loads = memory_allocate((size_t)ranks, sizeof *loads, "loads");
  loligo_status status =
      loads ? loligo_decomposition_loads(network, decomposition, ranks, loads) : LOLIGO_MACHINE_ERROR;
  *least = *most = 0;
  for (int r = 1; status == LOLIGO_OK && r < ranks; r++) {
    if (bears_more(&loads[r], &loads[*most])) *most = r;
    if (bears_more(&loads[*least], &loads[r])) *least = r;
  }
  memory_free(loads);
  return status;
}

/* -- what they need -- */

/** A network that is being planned. */
typedef struct planning {
  const loligo_network *network;
  fixed_point format;
  cost_tables tables;
  double *cells; /* [populations] of the rank in hand */
} planning;

static loligo_status planning_init(planning *p, const loligo_network *network)
{
  *p = (planning){.network = network};
  p->cells = memory_allocate(network->n_populations, sizeof *p->cells, "a plan");
  if (!p->cells) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(fixed_point_init(&p->format, network));
  return cost_tables_init(&p->tables, network, &p->format);
}

static void planning_free(planning *p)
{
  cost_tables_free(&p->tables);
  fixed_point_free(&p->format);
  memory_free(p->cells);
}

static plan_rank plan_mean(planning *p, int ranks)
{
  for (size_t i = 0; i < p->network->n_populations; i++) p->cells[i] = (double)p->network->populations[i].size / ranks;
  return (plan_rank){-1, (double)p->network->n_cells / ranks, cost_of_rank(&p->tables, ranks, p->cells)};
}

static plan_rank plan_one(planning *p, const loligo_decomposition *decomposition, int ranks, int rank)
{
  double sum = 0;
  for (size_t i = 0; i < p->network->n_populations; i++)
    sum += p->cells[i] = (double)loligo_decomposition_count(decomposition, i, rank);
  return (plan_rank){rank, sum, cost_of_rank(&p->tables, ranks, p->cells)};
}

static loligo_status plan_three(planning *p, const loligo_decomposition *decomposition, int ranks, plan *plan)
{
  int least, most;
  LOLIGO_TRY(plan_find_ranks(p->network, decomposition, ranks, &least, &most));
  plan->ranks[PLAN_LEAST] = plan_one(p, decomposition, ranks, least);
  plan->ranks[PLAN_MEAN] = plan_mean(p, ranks);
  plan->ranks[PLAN_MOST] = plan_one(p, decomposition, ranks, most);
  return LOLIGO_OK;
}

loligo_status plan_network(const loligo_network *network, const char *partitioner, int ranks, plan *plan)
{
  planning p;
  loligo_decomposition *decomposition = NULL;
  loligo_status status = planning_init(&p, network);
  if (status == LOLIGO_OK) status = loligo_decomposition_create(network, partitioner, ranks, &decomposition);
  if (status == LOLIGO_OK) status = plan_three(&p, decomposition, ranks, plan);
  loligo_decomposition_destroy(decomposition);
  planning_free(&p);
  return status;
}

/* -- how many ranks -- */

static bool fits(planning *p, int ranks, double rank_bytes)
{
  const plan_rank mean = plan_mean(p, ranks);
  return cost_peak(&mean.need) <= rank_bytes;
}

/* More ranks need not need less each, once what grows with them takes over: so from below. */
static int find_least(planning *p, double rank_bytes, int most_ranks)
{
  int high = 1, low = 0;
  while (!fits(p, high, rank_bytes)) {
    if (high > most_ranks / 2) return 0;
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    if (fits(p, middle, rank_bytes))
      high = middle;
    else
      low = middle;
  }
  return high;
}

loligo_status plan_least_ranks(const loligo_network *network, double rank_bytes, int most_ranks, int *ranks)
{
  planning p;
  const loligo_status status = planning_init(&p, network);
  if (status == LOLIGO_OK) *ranks = find_least(&p, rank_bytes, most_ranks);
  planning_free(&p);
  return status;
}
