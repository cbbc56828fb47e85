/*
 * What a rank is expected to need, against what it is found to hold; and which ranks a plan looks at.
 */
#include <math.h>
#include <string.h>

#include "built.h"
#include "loligo/loligo.h"
#include "model/trains.h"
#include "sim/plan.h"
#include "sim/synapses/synapse_word.h"

enum { RANKS = 5 };

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    loligo_status ok_ = (call);                                                                                        \
    if (ok_ != LOLIGO_OK) fail_msg("%s", loligo_error_message());                                                      \
  } while (0)

static void project(loligo_network *network, size_t source, size_t target, double degree, double weight,
                    loligo_distribution delay)
{
  const loligo_projection_spec spec = {.source = source,
                                       .target = target,
                                       .rule = "fixed_indegree",
                                       .argument = degree,
                                       .weight = loligo_constant(weight),
                                       .delay = delay};
  OK(loligo_network_add_projection(network, &spec));
}

/* Two populations that project onto each other and themselves. */
static loligo_network *pair(uint64_t e, uint64_t i, double degree)
{
  const loligo_distribution uniform = {.kind = LOLIGO_UNIFORM, .low = 0.5, .high = 6};
  const loligo_distribution normal = {
      .kind = LOLIGO_NORMAL_CLIPPED, .mean = 2, .std = 0.5, .low = 0.1, .high = INFINITY};
  loligo_network *network = loligo_network_create(0.1, 3);
  OK(loligo_network_add_population(network, "E", loligo_model_find("iaf_psc_exp"), e, NULL));
  OK(loligo_network_add_population(network, "I", loligo_model_find("iaf_psc_exp"), i, NULL));
  project(network, 0, 0, degree, 1, uniform);
  project(network, 0, 1, degree, 2, normal);
  project(network, 1, 0, degree / 2, -1, uniform);
  return network;
}

static void make_plan(const loligo_network *network, const char *partitioner, int ranks, const cost_setting *setting,
                      plan *plan)
{
  planning planning;
  OK(planning_init(&planning, network, setting));
  OK(plan_network(&planning, partitioner, ranks, plan));
  planning_free(&planning);
}

/** Bytes that a rank holds. */
typedef struct holding {
  double synapses, words, packed, delay_runs, rows;
} holding;

static void hold_row(holding *holding, const uint32_t *row)
{
  holding->rows += sizeof row;
  for (const uint32_t *at = row;;) {
    const delay_run run = delay_run_read(at);
    holding->words += (double)(run.end - run.synapses) * sizeof *at;
    holding->delay_runs += (double)(run.synapses - at) * sizeof *at;
    if (run.last) return;
    at = run.end;
  }
}

static holding hold(const loligo_network *network, const loligo_decomposition *decomposition, int rank)
{
  built built;
  holding holding = {0};
  OK(built_init(&built, network, decomposition, rank));
  holding.synapses = (double)built.synapses.n_synapses;
  for (size_t p = 0; p < network->n_populations; p++) {
    const packed_rows *packed = built_packed(&built.synapses, p);
    if (packed) {
      holding.packed += (double)(packed->n * packed->shape.halves * sizeof *packed->halves);
      holding.packed += packed_index_bytes(packed->index.n_buckets, packed->index.groups);
    }
    for (uint64_t i = 0; i < network->populations[p].size; i++) {
      const uint32_t *row = built_row(&built.synapses, p, i);
      if (row) hold_row(&holding, row);
    }
  }
  built_free(&built);
  return holding;
}

static void check_near(double told, double held, double within, const char *what)
{
  if (!(fabs(told - held) <= within * held)) fail_msg("%s: %g, not %g", what, told, held);
}

static void check_rank(const loligo_network *network, const char *partitioner, int which, double within)
{
  plan plan;
  loligo_decomposition *decomposition;
  make_plan(network, partitioner, RANKS, &cost_setting_assumed, &plan);
  OK(loligo_decomposition_create(network, partitioner, RANKS, &decomposition));
  const cost_need *need = &plan.ranks[which].need;
  const holding held = hold(network, decomposition, plan.ranks[which].rank);
  check_near(need->synapses, held.synapses, within, "synapses");
  check_near(need->kept[COST_SYNAPSES], held.words, within, "words");
  check_near(need->kept[COST_PACKED], held.packed, within, "packed synapses");
  check_near(need->kept[COST_DELAY_RUNS], held.delay_runs, within, "delay runs");
  check_near(need->kept[COST_ROWS], held.rows, within, "rows");
  loligo_decomposition_destroy(decomposition);
}

static void rows_and_delay_runs_are_foreseen(void **state)
{
  (void)state;
  for (double degree = 2; degree <= 200; degree *= 10) {
    loligo_network *network = pair(1500, 600, degree);
    check_rank(network, "balanced", PLAN_MOST, 0.03);
    check_rank(network, "block", PLAN_LEAST, 0.03);
    loligo_network_destroy(network);
  }
}

/* Ports of a rank in two blocks: a row has delay runs in both. */
static void blocks_of_ports_are_foreseen(void **state)
{
  (void)state;
  const loligo_distribution one = loligo_constant(1);
  loligo_network *network = loligo_network_create(0.1, 3);
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), RANKS * 100000, NULL));
  OK(loligo_network_add_population(network, "S", loligo_model_find("iaf_psc_exp"), 1000, NULL));
  project(network, 1, 0, 2, 1, one);
  plan plan;
  loligo_decomposition *decomposition;
  make_plan(network, "balanced", RANKS, &cost_setting_assumed, &plan);
  OK(loligo_decomposition_create(network, "balanced", RANKS, &decomposition));
  const holding held = hold(network, decomposition, plan.ranks[PLAN_MOST].rank);
  assert_true(held.delay_runs > 1.9 * 1000 * sizeof(uint32_t));
  check_near(plan.ranks[PLAN_MOST].need.kept[COST_DELAY_RUNS], held.delay_runs, 0.05, "delay runs");
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

static cost_need need_of_mean(const loligo_network *network, int ranks)
{
  plan plan;
  make_plan(network, "balanced", ranks, &cost_setting_assumed, &plan);
  assert_int_equal(plan.ranks[PLAN_MEAN].rank, -1);
  return plan.ranks[PLAN_MEAN].need;
}

static void too_many_ports_make_all_wide(void **state)
{
  (void)state;
  const uint64_t most = (uint64_t)PORT_BLOCKS * BLOCK_PORTS;
  loligo_network *network = loligo_network_create(0.1, 3);
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), 2 * most, NULL));
  project(network, 0, 0, 10, 1, loligo_constant(1));
  const cost_need one = need_of_mean(network, 1), two = need_of_mean(network, 2);
  assert_true(one.all_wide && !two.all_wide);
  assert_true(one.kept[COST_SYNAPSES] == 8 * one.synapses && one.kept[COST_PACKED] == 0);
  assert_true(one.kept[COST_SUMS] == 4 * two.kept[COST_SUMS]);
  loligo_network_destroy(network);
}

static bool takes_routes(const loligo_network *network, int ranks)
{
  plan plan;
  make_plan(network, "balanced", ranks, &cost_setting_assumed, &plan);
  return plan.method->needs_routes;
}

/* The peak is never below what is kept, and routes come with the exchange that needs them. */
static void the_peak_is_the_worst_moment(void **state)
{
  (void)state;
  loligo_network *network = pair(100000, 20000, 1000);
  for (int ranks = 1; ranks <= 4096; ranks *= 8) {
    const cost_need need = need_of_mean(network, ranks);
    assert_true(cost_peak(&need) >= cost_kept(&need));
    assert_int_equal(need.kept[COST_ROUTES] > 0, takes_routes(network, ranks));
    assert_int_equal(need.kept[COST_INDEX] > 0, need.kept[COST_SYNAPSES] > 0);
    if (ranks == 1) assert_true(need.kept[COST_INDEX] > 120000 / 64 * 16);
  }
  loligo_network_destroy(network);
}

static double list_bytes(const loligo_network *network, int ranks)
{
  return need_of_mean(network, ranks).kept[COST_LISTS];
}

/* As the ranks of their cells have them, but for one that all cells emit. */
static void trains_are_foreseen(void **state)
{
  (void)state;
  enum { SPIKES = 1000, SOURCES = 100 };
  double times[SPIKES];
  uint64_t owners[SPIKES];
  for (int i = 0; i < SPIKES; i++) {
    times[i] = 1 + 0.1 * i;
    owners[i] = (uint64_t)i % SOURCES;
  }
  loligo_network *network = loligo_network_create(0.1, 3);
  OK(loligo_network_add_population(network, "S", loligo_model_find("spike_source"), SOURCES, NULL));
  OK(loligo_network_set_trains(network, 0, times, owners, SPIKES));
  const double each = sizeof *times + sizeof *owners + trains_bytes(1);
  assert_float_equal(list_bytes(network, 1), SPIKES * each, 1e-6);
  assert_float_equal(list_bytes(network, 4), SPIKES * each / 4, 1e-6);
  OK(loligo_network_set_trains(network, 0, times, NULL, SPIKES));
  assert_float_equal(list_bytes(network, 4), SPIKES * (each - sizeof *owners), 1e-6);
  loligo_network_destroy(network);
}

static void the_least_number_of_ranks_fits(void **state)
{
  (void)state;
  loligo_network *network = pair(100000, 20000, 1000);
  const double bytes = 60 << 20;
  planning planning;
  OK(planning_init(&planning, network, &cost_setting_assumed));
  const int ranks = plan_least_ranks(&planning, bytes, 1 << 20);
  assert_in_range(ranks, 2, 1000);
  const cost_need enough = need_of_mean(network, ranks), less = need_of_mean(network, ranks - 1);
  assert_true(cost_peak(&enough) <= bytes && cost_peak(&less) > bytes);
  assert_int_equal(plan_least_ranks(&planning, 1e6, 1 << 20), 0);
  assert_int_equal(plan_least_ranks(&planning, 1e12, 1 << 20), 1);
  planning_free(&planning);
  loligo_network_destroy(network);
}

static void the_ranks_that_bear_least_and_most_are_found(void **state)
{
  (void)state;
  const loligo_edge edges[] = {{0, 5, 1, 1}, {1, 7, 1, 1}, {2, 7, 1, 1}, {3, 8, 1, 1}};
  loligo_network *network = loligo_network_create(0.1, 3);
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), 11, NULL));
  const loligo_projection_spec spec = {.rule = "explicit", .edges = edges, .n_edges = 4};
  loligo_decomposition *decomposition;
  partition_costs costs;
  int least, most;
  OK(loligo_decomposition_create(network, "round_robin", 4, &decomposition));
  OK(cost_of_cells(network, &cost_setting_assumed, 4, &costs));
  OK(plan_find_ranks(&costs, decomposition, 4, &least, &most));
  partition_costs_free(&costs);
  assert_int_equal(least, 3); /* 2 cells, the others 3 */
  assert_int_equal(most, 0);
  OK(loligo_network_add_projection(network, &spec));
  OK(cost_of_cells(network, &cost_setting_assumed, 4, &costs));
  OK(plan_find_ranks(&costs, decomposition, 4, &least, &most));
  partition_costs_free(&costs);
  assert_int_equal(least, 2); /* no synapse */
  assert_int_equal(most, 3);  /* those of cell 7 */
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

static loligo_status attempt(void *self)
{
  plan plan;
  planning planning;
  loligo_status status = planning_init(&planning, self, &cost_setting_assumed);
  if (status == LOLIGO_OK) status = plan_network(&planning, "balanced", 3, &plan);
  planning_free(&planning);
  return status;
}

static void without_memory_there_is_no_plan(void **state)
{
  (void)state;
  loligo_network *network = pair(30, 10, 4);
  fails_without_memory(attempt, network);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_and_delay_runs_are_foreseen),
      cmocka_unit_test(blocks_of_ports_are_foreseen),
      cmocka_unit_test(too_many_ports_make_all_wide),
      cmocka_unit_test(the_peak_is_the_worst_moment),
      cmocka_unit_test(trains_are_foreseen),
      cmocka_unit_test(the_least_number_of_ranks_fits),
      cmocka_unit_test(the_ranks_that_bear_least_and_most_are_found),
      cmocka_unit_test(without_memory_there_is_no_plan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
