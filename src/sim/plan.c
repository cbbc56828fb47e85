/*
 * A plan looks at three ranks, however many there would be.
 */
#include "sim/plan.h"

#include "base/lower_bound.h"
#include "base/memory.h"
#include "network/rule/rule.h"

const char *plan_limit_text(plan_limit limit)
{
  static const char *const texts[] = {
#define PLAN_TEXT(NAME, text) text,
      PLAN_LIMITS(PLAN_TEXT)
#undef PLAN_TEXT
  };
  return texts[limit];
}

/* -- which ranks -- */

static bool is_more(double a, double b)
{
  return a > b * (1 + 1e-9);
}

static bool bears_more(const decomposition_load *a, const decomposition_load *b)
{
  if (is_more(a->synapses, b->synapses) || is_more(b->synapses, a->synapses)) return a->synapses > b->synapses;
  return a->cells > b->cells;
}

loligo_status plan_find_ranks(const partition_costs *costs, const loligo_decomposition *decomposition, int ranks,
                              int *least, int *most)
{
  decomposition_load *loads = memory_allocate((size_t)ranks, sizeof *loads, "loads");
  *least = *most = 0;
  if (!loads) return LOLIGO_MACHINE_ERROR;
  decomposition_loads(costs, decomposition, ranks, loads);
  for (int r = 1; r < ranks; r++) {
    if (bears_more(&loads[r], &loads[*most])) *most = r;
    if (bears_more(&loads[*least], &loads[r])) *least = r;
  }
  memory_free(loads);
  return LOLIGO_OK;
}

/* -- what they need and take -- */

loligo_status planning_init(planning *p, const loligo_network *network, const cost_setting *setting)
{
  *p = (planning){.network = network, .setting = *setting};
  p->cells = memory_allocate(network->n_populations, sizeof *p->cells, "a plan");
  if (!p->cells) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(fixed_point_init(&p->format, network));
  return cost_tables_init(&p->tables, network, &p->format, &p->setting);
}

void planning_free(planning *p)
{
  cost_tables_free(&p->tables);
  fixed_point_free(&p->format);
  memory_free(p->cells);
}

static plan_rank plan_cells(planning *p, int ranks, int rank)
{
  plan_rank found = {.rank = rank};
  for (size_t i = 0; i < p->network->n_populations; i++) found.cells += p->cells[i];
  found.need = cost_of_rank(&p->tables, ranks, p->cells);
  found.time = cost_time_of_rank(&p->tables, &found.need, ranks, p->cells);
  return found;
}

plan_rank plan_mean(planning *p, int ranks)
{
  for (size_t i = 0; i < p->network->n_populations; i++) p->cells[i] = (double)p->network->populations[i].size / ranks;
  return plan_cells(p, ranks, -1);
}

static plan_rank plan_one(planning *p, const loligo_decomposition *decomposition, int ranks, int rank)
{
  for (size_t i = 0; i < p->network->n_populations; i++)
    p->cells[i] = (double)loligo_decomposition_count(decomposition, i, rank);
  return plan_cells(p, ranks, rank);
}

/* -- limits -- */

/* Synapses that a table of packed rows can number. */
static const double MOST_PACKED = UINT32_MAX;

static bool packs_too_many(const cost_tables *t)
{
  for (size_t i = 0; i < t->tables.first[t->network->n_populations]; i++)
    if (t->loads[i].packed > MOST_PACKED) return true;
  return false;
}

/* Records that one rank takes in an interval. */
static bool has_too_many_records(const plan *plan)
{
  const exchange_load *load = &plan->load;
  const double spikes = load->cells * load->rate * load->interval / 1000;
  const double part = plan->method->needs_routes ? load->listeners / load->ranks : 1;
  return spikes * part > (double)exchange_most_records;
}

static bool looks_at_every_source(const loligo_network *network)
{
  const rule *outdegree = rule_find("fixed_outdegree");
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (projection->rule == outdegree && !(projection->autapses && projection->multapses)) return true;
  }
  return false;
}

static void find_limits(const planning *p, plan *plan)
{
  plan->meets[PLAN_LIMIT_WIDE] = plan->ranks[PLAN_MOST].need.all_wide;
  plan->meets[PLAN_LIMIT_PACKED] = packs_too_many(&p->tables);
  plan->meets[PLAN_LIMIT_RECORDS] = has_too_many_records(plan);
  plan->meets[PLAN_LIMIT_FIXED_OUTDEGREE] = looks_at_every_source(p->network);
}

/* -- all of it -- */

static loligo_status plan_three(planning *p, const partition_costs *costs, const loligo_decomposition *decomposition,
                                int ranks, plan *plan)
{
  int least, most;
  LOLIGO_TRY(plan_find_ranks(costs, decomposition, ranks, &least, &most));
  *plan =
      (struct plan){.load = cost_exchange_load(&p->tables, ranks), .method = cost_exchange_method(&p->tables, ranks)};
  plan->ranks[PLAN_LEAST] = plan_one(p, decomposition, ranks, least);
  plan->ranks[PLAN_MEAN] = plan_mean(p, ranks);
  plan->ranks[PLAN_MOST] = plan_one(p, decomposition, ranks, most);
  find_limits(p, plan);
  return LOLIGO_OK;
}

loligo_status plan_network(planning *p, const char *partitioner, int ranks, plan *plan)
{
  partition_costs costs;
  loligo_decomposition *decomposition = NULL;
  const cost_setting as_in_a_run = {.machine = p->setting.machine};
  loligo_status status = cost_of_cells(p->network, &as_in_a_run, ranks, &costs);
  if (status == LOLIGO_OK) status = decomposition_create(&costs, partitioner, ranks, &decomposition);
  if (status == LOLIGO_OK) status = plan_three(p, &costs, decomposition, ranks, plan);
  loligo_decomposition_destroy(decomposition);
  partition_costs_free(&costs);
  return status;
}

/* -- how many ranks -- */

/** Whether a number of ranks is enough. */
typedef struct question {
  bool (*holds)(const struct question *question, int ranks);
  planning *planning;
  double bytes;      /* fits */
  int from;          /* is_inefficient */
  double efficiency; /* likewise */
} question;

/** Numbers of ranks of which a question is asked, `first` and those above it. */
typedef struct ranks_above {
  const question *question;
  int first;
} ranks_above;

static bool are_too_few(const void *of_ranks, uint64_t more)
{
  const ranks_above *ranks = of_ranks;
  return !ranks->question->holds(ranks->question, ranks->first + (int)more);
}

/* What holds need not go on to: so from below. */
static int find_least(const question *question, int first, int most_ranks)
{
  int high = first, low = first;
  while (!question->holds(question, high)) {
    if (high > most_ranks / 2) return 0;
    low = high + 1;
    high *= 2;
  }
  return low + (int)lower_bound_where((uint64_t)(high - low), are_too_few, &(ranks_above){question, low});
}

/* More ranks need not need less each, once what grows with them takes over. */
static bool fits(const question *q, int ranks)
{
  const plan_rank mean = plan_mean(q->planning, ranks);
  return cost_peak(&mean.need) <= q->bytes;
}

int plan_least_ranks(planning *p, double rank_bytes, int most_ranks)
{
  return find_least(&(question){.holds = fits, .planning = p, .bytes = rank_bytes}, 1, most_ranks);
}

static double rank_seconds(planning *p, int ranks)
{
  const plan_rank mean = plan_mean(p, ranks);
  return ranks * cost_time_sum(&mean.time);
}

double plan_efficiency(planning *p, int from, int ranks)
{
  return rank_seconds(p, from) / rank_seconds(p, ranks);
}

static bool is_inefficient(const question *q, int ranks)
{
  return plan_efficiency(q->planning, q->from, ranks) < q->efficiency;
}

int plan_inefficient_ranks(planning *p, int from, double efficiency, int most_ranks)
{
  const question question = {.holds = is_inefficient, .planning = p, .from = from, .efficiency = efficiency};
  return find_least(&question, from, most_ranks);
}
