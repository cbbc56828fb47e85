/* Expected cost of the exchange methods: what auto takes at cases whose answer is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "sim/exchange/exchange.h"

/* K targets of a cell anywhere among the ranks. */
static exchange_load spread(double ranks, double cells, double targets)
{
  return (exchange_load){.ranks = ranks,
                         .cells = cells,
                         .rate = 5,
                         .interval = 1,
                         .listeners = ranks * -expm1(-targets / ranks),
                         .partners = ranks - 1};
}

/* Targets of a rank's cells on a few ranks: areas. */
static exchange_load areas(double ranks, double cells, double partners)
{
  exchange_load load = spread(ranks, cells, 1000);
  load.listeners = load.partners = partners;
  return load;
}

static void assert_chosen(exchange_load load, const char *name)
{
  assert_string_equal(exchange_cheapest(&load, &machine_assumed)->name, name);
}

static void few_ranks_take_allgather(void **state)
{
  (void)state;
  for (double ranks = 1; ranks <= 64; ranks *= 2) {
    assert_chosen(spread(ranks, 10, 1), "allgather");
    assert_chosen(spread(ranks, 4000, 80), "allgather");
    assert_chosen(spread(ranks, 77169, 3900), "allgather");
    assert_chosen(spread(ranks, 1e6, 6000), "allgather");
  }
  assert_chosen(spread(1, 1e9, 0), "allgather");
}

static void many_spikes_that_few_want_are_sent_to_those(void **state)
{
  (void)state;
  assert_chosen(spread(64, 1e6, 6000), "allgather");
  assert_chosen(spread(1e4, 1e8, 5000), "alltoall");
  assert_chosen(spread(1e5, 1.6e10, 6000), "alltoall");
  assert_chosen(spread(1e4, 1e5, 5000), "allgather");
}

static void areas_take_neighbor(void **state)
{
  (void)state;
  assert_chosen(areas(32, 1e5, 2), "neighbor");
  assert_chosen(areas(1e4, 1e8, 64), "neighbor");
  assert_chosen(areas(8, 8e6, 2), "neighbor");
  assert_chosen(areas(8, 800, 2), "allgather");
}

/* A machine on which messages cost nothing sends few; one that finds nothing in vain takes all. */
static void the_machine_matters(void **state)
{
  (void)state;
  const exchange_load load = spread(1e4, 1e8, 5000);
  machine machine = machine_assumed;
  machine.exchange.look_up = machine.exchange.miss = 0;
  assert_string_equal(exchange_cheapest(&load, &machine)->name, "allgather");
  machine = machine_assumed;
  machine.exchange.message = 1e6;
  assert_string_equal(exchange_cheapest(&load, &machine)->name, "allgather");
}

/* By hand: 1e4 ranks, 1e8 cells at 5 Hz, 1000 intervals a second. */
static void seconds_are_those_of_the_formulas(void **state)
{
  (void)state;
  const machine costs = {
      .exchange =
          {.collective = 1000, .message = 100, .byte = 1, .record = 2, .look_up = 4, .miss = 20, .cache = 12500},
      .node = {.cores = 2000}};
  exchange_load load = {.ranks = 1024, .cells = 1e8, .rate = 5, .interval = 2, .listeners = 256, .partners = 300};
  const double spikes = 5e8, rounds = 500;
  const double in_vain = 0.75 * (4 + 0.5 * 16);
  assert_float_equal(exchange_seconds_allgather(&load, &costs), 1e-9 * (rounds * 10 * 1000 + spikes * (8 + in_vain)),
                     1e-9);
  const double records = spikes / 1024 * 256 * (2 + 8);
  assert_float_equal(exchange_seconds_alltoall(&load, &costs), 1e-9 * (rounds * (1000 + 1023 * 100) + records), 1e-9);
  assert_float_equal(exchange_seconds_neighbor(&load, &costs), 1e-9 * (rounds * (10000 + 300 * 100) + records), 1e-9);
}

/* More ranks than a node has cores: what is known of the network between nodes counts, and only that. */
static void between_nodes_the_network_counts(void **state)
{
  (void)state;
  machine machine = machine_assumed;
  exchange_load load = spread(64, 1e6, 5000);
  machine.node.cores = 64;
  machine.network.latency = 5000;
  machine.network.bandwidth = 32;
  machine.network.message = 900;
  assert_true(exchange_seconds_allgather(&load, &machine) == exchange_seconds_allgather(&load, &machine_assumed));
  machine.node.cores = 32;
  const double in_vain = (64 - load.listeners) / 64 * machine.exchange.look_up;
  assert_float_equal(exchange_seconds_allgather(&load, &machine), 1e-9 * (1000 * 6 * 5000. + 5e6 * (8 + in_vain)),
                     1e-9);
  const double records = 5e6 / 64 * load.listeners * (machine.exchange.record + 8);
  assert_float_equal(exchange_seconds_alltoall(&load, &machine), 1e-9 * (1000 * (5000 + 63 * 900.) + records), 1e-9);
  machine.network.latency = machine.network.bandwidth = machine.network.message = 0;
  assert_true(exchange_seconds_neighbor(&load, &machine) == exchange_seconds_neighbor(&load, &machine_assumed));
}

static void add(loligo_network *network, size_t source, size_t target, const char *rule, double argument)
{
  const loligo_projection_spec spec = {.source = source,
                                       .target = target,
                                       .rule = rule,
                                       .argument = argument,
                                       .weight = loligo_constant(1),
                                       .delay = loligo_constant(1)};
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_OK);
}

static double listeners_on_8(const loligo_network *network)
{
  double synapses[3];
  exchange_count_sent(network, synapses);
  return exchange_listeners(network, 8, synapses);
}

static void listeners_follow_from_the_rules(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  const loligo_model *model = loligo_model_find("iaf_psc_exp");
  assert_true(listeners_on_8(network) == 0);
  assert_int_equal(loligo_network_add_population(network, "A", model, 100, NULL), LOLIGO_OK);
  assert_int_equal(loligo_network_add_population(network, "none", model, 0, NULL), LOLIGO_OK);
  assert_int_equal(loligo_network_add_population(network, "B", model, 300, NULL), LOLIGO_OK);
  assert_true(listeners_on_8(network) == 0);
  add(network, 0, 2, "fixed_indegree", 5);
  add(network, 0, 0, "fixed_outdegree", 1);
  add(network, 2, 1, "fixed_outdegree", 0);
  assert_float_equal(listeners_on_8(network), 0.25 * 8 * (1 - exp(-16. / 8)), 1e-12);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(few_ranks_take_allgather),
      cmocka_unit_test(many_spikes_that_few_want_are_sent_to_those),
      cmocka_unit_test(areas_take_neighbor),
      cmocka_unit_test(the_machine_matters),
      cmocka_unit_test(seconds_are_those_of_the_formulas),
      cmocka_unit_test(between_nodes_the_network_counts),
      cmocka_unit_test(listeners_follow_from_the_rules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
