/*
 * Rows as they are built: what a spike of each source brings to each cell, delivered, against the synapses as listed;
 * those against what was described.
 */
#include <math.h>

#include "built.h"
#include "loligo/network.h"
#include "loligo/partition.h"
#include "network/description.h"
#include "sim/layout/sums.h"
#include "sim/synapses/calendar.h"
#include "sim/synapses/synapse_word.h"

enum { CELLS = 20, MAX_DELAY = 60, RECEPTORS = 2, MOST_SYNAPSES = 20000 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static const double dt = 0.1;
static const loligo_edge edges[] = {{3, 0, 1.5, 2}, {0, 7, 2.25, 0.1}, {3, 0, 1.5, 2}, {19, 7, -1.25, 5}};
enum { EDGES = sizeof edges / sizeof *edges };

static loligo_network *network_of(const char *model)
{
  loligo_network *network = loligo_network_create(dt, 1);
  OK(loligo_network_add_population(network, "A", loligo_model_find(model), CELLS, NULL));
  OK(loligo_network_add_population(network, "empty", loligo_model_find(model), 0, NULL));
  OK(loligo_network_add_population(network, "B", loligo_model_find(model), 2 * CELLS, NULL));
  return network;
}

static loligo_decomposition *split(const loligo_network *network, int ranks)
{
  loligo_decomposition *decomposition;
  OK(loligo_decomposition_create(network, "round_robin", ranks, &decomposition));
  return decomposition;
}

static void project(loligo_network *network, size_t source, size_t target, loligo_projection_spec spec)
{
  spec.source = source;
  spec.target = target;
  if (loligo_network_add_projection(network, &spec) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
}

/* Constant, listed and drawn weights; of 16 and of 32 bits; of both signs; short and long delays. */
static loligo_network *mixed_network(void)
{
  const loligo_distribution gap = {.kind = LOLIGO_UNIFORM, .low = 0.1, .high = 5};
  loligo_network *network = network_of("iaf_psc_exp");
  project(network, 0, 2,
          (loligo_projection_spec){.rule = "all_to_all", .weight = loligo_constant(5), .delay = loligo_constant(1)});
  project(network, 0, 0, (loligo_projection_spec){.rule = "explicit", .edges = edges, .n_edges = EDGES});
  project(network, 2, 0,
          (loligo_projection_spec){.rule = "fixed_outdegree",
                                   .argument = 7,
                                   .no_multapses = true,
                                   .weight = {.kind = LOLIGO_NORMAL, .mean = 1, .std = 2},
                                   .delay = gap});
  project(network, 2, 2,
          (loligo_projection_spec){.rule = "fixed_indegree",
                                   .argument = 30,
                                   .weight = {.kind = LOLIGO_UNIFORM, .low = 1, .high = 2},
                                   .delay = gap});
  project(network, 0, 2,
          (loligo_projection_spec){.rule = "pairwise_bernoulli",
                                   .argument = 0.1,
                                   .weight = {.kind = LOLIGO_LOGNORMAL, .mean = 1, .std = 3},
                                   .delay = loligo_constant(0.1)});
  project(network, 0, 1,
          (loligo_projection_spec){.rule = "all_to_all", .weight = loligo_constant(1), .delay = loligo_constant(6)});
  return network;
}

/** Synapses as listed. */
typedef struct listing {
  loligo_synapse synapses[MOST_SYNAPSES];
  size_t n;
} listing;

static loligo_status keep(void *self, const loligo_synapse *synapse)
{
  listing *listing = self;
  assert_in_range(listing->n, 0, MOST_SYNAPSES - 1);
  listing->synapses[listing->n++] = *synapse;
  return LOLIGO_OK;
}

static void list_all(const built *built, const loligo_network *network, listing *listing)
{
  const connect_plan plan = built_plan(built, network);
  listing->n = 0;
  for (size_t i = 0; i < network->n_projections; i++) OK(connect_list(&plan, i, keep, listing));
}

/** What arrives after a spike, receptor's unit. */
typedef double arrivals[MAX_DELAY + 1][RECEPTORS][2 * CELLS];

static void expect(const loligo_network *network, const listing *listing, size_t source, uint64_t index, size_t target,
                   arrivals out)
{
  memset(out, 0, sizeof(arrivals));
  for (size_t i = 0; i < listing->n; i++) {
    const loligo_synapse *s = &listing->synapses[i];
    const loligo_projection *projection = &network->projections[s->projection];
    if (projection->source != source || projection->target != target || s->source != index) continue;
    assert_in_range(s->delay, 1, MAX_DELAY);
    out[s->delay][projection->receptor[s->weight < 0]][s->target] += s->weight;
  }
}

/* Takes the row of sums of a step; adds what is for the cells of one population. */
static void take(const built *built, sum_row *row, size_t target, double (*out)[2 * CELLS])
{
  const cell_group *group = &built->cells.groups[target];
  for (size_t i = 0; i < built->format.n_accumulators; i++) {
    const accumulator *sum = &built->format.accumulators[i];
    int64_t total[2 * CELLS] = {0};
    if (sum->population != target) continue;
    sum_row_take(row, &built->ports.ranges[i], 0, group->n, total);
    for (uint64_t l = 0; l < group->n; l++) out[sum->receptor][group->index[l]] += accumulator_value(sum, total[l]);
  }
}

static void deliver(const built *built, size_t source, uint64_t index, size_t target, arrivals out)
{
  const uint32_t *row = built_row(&built->synapses, source, index);
  const packed_rows *packed = built_packed(&built->synapses, source);
  calendar calendar;
  sums sums;
  memset(out, 0, sizeof(arrivals));
  OK(calendar_init(&calendar, MAX_DELAY, &built->ports));
  OK(sums_init(&sums, 1, &built->ports));
  calendar_set_load(&calendar, built->synapses.max_load);
  if (row) OK(calendar_add(&calendar, 0, row, false));
  if (packed) OK(calendar_add_packed(&calendar, 0, packed, index, false, 0));
  for (int64_t step = 1; step <= MAX_DELAY; step++) {
    OK(calendar_deliver(&calendar, step, &sums.rows[0]));
    take(built, &sums.rows[0], target, out[step]);
    memset(sums.narrow, 0, built->ports.n_narrow * sizeof *sums.narrow);
    memset(sums.wide, 0, built->ports.n_wide * sizeof *sums.wide);
    sum_row_clear(&sums.rows[0]);
  }
  sums_free(&sums);
  calendar_free(&calendar);
}

static void check_source(const built *built, const loligo_network *network, const listing *listing, size_t source,
                         uint64_t index)
{
  static arrivals got, expected;
  bool any = false;
  for (size_t target = 0; target < network->n_populations; target++) {
    expect(network, listing, source, index, target, expected);
    deliver(built, source, index, target, got);
    for (int64_t step = 0; step <= MAX_DELAY; step++)
      for (size_t r = 0; r < RECEPTORS; r++)
        for (size_t t = 0; t < 2 * CELLS; t++)
          assert_true(fabs(got[step][r][t] - expected[step][r][t]) <= 1e-9 * fabs(expected[step][r][t]));
  }
  for (size_t i = 0; i < listing->n; i++)
    any |=
        network->projections[listing->synapses[i].projection].source == source && listing->synapses[i].source == index;
  assert_int_equal(synapses_listen(&built->synapses, source, 0, index), any);
}

/* However synapses are kept; where they may be packed, only wide ones are in rows. */
static void check_stored(connect_storage storage)
{
  static listing listing;
  loligo_network *network = mixed_network();
  for (int ranks = 1; ranks <= 3; ranks += 2) {
    loligo_decomposition *decomposition = split(network, ranks);
    for (int rank = 0; rank < ranks; rank++) {
      built built;
      OK(built_init_stored(&built, network, decomposition, rank, storage));
      list_all(&built, network, &listing);
      assert_int_equal(built.synapses.n_synapses, listing.n);
      if (storage == CONNECT_ROWS) assert_null(built_packed(&built.synapses, 2));
      if (storage == CONNECT_PACKED) assert_non_null(built_packed(&built.synapses, 2));
      for (size_t p = 0; p < network->n_populations; p++)
        for (uint64_t s = 0; s < network->populations[p].size; s++) check_source(&built, network, &listing, p, s);
      built_free(&built);
    }
    loligo_decomposition_destroy(decomposition);
  }
  loligo_network_destroy(network);
}

static void rows_bring_what_is_listed(void **state)
{
  (void)state;
  check_stored(CONNECT_ROWS);
}

static void packed_synapses_bring_what_is_listed(void **state)
{
  (void)state;
  check_stored(CONNECT_PACKED);
}

static void the_smallest_tables_bring_what_is_listed(void **state)
{
  (void)state;
  check_stored(CONNECT_SMALLEST);
}

static uint64_t count(const listing *listing, size_t projection)
{
  uint64_t n = 0;
  for (size_t i = 0; i < listing->n; i++) n += listing->synapses[i].projection == projection;
  return n;
}

/* Each pair of local targets once; the given edges, sorted by target; as many as degrees say. */
static void what_is_listed_was_described(void **state)
{
  (void)state;
  static listing listing;
  loligo_network *network = mixed_network();
  loligo_decomposition *decomposition = split(network, 1);
  built built;
  OK(built_init(&built, network, decomposition, 0));
  list_all(&built, network, &listing);
  bool met[CELLS][2 * CELLS] = {{false}};
  for (size_t i = 0; i < listing.n && listing.synapses[i].projection == 0; i++) {
    const loligo_synapse *s = &listing.synapses[i];
    assert_false(met[s->source][s->target]);
    met[s->source][s->target] = true;
    assert_true(s->weight == 5 && s->delay == 10);
  }
  assert_int_equal(count(&listing, 0), CELLS * 2 * CELLS);
  const loligo_synapse *listed = listing.synapses + count(&listing, 0);
  assert_int_equal(count(&listing, 1), EDGES);
  const size_t order[EDGES] = {0, 2, 1, 3};
  for (size_t e = 0; e < EDGES; e++) {
    const loligo_edge *edge = &edges[order[e]];
    assert_true(listed[e].source == edge->source && listed[e].target == edge->target);
    assert_true(listed[e].weight == edge->weight && listed[e].delay == loligo_steps(edge->delay, dt));
  }
  assert_int_equal(count(&listing, 2), 2 * CELLS * 7);
  assert_int_equal(count(&listing, 3), 2 * CELLS * 30);
  assert_int_equal(count(&listing, 5), 0);
  assert_true(built.synapses.max_weight_error > 0 && built.synapses.max_weight_error < 1e-3);
  built_free(&built);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

/* No row where a source has no local target; without synapses at all, no row of anything. */
static void sources_without_targets_have_no_row(void **state)
{
  (void)state;
  loligo_network *network = network_of("iaf_psc_exp");
  loligo_decomposition *decomposition = split(network, 1);
  built built;
  OK(built_init(&built, network, decomposition, 0));
  assert_int_equal(built.synapses.n_synapses, 0);
  assert_int_equal(built.synapses.max_load, 0);
  for (uint64_t s = 0; s < CELLS; s++) assert_false(synapses_listen(&built.synapses, 0, 0, s));
  built_free(&built);
  project(network, 0, 0, (loligo_projection_spec){.rule = "explicit", .edges = edges, .n_edges = EDGES});
  OK(built_init(&built, network, decomposition, 0));
  for (uint64_t s = 0; s < CELLS; s++)
    assert_int_equal(synapses_listen(&built.synapses, 0, 0, s), s == 0 || s == 3 || s == 19);
  built_free(&built);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

/* Magnitudes add up, whatever their sign: 3 + 5 + 4 onto one cell, 7 onto another. */
static void load_is_the_largest_sum_onto_a_port(void **state)
{
  (void)state;
  const loligo_edge heavy[] = {{0, 4, 3, 1}, {1, 4, 5, 2}, {2, 4, -4, 1}, {3, 5, 7, 1}};
  loligo_network *network = network_of("iaf_psc_delta");
  project(
      network, 0, 0,
      (loligo_projection_spec){.rule = "explicit", .receptor = "exc", .any_sign = true, .edges = heavy, .n_edges = 4});
  loligo_decomposition *decomposition = split(network, 1);
  built built;
  OK(built_init(&built, network, decomposition, 0));
  const double quantum = accumulator_quantum(&built.format.accumulators[0]);
  assert_int_equal(built.format.n_accumulators, 1);
  assert_true(fabs((double)built.synapses.max_load * quantum - 12) < 1e-9);
  assert_true(built.synapses.max_weight_error == 0);
  built_free(&built);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

/* Ports beyond those that blocks can name: a constant that would be narrow is built as wide synapses. */
static void where_ports_are_too_many_rows_are_wide(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(dt, 1);
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  project(network, 0, 0,
          (loligo_projection_spec){.rule = "all_to_all", .weight = loligo_constant(5), .delay = loligo_constant(1)});
  loligo_decomposition *decomposition = split(network, 1);
  fixed_point format;
  cells cells;
  port_layout ports;
  synapses synapses;
  OK(fixed_point_init(&format, network));
  OK(cells_init(&cells, network, decomposition, 0));
  OK(ports_init(&ports, &format, &(uint64_t){(uint64_t)BLOCK_PORTS * PORT_BLOCKS + 1}));
  assert_false(format.accumulators[0].wide);
  OK(connect_build(&(connect_plan){.network = network, .cells = &cells, .ports = &ports}, &synapses));
  assert_int_equal(synapses.n_synapses, CELLS * CELLS);
  for (uint64_t source = 0; source < CELLS; source++) {
    const delay_run s = delay_run_read(built_row(&synapses, 0, source));
    assert_true(s.wide && s.last);
    assert_int_equal(s.count, CELLS);
    assert_int_equal(s.gap, 10);
    for (uint32_t k = 0; k < CELLS; k++) {
      assert_int_equal(wide_port(s.synapses + 2 * k), k);
      assert_int_equal(wide_quanta(s.synapses + 2 * k), 1);
    }
  }
  synapses_free(&synapses);
  ports_free(&ports);
  cells_free(&cells);
  fixed_point_free(&format);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

/** What an observer was told, and what it answers. */
typedef struct watcher {
  double fraction;
  int calls;
  loligo_status answer;
} watcher;

static loligo_status watch(void *self, double fraction)
{
  watcher *watcher = self;
  assert_true(fraction >= watcher->fraction && fraction <= 1);
  watcher->fraction = fraction;
  watcher->calls++;
  return watcher->answer;
}

static void observers_follow_the_build_and_can_end_it(void **state)
{
  (void)state;
  loligo_network *network = network_of("iaf_psc_exp");
  project(network, 2, 2,
          (loligo_projection_spec){
              .rule = "fixed_indegree", .argument = 60000, .weight = loligo_constant(1), .delay = loligo_constant(1)});
  loligo_decomposition *decomposition = split(network, 1);
  built built;
  OK(built_init(&built, network, decomposition, 0));
  for (int ends = 0; ends < 2; ends++) {
    watcher watcher = {.answer = ends ? LOLIGO_INTERRUPTED : LOLIGO_OK};
    const loligo_build_observer observer = {&watcher, watch};
    connect_plan plan = built_plan(&built, network);
    plan.observer = &observer;
    synapses again;
    assert_int_equal(connect_build(&plan, &again), watcher.answer);
    if (ends) assert_true(watcher.calls == 1 && watcher.fraction < 1);
    if (!ends) assert_true(watcher.calls > 2 && watcher.fraction == 1);
    synapses_free(&again);
  }
  built_free(&built);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

static void assert_refused(const char *model, loligo_distribution weight, loligo_distribution delay, const char *words)
{
  loligo_network *network = network_of(model);
  project(network, 0, 2,
          (loligo_projection_spec){.name = "bad", .rule = "all_to_all", .weight = weight, .delay = delay});
  loligo_decomposition *decomposition = split(network, 1);
  built built;
  assert_int_equal(built_init(&built, network, decomposition, 0), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), words));
  assert_non_null(strstr(loligo_error_message(), "projection bad onto B"));
  loligo_error_clear();
  built_free(&built);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

static void draws_that_cannot_be_are_refused(void **state)
{
  (void)state;
  const loligo_distribution spread = {.kind = LOLIGO_NORMAL, .mean = 1, .std = 1};
  assert_refused("iaf_psc_exp", loligo_constant(1), spread, "a drawn delay rounds below dt = 0.1 ms");
  assert_refused("iaf_cond_exp", spread, loligo_constant(1), "a drawn weight is negative");
}

/** For tests of scarce memory. */
typedef struct task {
  const loligo_network *network;
  const loligo_decomposition *decomposition;
} task;

static loligo_status build(void *self)
{
  const task *task = self;
  built built;
  const loligo_status status = built_init(&built, task->network, task->decomposition, 0);
  built_free(&built);
  return status;
}

static void building_tells_that_there_is_no_memory(void **state)
{
  (void)state;
  loligo_network *network = mixed_network();
  loligo_decomposition *decomposition = split(network, 1);
  fails_without_memory(build, &(task){network, decomposition});
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_bring_what_is_listed),
      cmocka_unit_test(packed_synapses_bring_what_is_listed),
      cmocka_unit_test(the_smallest_tables_bring_what_is_listed),
      cmocka_unit_test(what_is_listed_was_described),
      cmocka_unit_test(sources_without_targets_have_no_row),
      cmocka_unit_test(load_is_the_largest_sum_onto_a_port),
      cmocka_unit_test(where_ports_are_too_many_rows_are_wide),
      cmocka_unit_test(observers_follow_the_build_and_can_end_it),
      cmocka_unit_test(draws_that_cannot_be_are_refused),
      cmocka_unit_test(building_tells_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
