/* What a rank is expected to take: against closed forms, and against what must grow or fall. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "sim/cells/cells.h"
#include "sim/plan.h"

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    if ((call) != LOLIGO_OK) fail_msg("%s", loligo_error_message());                                                   \
  } while (0)

enum { CELLS = 4000, DEGREE = 100 };

static loligo_network *network_with(double dt, loligo_distribution weight)
{
  loligo_network *network = loligo_network_create(dt, 1);
  const loligo_projection_spec spec = {
      .rule = "fixed_outdegree", .argument = DEGREE, .weight = weight, .delay = loligo_constant(2)};
  const loligo_named_value amplitude = {"amplitude", loligo_constant(1)};
  const loligo_stretch every_second = {.first = 0, .last = CELLS, .every = 2};
  const loligo_input_spec input = {.name = "dc",
                                   .model = "dc",
                                   .target = {.stretches = &every_second, .n_stretches = 1},
                                   .params = &amplitude,
                                   .n_params = 1};
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  OK(loligo_network_add_population(network, "B", loligo_model_find("hh_psc_exp"), CELLS / 4, NULL));
  OK(loligo_network_add_projection(network, &spec));
  OK(loligo_network_add_input(network, &input));
  return network;
}

static loligo_network *network_of(double dt)
{
  return network_with(dt, loligo_constant(1));
}

static cost_time time_of(const loligo_network *network, const cost_setting *setting, int ranks)
{
  planning planning;
  OK(planning_init(&planning, network, setting));
  const plan_rank mean = plan_mean(&planning, ranks);
  planning_free(&planning);
  return mean.time;
}

static void updates_are_those_of_models_and_inputs(void **state)
{
  (void)state;
  loligo_network *network = network_of(0.1);
  machine machine = machine_assumed;
  for (size_t i = 0; loligo_model_at(i); i++) machine.update[i] = loligo_model_at(i)->cost;
  for (size_t i = 0; input_model_at(i); i++) machine.input[i] = 0.5;
  const cost_setting setting = {.machine = &machine};
  const double ns = CELLS + CELLS / 4 * loligo_model_find("hh_psc_exp")->cost + CELLS / 2 * 0.5;
  assert_float_equal(time_of(network, &setting, 1).seconds[COST_IN_UPDATE], 1e-9 * 10000 * ns, 1e-9);
  assert_float_equal(time_of(network, &setting, 8).seconds[COST_IN_UPDATE], 1e-9 * 10000 * ns / 8, 1e-9);
  loligo_network_destroy(network);
}

/* Cells that find room in the cache take nothing besides, twice as many take all of it. */
static void many_cells_leave_the_cache(void **state)
{
  (void)state;
  loligo_network *network = network_of(0.1);
  machine machine = machine_assumed;
  const cost_setting setting = {.machine = &machine};
  machine.cells.byte = 0;
  const double near = time_of(network, &setting, 1).seconds[COST_IN_UPDATE];
  double bytes = 0;
  for (size_t p = 0; p < network->n_populations; p++)
    bytes += (double)network->populations[p].size * cells_bytes_each(&network->populations[p], false);
  machine.cells.byte = 2;
  machine.cells.cache = bytes / 1e3;
  assert_float_equal(time_of(network, &setting, 1).seconds[COST_IN_UPDATE], near, 1e-9);
  machine.cells.cache = bytes / 2e3;
  assert_float_equal(time_of(network, &setting, 1).seconds[COST_IN_UPDATE], near + 1e-9 * 10000 * bytes * 2, 1e-9);
  assert_float_equal(time_of(network, &setting, 2).seconds[COST_IN_UPDATE], near / 2, 1e-9);
  loligo_network_destroy(network);
}

static void events_follow_from_rates(void **state)
{
  (void)state;
  loligo_network *network = network_of(0.1);
  const double slow[] = {5, 0}, fast[] = {40, 0};
  machine machine = machine_assumed;
  machine.exchange.interval = 0;
  const cost_setting at_slow = {.machine = &machine, .rates = slow}, at_fast = {.machine = &machine, .rates = fast};
  const cost_time assumed = time_of(network, &cost_setting_assumed, 1), five = time_of(network, &at_slow, 1);
  const cost_time forty = time_of(network, &at_fast, 1);
  assert_float_equal(five.events, 5. * CELLS * DEGREE, 1e-3);
  assert_float_equal(assumed.events, five.events, 1e-3);
  assert_float_equal(five.arrivals, 5. * CELLS, 1e-3);
  assert_true(assumed.spikes > five.spikes);
  assert_float_equal(forty.seconds[COST_IN_DELIVER], 8 * five.seconds[COST_IN_DELIVER], 1e-9);
  assert_float_equal(forty.seconds[COST_IN_EXCHANGE], 8 * five.seconds[COST_IN_EXCHANGE], 1e-9);
  assert_true(forty.seconds[COST_IN_UPDATE] == five.seconds[COST_IN_UPDATE]);
  const machine_rows rows = {DEGREE, 1, 4. * CELLS * DEGREE, 0};
  const double ns = five.seconds[COST_IN_DELIVER] * 1e9 / five.events;
  assert_float_equal(ns, machine_rows_ns(machine_assumed.deliver, &rows), 0.05 * ns);
  loligo_network_destroy(network);
}

/* Where rows are too many for caches. */
static void intervals_take_time_of_their_own(void **state)
{
  (void)state;
  loligo_network *network = network_of(0.1);
  machine machine = machine_assumed;
  const cost_setting setting = {.machine = &machine};
  machine.exchange.interval = 0;
  const double without = time_of(network, &setting, 1).seconds[COST_IN_EXCHANGE];
  machine.exchange.interval = 1000;
  const double with = time_of(network, &setting, 1).seconds[COST_IN_EXCHANGE];
  const double share = machine_interval_ns(&machine, 4. * CELLS * DEGREE) / 1000;
  assert_true(machine_interval_ns(&machine, 1e5) == 0 && machine_interval_ns(&machine, 1e9) == 1000);
  const double expected = 1e-6 * share * 10000 / (double)exchange_interval(network);
  assert_true(with - without >= expected && with - without < 1.5 * expected);
  loligo_network_destroy(network);
}

static void drawn_numbers_take_time_to_build(void **state)
{
  (void)state;
  const loligo_distribution law = {.kind = LOLIGO_UNIFORM, .low = 0.5, .high = 1.5};
  loligo_network *constant = network_of(0.1), *drawn = network_with(0.1, law);
  machine machine = machine_assumed;
  const cost_setting setting = {.machine = &machine};
  machine.build.draw = 100;
  const double more = time_of(drawn, &setting, 2).build_seconds - time_of(constant, &setting, 2).build_seconds;
  assert_float_equal(more, 1e-9 * 100 * CELLS * DEGREE / 2, 1e-6);
  loligo_network_destroy(constant);
  loligo_network_destroy(drawn);
}

/* Of the build, on the mean of two ranks. */
static double build_seconds_of(const loligo_network *network, const machine *machine)
{
  return time_of(network, &(cost_setting){.machine = machine}, 2).build_seconds;
}

static loligo_network *network_by(const char *rule, double argument, bool multapses)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  const loligo_projection_spec spec = {.rule = rule,
                                       .argument = argument,
                                       .no_multapses = !multapses,
                                       .weight = loligo_constant(1),
                                       .delay = loligo_constant(2)};
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  OK(loligo_network_add_projection(network, &spec));
  return network;
}

/* What the constant of a machine adds to the build of a network, in numbers of what it is for. */
#define COUNTED(network, key) counted(network, offsetof(machine, build.key))

static double counted(const loligo_network *network, size_t offset)
{
  machine machine = machine_assumed;
  double *ns = (double *)((char *)&machine + offset);
  *ns = 0;
  const double without = build_seconds_of(network, &machine);
  *ns = 1e9;
  return build_seconds_of(network, &machine) - without;
}

/* Seconds of delivery, of synapses of a model, and their events. */
static cost_time time_of_learning(const machine *machine, const char *synapse, size_t n_params)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  const loligo_named_value params[] = {{"Wmax", loligo_constant(9)}, {"modulator", loligo_constant(0)}};
  const loligo_projection_spec spec = {.rule = "fixed_indegree",
                                       .argument = DEGREE,
                                       .synapse = synapse,
                                       .synapse_params = params,
                                       .n_synapse_params = n_params,
                                       .weight = loligo_constant(1),
                                       .delay = loligo_constant(2)};
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  OK(loligo_network_add_projection(network, &spec));
  const cost_time time = time_of(network, &(cost_setting){.machine = machine}, 2);
  loligo_network_destroy(network);
  return time;
}

static void synapses_that_learn_cost_what_their_model_does(void **state)
{
  (void)state;
  const double events = MACHINE_RATE * CELLS * DEGREE / 2;
  machine machine = machine_assumed;
  for (size_t i = 0; i < synapse_model_registry.n; i++) machine.learn[i] = 10. + (double)i;
  const cost_time plain = time_of_learning(&machine, "stdp", 1),
                  modulated = time_of_learning(&machine, "stdp_dopamine", 2);
  assert_float_equal(plain.events, events, 1e-3);
  assert_float_equal(plain.seconds[COST_IN_DELIVER],
                     1e-9 * events * machine_learn_ns(&machine, synapse_model_find("stdp")), 1e-9);
  assert_float_equal(modulated.seconds[COST_IN_DELIVER],
                     1e-9 * events * machine_learn_ns(&machine, synapse_model_find("stdp_dopamine")), 1e-9);
  assert_true(modulated.seconds[COST_IN_DELIVER] != plain.seconds[COST_IN_DELIVER]);
  assert_true(plain.build_seconds > 1e-9 * CELLS * DEGREE / 2 * machine.build.synapse);
}

static void partners_and_their_numbers_take_time_to_draw(void **state)
{
  (void)state;
  loligo_network *any = network_by("fixed_indegree", DEGREE, true);
  loligo_network *distinct = network_by("fixed_indegree", DEGREE, false);
  loligo_network *by_chance = network_by("pairwise_bernoulli", (double)DEGREE / CELLS, true);
  loligo_network *all = network_by("all_to_all", 0, false);
  assert_true(COUNTED(any, distinct) == 0 && COUNTED(all, distinct) == 0);
  assert_true(COUNTED(any, degree) == 0 && COUNTED(distinct, degree) == 0);
  assert_float_equal(COUNTED(distinct, distinct), CELLS * DEGREE / 2., 1e-3);
  assert_float_equal(COUNTED(by_chance, distinct), CELLS * DEGREE / 2., 1e-3);
  assert_float_equal(COUNTED(by_chance, degree), CELLS / 2., 1e-3);
  loligo_network_destroy(any);
  loligo_network_destroy(distinct);
  loligo_network_destroy(by_chance);
  loligo_network_destroy(all);
}

static void values_of_cells_take_time_to_draw(void **state)
{
  (void)state;
  const loligo_distribution law = {.kind = LOLIGO_UNIFORM, .low = -70, .high = -60};
  loligo_network *network = network_of(0.1);
  assert_true(COUNTED(network, value) == 0);
  OK(loligo_network_set_init(network, 1, "V_m", law));
  OK(loligo_network_set_param(network, 1, "E_L", law));
  assert_float_equal(COUNTED(network, value), 2 * CELLS / 4 / 2., 1e-3);
  loligo_network_destroy(network);
}

/* All ranks together work more, the more there are, and each works less. */
static void ranks_share_the_work(void **state)
{
  (void)state;
  loligo_network *network = network_of(0.1);
  planning planning;
  OK(planning_init(&planning, network, &cost_setting_assumed));
  double before = INFINITY;
  for (int ranks = 1; ranks <= 32; ranks *= 2) {
    const plan_rank mean = plan_mean(&planning, ranks);
    assert_true(mean.time.seconds[COST_IN_UPDATE] + mean.time.seconds[COST_IN_DELIVER] < before);
    before = mean.time.seconds[COST_IN_UPDATE] + mean.time.seconds[COST_IN_DELIVER];
  }
  const int half = plan_inefficient_ranks(&planning, 1, 0.5, 1 << 20);
  assert_in_range(half, 2, 1 << 20);
  assert_true(plan_efficiency(&planning, 1, half) < 0.5 && plan_efficiency(&planning, 1, half - 1) >= 0.5);
  assert_true(plan_efficiency(&planning, 7, 7) == 1);
  planning_free(&planning);
  loligo_network_destroy(network);
}

/* The method that is named is taken; "auto" is what a run would take, whatever rates are told. */
static void the_exchange_is_that_of_a_run(void **state)
{
  (void)state;
  loligo_network *network = network_of(0.1);
  const double busy[] = {500, 500};
  const cost_setting named = {.machine = &machine_assumed, .exchange = "neighbor"},
                     told = {.machine = &machine_assumed, .rates = busy, .exchange = "auto"};
  const cost_setting *settings[] = {&cost_setting_assumed, &named, &told};
  const exchange_method *methods[3];
  for (int i = 0; i < 3; i++) {
    planning planning;
    plan plan;
    OK(planning_init(&planning, network, settings[i]));
    OK(plan_network(&planning, "balanced", 8, &plan));
    methods[i] = plan.method;
    planning_free(&planning);
  }
  assert_ptr_equal(methods[0], methods[2]);
  assert_string_equal(methods[1]->name, "neighbor");
  loligo_network_destroy(network);
}

static void limits_are_told(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  const loligo_projection_spec spec = {.rule = "fixed_outdegree",
                                       .argument = 10,
                                       .no_autapses = true,
                                       .weight = loligo_constant(1),
                                       .delay = loligo_constant(2)};
  planning planning;
  plan few, many;
  const double busy[] = {500};
  const cost_setting setting = {.machine = &machine_assumed, .rates = busy};
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), UINT64_C(16000000000), NULL));
  OK(loligo_network_add_projection(network, &spec));
  OK(planning_init(&planning, network, &setting));
  OK(plan_network(&planning, "balanced", 4, &few));
  OK(plan_network(&planning, "balanced", 1000000, &many));
  planning_free(&planning);
  assert_true(few.meets[PLAN_LIMIT_WIDE] && few.meets[PLAN_LIMIT_RECORDS] && few.meets[PLAN_LIMIT_FIXED_OUTDEGREE]);
  assert_false(many.meets[PLAN_LIMIT_WIDE] || many.meets[PLAN_LIMIT_PACKED]);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(updates_are_those_of_models_and_inputs),
      cmocka_unit_test(many_cells_leave_the_cache),
      cmocka_unit_test(events_follow_from_rates),
      cmocka_unit_test(intervals_take_time_of_their_own),
      cmocka_unit_test(drawn_numbers_take_time_to_build),
      cmocka_unit_test(synapses_that_learn_cost_what_their_model_does),
      cmocka_unit_test(partners_and_their_numbers_take_time_to_draw),
      cmocka_unit_test(values_of_cells_take_time_to_draw),
      cmocka_unit_test(ranks_share_the_work),
      cmocka_unit_test(the_exchange_is_that_of_a_run),
      cmocka_unit_test(limits_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
