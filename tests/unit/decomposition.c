/*
 * Decompositions: every cell on exactly one rank with all look-ups in agreement, equal numbers or equal cost, and few
 * synapses between ranks where the graph partitioner can find such a cut.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/network.h"
#include "loligo/partition.h"
#include "network/description.h"
#include "network/edge_list.h"
#include "partition/decomposition.h"
#include "sim/cost_time.h"

static const int RANKS[] = {1, 2, 3, 4, 7, 100};

enum { N_RANKS = sizeof RANKS / sizeof RANKS[0] };

static size_t add(loligo_network *network, const char *name, const char *model, uint64_t size)
{
  size_t id;
  assert_int_equal(loligo_network_add_population(network, name, loligo_model_find(model), size, &id), LOLIGO_OK);
  return id;
}

static void project(loligo_network *network, size_t source, size_t target, const char *rule, double argument)
{
  loligo_projection_spec spec = {.source = source,
                                 .target = target,
                                 .rule = rule,
                                 .argument = argument,
                                 .weight = loligo_constant(1),
                                 .delay = loligo_constant(1)};
  if (loligo_network_add_projection(network, &spec) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
}

static void project_edges(loligo_network *network, size_t source, size_t target, const loligo_edge *edges, uint64_t n)
{
  loligo_projection_spec spec = {.source = source, .target = target, .rule = "explicit", .edges = edges, .n_edges = n};
  if (loligo_network_add_projection(network, &spec) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
}

/* Populations large, small, empty and of one cell; projections of several rules. */
static loligo_network *mixed_network(void)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  size_t e = add(network, "E", "iaf_psc_exp", 803), i = add(network, "I", "iaf_psc_exp", 197);
  size_t nobody = add(network, "nobody", "iaf_psc_exp", 0), one = add(network, "one", "iaf_cond_exp", 1);
  size_t hh = add(network, "hh", "hh_psc_exp", 58);
  add(network, "nobody else", "hh_psc_exp", 0);
  project(network, e, e, "fixed_indegree", 80);
  project(network, e, i, "fixed_total_number", 20000);
  project(network, i, e, "pairwise_bernoulli", 0.1);
  project(network, e, nobody, "all_to_all", 0);
  project(network, e, one, "all_to_all", 0);
  project(network, hh, hh, "one_to_one", 0);
  return network;
}

static loligo_decomposition *decompose(const loligo_network *network, const char *method, int ranks)
{
  loligo_decomposition *decomposition = NULL;
  loligo_status status = loligo_decomposition_create(network, method, ranks, &decomposition);
  if (status != LOLIGO_OK) fail_msg("%s on %d ranks: %s", method, ranks, loligo_error_message());
  return decomposition;
}

/* Calls `check` with every partitioner of the build and every number of ranks. */
static void for_all(const loligo_network *network,
                    void (*check)(const loligo_network *, const loligo_decomposition *, const char *, int))
{
  for (size_t method = 0; loligo_partitioner_name(method); method++) {
    const char *name = loligo_partitioner_name(method);
    for (size_t r = 0; r < N_RANKS; r++) {
      loligo_decomposition *decomposition = NULL;
      loligo_status status = loligo_decomposition_create(network, name, RANKS[r], &decomposition);
      if (status != LOLIGO_OK && strcmp(name, "graph") == 0 && strstr(loligo_error_message(), "METIS")) {
        loligo_error_clear();
        continue;
      }
      assert_int_equal(status, LOLIGO_OK);
      check(network, decomposition, name, RANKS[r]);
      loligo_decomposition_destroy(decomposition);
    }
  }
}

static void check_rank(const loligo_decomposition *decomposition, size_t population, int rank, uint64_t size,
                       char *owned)
{
  uint64_t n = loligo_decomposition_count(decomposition, population, rank);
  uint64_t *index = malloc((n + 1) * sizeof *index);
  index[n] = UINT64_MAX;
  loligo_decomposition_cells(decomposition, population, rank, index);
  assert_true(index[n] == UINT64_MAX);
  for (uint64_t l = 0; l < n; l++) {
    assert_true(index[l] < size && !owned[index[l]]);
    assert_true(l == 0 || index[l] > index[l - 1]);
    assert_int_equal(loligo_decomposition_rank(decomposition, population, index[l]), rank);
    owned[index[l]] = 1;
  }
  free(index);
}

static void check_ownership(const loligo_network *network, const loligo_decomposition *decomposition,
                            const char *method, int ranks)
{
  (void)method;
  for (size_t p = 0; p < network->n_populations; p++) {
    uint64_t size = network->populations[p].size;
    char *owned = calloc(size + 1, 1);
    for (int rank = 0; rank < ranks; rank++) check_rank(decomposition, p, rank, size, owned);
    for (uint64_t i = 0; i < size; i++) assert_true(owned[i]);
    free(owned);
  }
}

static void test_every_cell_has_one_owner(void **state)
{
  (void)state;
  loligo_network *network = mixed_network();
  for_all(network, check_ownership);
  loligo_network_destroy(network);
}

static void test_networks_of_few_cells(void **state)
{
  (void)state;
  for (uint64_t size = 0; size < 6; size++) {
    loligo_network *network = loligo_network_create(0.1, 1);
    if (size > 0) add(network, "nobody", "iaf_psc_exp", 0);
    if (size > 0) add(network, "few", "iaf_psc_exp", size - 1);
    for_all(network, check_ownership);
    loligo_network_destroy(network);
  }
}

static void test_unconnected_network(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  add(network, "alone", "iaf_psc_exp", 1000);
  for_all(network, check_ownership);
  loligo_network_destroy(network);
}

static partition_costs costs_of(const loligo_network *network, int ranks)
{
  partition_costs costs;
  assert_int_equal(cost_of_cells(network, &cost_setting_assumed, ranks, &costs), LOLIGO_OK);
  return costs;
}

/* What a rank bears, added up from its cells. */
static loligo_load load_of(const partition_costs *costs, const loligo_decomposition *decomposition, int rank)
{
  const loligo_network *network = costs->network;
  loligo_load sum = {0};
  for (size_t i = 0; i < network->n_populations; i++) {
    const uint64_t n = loligo_decomposition_count(decomposition, i, rank);
    sum.cells += n;
    sum.synapses += (double)n * cost_in_degree(costs, i);
    sum.seconds += (double)n * costs->of[i].cell.seconds;
    sum.bytes += (double)n * costs->of[i].cell.bytes;
  }
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    for (uint64_t e = 0; projection->list && e < projection->list->n_here; e++) {
      const uint64_t target = projection->list->here[e].target;
      if (loligo_decomposition_rank(decomposition, projection->target, target) != rank) continue;
      sum.synapses += 1;
      sum.seconds += costs->of[projection->target].synapse.seconds;
      sum.bytes += costs->of[projection->target].synapse.bytes;
    }
  }
  return sum;
}

static bool is_near(double a, double b)
{
  return fabs(a - b) <= 1e-9 * fabs(b);
}

static void check_loads(const loligo_network *network, const loligo_decomposition *decomposition, const char *method,
                        int ranks)
{
  (void)method;
  loligo_load *loads = malloc((size_t)ranks * sizeof *loads), all = {0};
  partition_costs costs = costs_of(network, ranks);
  double synapses = 0;
  assert_int_equal(loligo_decomposition_loads(network, decomposition, ranks, loads), LOLIGO_OK);
  for (int r = 0; r < ranks; r++) {
    const loligo_load own = load_of(&costs, decomposition, r);
    assert_int_equal(loads[r].cells, own.cells);
    assert_true(is_near(loads[r].synapses, own.synapses));
    assert_true(is_near(loads[r].seconds, own.seconds) && is_near(loads[r].bytes, own.bytes));
    all.cells += loads[r].cells;
    all.synapses += loads[r].synapses;
    all.seconds += loads[r].seconds;
    all.bytes += loads[r].bytes;
  }
  for (size_t i = 0; i < network->n_projections; i++) synapses += cost_synapses(network, &network->projections[i]);
  const partition_share expected = cost_of_all(&costs);
  assert_int_equal(all.cells, network->n_cells);
  assert_true(is_near(all.synapses, synapses));
  assert_true(is_near(all.seconds, expected.seconds) && is_near(all.bytes, expected.bytes));
  partition_costs_free(&costs);
  free(loads);
}

static void test_loads_add_up(void **state)
{
  (void)state;
  loligo_network *network = mixed_network();
  for_all(network, check_loads);
  loligo_network_destroy(network);
}

/* Least and largest burden of a rank, where that of all is 1. */
static void spread(const loligo_network *network, const char *method, int ranks, double *low, double *high)
{
  decomposition_load *loads = malloc((size_t)ranks * sizeof *loads);
  loligo_decomposition *decomposition = decompose(network, method, ranks);
  partition_costs costs = costs_of(network, ranks);
  decomposition_loads(&costs, decomposition, ranks, loads);
  *low = INFINITY;
  *high = 0;
  for (int r = 0; r < ranks; r++) {
    const double burden = cost_burden(loads[r].cost, cost_of_all(&costs));
    *low = fmin(*low, burden);
    *high = fmax(*high, burden);
  }
  partition_costs_free(&costs);
  loligo_decomposition_destroy(decomposition);
  free(loads);
}

static void test_block_and_round_robin(void **state)
{
  (void)state;
  loligo_network *network = mixed_network();
  loligo_decomposition *block = decompose(network, "block", 7), *cyclic = decompose(network, "round_robin", 7);
  uint64_t cells[7] = {0}, gid = 0;
  int last = 0;
  for (size_t p = 0; p < network->n_populations; p++) {
    for (uint64_t i = 0; i < network->populations[p].size; i++, gid++) {
      int rank = loligo_decomposition_rank(block, p, i);
      assert_true(rank >= last);
      cells[last = rank]++;
      assert_int_equal(loligo_decomposition_rank(cyclic, p, i), gid % 7);
    }
  }
  for (int r = 0; r < 7; r++) assert_in_range(cells[r], network->n_cells / 7, network->n_cells / 7 + 1);
  loligo_decomposition_destroy(block);
  loligo_decomposition_destroy(cyclic);
  loligo_network_destroy(network);
}

static double dearest_cell(const loligo_network *network, int ranks)
{
  double dearest = 0;
  partition_costs costs = costs_of(network, ranks);
  for (size_t p = 0; p < network->n_populations; p++)
    if (network->populations[p].size) dearest = fmax(dearest, cost_burden(costs.of[p].cell, cost_of_all(&costs)));
  partition_costs_free(&costs);
  return dearest;
}

/* No two ranks differ by more than the dearest cell, and every population is on all ranks in nearly equal numbers. */
static void test_balanced_without_explicit_synapses(void **state)
{
  (void)state;
  loligo_network *network = mixed_network();
  for (size_t r = 0; r < N_RANKS; r++) {
    double low, high;
    spread(network, "balanced", RANKS[r], &low, &high);
    assert_true(high - low <= dearest_cell(network, RANKS[r]) * (1 + 1e-9));
    loligo_decomposition *d = decompose(network, "balanced", RANKS[r]);
    for (size_t p = 0; p < network->n_populations; p++) {
      uint64_t part = network->populations[p].size / (uint64_t)RANKS[r];
      for (int rank = 0; rank < RANKS[r]; rank++)
        assert_in_range(loligo_decomposition_count(d, p, rank), part, part + 1);
    }
    loligo_decomposition_destroy(d);
  }
  loligo_network_destroy(network);
}

/* Cell i of 400 has 10 i synapses: equal numbers of cells would be far from equal cost. */
static void test_balanced_with_explicit_synapses(void **state)
{
  (void)state;
  enum { CELLS = 400, EDGES = 10 * CELLS * (CELLS - 1) / 2 };
  loligo_edge *edges = malloc(EDGES * sizeof *edges);
  size_t n = 0;
  for (uint64_t t = 0; t < CELLS; t++)
    for (uint64_t k = 0; k < 10 * t; k++) edges[n++] = (loligo_edge){k % CELLS, t, 1, 1};
  loligo_network *network = loligo_network_create(0.1, 1);
  size_t even = add(network, "even", "iaf_psc_exp", 33), steep = add(network, "steep", "iaf_psc_exp", CELLS);
  project_edges(network, steep, steep, edges, n);
  project(network, steep, even, "fixed_indegree", 500);
  for (size_t r = 0; r < N_RANKS && RANKS[r] <= 7; r++) {
    double low, high;
    spread(network, "balanced", RANKS[r], &low, &high);
    assert_true(high / low < 1.05);
  }
  loligo_decomposition *d = decompose(network, "balanced", 4);
  assert_true(loligo_decomposition_count(d, steep, 0) > loligo_decomposition_count(d, steep, 3));
  loligo_decomposition_destroy(d);
  loligo_network_destroy(network);
  free(edges);
}

/* Many populations of one cell with explicit synapses must not pile up on one rank. */
static void test_balanced_small_populations(void **state)
{
  (void)state;
  const loligo_edge edge = {0, 0, 1, 1};
  loligo_network *network = loligo_network_create(0.1, 1);
  for (int i = 0; i < 40; i++) {
    char name[16];
    snprintf(name, sizeof name, "P%d", i);
    size_t p = add(network, name, "iaf_psc_exp", 1);
    project_edges(network, p, p, &edge, 1);
  }
  loligo_load loads[4];
  loligo_decomposition *d = decompose(network, "balanced", 4);
  loligo_decomposition_loads(network, d, 4, loads);
  for (int r = 0; r < 4; r++) assert_int_equal(loads[r].cells, 10);
  loligo_decomposition_destroy(d);
  loligo_network_destroy(network);
}

/* Four rings of areas, each talking to itself: no synapse need cross between 4 ranks. */
static void test_graph_finds_modules(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  for (int i = 0; i < 8; i++) {
    char name[24];
    snprintf(name, sizeof name, "area %d", i);
    add(network, name, "iaf_psc_exp", 100);
  }
  for (size_t i = 0; i < 8; i++) {
    project(network, i, i, "fixed_indegree", 50);
    project(network, i, (i + 4) % 8, "one_to_one", 0);
  }
  loligo_decomposition *d = NULL;
  if (loligo_decomposition_create(network, "graph", 4, &d) != LOLIGO_OK) {
    assert_string_equal(loligo_error_message(),
                        "partition method 'graph' needs a build with METIS; use block, round_robin or balanced");
    loligo_error_clear();
    loligo_network_destroy(network);
    skip();
  }
  for (size_t p = 0; p < 8; p++)
    for (uint64_t i = 0; i < 100; i++)
      assert_int_equal(loligo_decomposition_rank(d, p, i), loligo_decomposition_rank(d, p % 4, 0));
  loligo_load loads[4];
  loligo_decomposition_loads(network, d, 4, loads);
  for (int r = 0; r < 4; r++) assert_int_equal(loads[r].cells, 200);
  loligo_decomposition_destroy(d);
  loligo_network_destroy(network);
}

/* The same modules hidden in one population and given as a list. */
static void test_graph_refuses_too_many_ranks(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  loligo_decomposition *d;
  assert_int_equal(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), 10, NULL), LOLIGO_OK);
  assert_int_equal(loligo_decomposition_create(network, "graph", 5000, &d), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "partition method 'graph'"));
  loligo_error_clear();
  loligo_network_destroy(network);
}

static void test_graph_reads_explicit_synapses(void **state)
{
  (void)state;
  enum { CELLS = 640, PER_CELL = 20 };
  loligo_edge *edges = malloc(CELLS * PER_CELL * sizeof *edges);
  for (uint64_t e = 0; e < CELLS * PER_CELL; e++) {
    uint64_t target = e / PER_CELL, source = target / 320 * 320 + (target * 7 + e * 13) % 320;
    edges[e] = (loligo_edge){source, target, 1, 1};
  }
  loligo_network *network = loligo_network_create(0.1, 1);
  size_t p = add(network, "two halves", "iaf_psc_exp", CELLS);
  project_edges(network, p, p, edges, CELLS * PER_CELL);
  loligo_decomposition *d = NULL;
  if (loligo_decomposition_create(network, "graph", 2, &d) == LOLIGO_OK)
    for (uint64_t i = 0; i < CELLS; i++)
      assert_int_equal(loligo_decomposition_rank(d, p, i), loligo_decomposition_rank(d, p, i / 320 * 320));
  loligo_error_clear();
  loligo_decomposition_destroy(d);
  loligo_network_destroy(network);
  free(edges);
}

/* Partners of one_to_one stay together. */
static void test_graph_follows_the_diagonal(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  add(network, "A", "iaf_psc_exp", 320);
  add(network, "B", "iaf_psc_exp", 320);
  project(network, 0, 1, "one_to_one", 0);
  project(network, 1, 0, "one_to_one", 0);
  loligo_decomposition *d = NULL;
  if (loligo_decomposition_create(network, "graph", 4, &d) == LOLIGO_OK)
    for (uint64_t i = 0; i < 320; i++)
      assert_int_equal(loligo_decomposition_rank(d, 0, i), loligo_decomposition_rank(d, 1, i));
  loligo_error_clear();
  loligo_decomposition_destroy(d);
  loligo_network_destroy(network);
}

static void test_graph_is_balanced(void **state)
{
  (void)state;
  loligo_network *network = mixed_network();
  loligo_decomposition *d = NULL;
  bool built = loligo_decomposition_create(network, "graph", 4, &d) == LOLIGO_OK;
  loligo_error_clear();
  loligo_decomposition_destroy(d);
  double low = 1, high = 1;
  if (built) spread(network, "graph", 4, &low, &high);
  assert_true(high / low < 1.2);
  loligo_network_destroy(network);
}

static void check_both(const partition_costs *costs, const char *method, double within)
{
  loligo_decomposition *d = NULL;
  decomposition_load loads[4];
  const partition_share all = cost_of_all(costs);
  if (decomposition_create(costs, method, 4, &d) != LOLIGO_OK) {
    loligo_error_clear(); /* no METIS */
    return;
  }
  decomposition_loads(costs, d, 4, loads);
  for (int r = 0; r < 4; r++)
    if (loads[r].cost.seconds > within * all.seconds / 4 || loads[r].cost.bytes > within * all.bytes / 4)
      fail_msg("%s: rank %d has %g of %g s and %g of %g bytes", method, r, loads[r].cost.seconds, all.seconds,
               loads[r].cost.bytes, all.bytes);
  loligo_decomposition_destroy(d);
}

/* Cells that take long and cells that take much: what is given to the partitioner counts. With explicit synapses they
 * are cut one population after the other. */
static void test_neither_time_nor_memory_piles_up(void **state)
{
  (void)state;
  const loligo_edge edge = {0, 0, 1, 1};
  loligo_network *network = loligo_network_create(0.1, 1);
  for (size_t i = 0; i < 8; i++) {
    char name[16];
    snprintf(name, sizeof name, "P%zu", i);
    project_edges(network, add(network, name, "iaf_psc_exp", 200), i, &edge, 1);
  }
  partition_costs costs;
  assert_int_equal(partition_costs_init(&costs, network), LOLIGO_OK);
  for (size_t i = 0; i < 8; i++) costs.of[i].cell = (partition_share){i < 4 ? 10 : 1, i % 2 ? 8 : 1};
  check_both(&costs, "balanced", 1.05);
  check_both(&costs, "graph", 1.1);
  partition_costs_free(&costs);
  loligo_network_destroy(network);
}

/* The same synapses in rows of one cost more than in long ones: so many ranks make a population dearer against another
 * that has none. */
static void test_short_rows_cost_more(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  add(network, "A", "iaf_psc_exp", 100000);
  add(network, "B", "iaf_psc_exp", 100000);
  project(network, 0, 0, "fixed_indegree", 1000);
  partition_costs few = costs_of(network, 1), many = costs_of(network, 1000);
  assert_true(few.of[1].cell.seconds == many.of[1].cell.seconds);
  assert_true(many.of[0].cell.seconds - many.of[1].cell.seconds >
              2 * (few.of[0].cell.seconds - few.of[1].cell.seconds));
  assert_true(many.of[0].cell.bytes > few.of[0].cell.bytes);
  partition_costs_free(&few);
  partition_costs_free(&many);
  loligo_network_destroy(network);
}

static void test_large_networks_take_no_memory(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  size_t brain = add(network, "brain", "iaf_psc_exp", UINT64_C(86000000000));
  add(network, "more", "iaf_psc_exp", UINT64_C(10000000007));
  project(network, brain, brain, "fixed_indegree", 1000);
  for (size_t method = 0; method < 3; method++) {
    loligo_decomposition *d = decompose(network, loligo_partitioner_name(method), 100000);
    uint64_t cells = 0;
    for (int r = 0; r < 100000; r++) cells += loligo_decomposition_count(d, brain, r);
    assert_true(cells == UINT64_C(86000000000));
    int last = loligo_decomposition_rank(d, brain, cells - 1);
    assert_in_range(last, 0, 99999);
    loligo_decomposition_destroy(d);
  }
  loligo_network_destroy(network);
}

static void test_unknown_method(void **state)
{
  (void)state;
  loligo_network *network = mixed_network();
  loligo_decomposition *d = NULL;
  assert_int_equal(loligo_decomposition_create(network, "balancd", 2, &d), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "unknown partition method 'balancd'; did you mean 'balanced'?");
  loligo_error_clear();
  assert_int_equal(loligo_decomposition_create(network, "zzz", 2, &d), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(),
                      "unknown partition method 'zzz'; known: block, round_robin, balanced, graph");
  loligo_error_clear();
  assert_null(d);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_cell_has_one_owner),
      cmocka_unit_test(test_networks_of_few_cells),
      cmocka_unit_test(test_unconnected_network),
      cmocka_unit_test(test_loads_add_up),
      cmocka_unit_test(test_block_and_round_robin),
      cmocka_unit_test(test_balanced_without_explicit_synapses),
      cmocka_unit_test(test_balanced_with_explicit_synapses),
      cmocka_unit_test(test_balanced_small_populations),
      cmocka_unit_test(test_graph_finds_modules),
      cmocka_unit_test(test_graph_refuses_too_many_ranks),
      cmocka_unit_test(test_graph_reads_explicit_synapses),
      cmocka_unit_test(test_graph_follows_the_diagonal),
      cmocka_unit_test(test_graph_is_balanced),
      cmocka_unit_test(test_neither_time_nor_memory_piles_up),
      cmocka_unit_test(test_short_rows_cost_more),
      cmocka_unit_test(test_large_networks_take_no_memory),
      cmocka_unit_test(test_unknown_method),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
