/*
 * The description of a network: what the add functions build, every fault that they name, and the range of delays.
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

#include "base/param.h"
#include "base/random/distribution.h"
#include "loligo/network.h"
#include "loligo/simulation.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "network/checks.h"
#include "network/description.h"
#include "network/edge_list.h"
#include "network/index.h"
#include "network/plasticity.h"
#include "network/projection.h"
#include "network/rule/rule.h"
#include "network/simulated.h"
#include "scarce.h"

static const loligo_distribution ONE = {.kind = LOLIGO_CONSTANT, .mean = 1};

/* Populations 0: E, iaf_psc_exp (currents); 1: C, hh_cond_exp (conductances); 2: S, spike_source; 3: nobody. */
static loligo_network *four_populations(void)
{
  loligo_network *network = loligo_network_create(0.1, 7);
  loligo_network_add_population(network, "E", loligo_model_find("iaf_psc_exp"), 10, NULL);
  loligo_network_add_population(network, "C", loligo_model_find("hh_cond_exp"), 10, NULL);
  loligo_network_add_population(network, "S", loligo_model_find("spike_source"), 3, NULL);
  loligo_network_add_population(network, "nobody", loligo_model_find("iaf_psc_exp"), 0, NULL);
  return network;
}

static void assert_fault(loligo_status status, const char *message)
{
  assert_int_equal(status, LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
}

static void assert_ok(loligo_status status)
{
  if (status != LOLIGO_OK) fail_msg("%s", loligo_error_message());
}

static void test_populations_are_numbered(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  size_t id;
  assert_ok(loligo_network_add_population(network, "last", loligo_model_find("iaf_psc_exp"), 2, &id));
  assert_int_equal(id, 4);
  assert_int_equal(network->n_populations, 5);
  assert_int_equal(network->n_cells, 25);
  static const uint64_t first[] = {0, 10, 20, 23, 23};
  for (size_t i = 0; i < 5; i++) assert_int_equal(network->populations[i].first_gid, first[i]);
  static const size_t population_of[] = {0, 0, 1, 2, 4, 4};
  static const uint64_t gids[] = {0, 9, 10, 22, 23, 24};
  for (size_t i = 0; i < 6; i++) assert_int_equal(loligo_network_population_of(network, gids[i]), population_of[i]);
  assert_int_equal(loligo_network_find(network, "S"), 2);
  assert_int_equal(loligo_network_find(network, "s"), -1);
  assert_fault(loligo_network_add_population(network, "E", loligo_model_find("iaf_psc_exp"), 1, NULL),
               "population 'E' exists already; choose another name");
  assert_fault(loligo_network_add_population(network, "", loligo_model_find("iaf_psc_exp"), 1, NULL),
               "a population needs a name");
  assert_fault(loligo_network_add_population(network, "all", loligo_model_find("iaf_psc_exp"), UINT64_MAX, NULL),
               "size 18446744073709551615 makes more than 2^40 cells in all");
  assert_int_equal(network->n_populations, 5);
  loligo_network_destroy(network);
}

static void test_many_populations_and_projections(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 7);
  for (size_t i = 0; i < 70; i++) {
    char name[3] = {(char)('a' + i / 10), (char)('0' + i % 10), '\0'};
    assert_ok(loligo_network_add_population(network, name, loligo_model_find("iaf_psc_exp"), i, NULL));
    loligo_projection_spec spec = {.source = i, .target = i / 2, .rule = "all_to_all", .weight = ONE, .delay = ONE};
    assert_ok(loligo_network_add_projection(network, &spec));
  }
  for (size_t i = 0; i < 70; i++) {
    assert_int_equal(network->populations[i].size, i);
    assert_int_equal(network->projections[i].source, i);
    assert_int_equal(network->projections[i].target, i / 2);
  }
  assert_string_equal(network->projections[69].name, "projection 69");
  loligo_network_destroy(network);
}

static void test_time_grid(void **state)
{
  (void)state;
  assert_null(loligo_network_create(0, 1));
  assert_fault(LOLIGO_INPUT_ERROR, "dt must be > 0, not 0 ms");
  assert_null(loligo_network_create(NAN, 1));
  assert_fault(LOLIGO_INPUT_ERROR, "dt must be > 0, not nan ms");
  assert_int_equal(loligo_steps(1, 0.1), 10);
  assert_int_equal(loligo_steps(0.3, 0.1), 3);
  assert_int_equal(loligo_steps(0.25, 0.1), 3);
  assert_int_equal(loligo_steps(0.249, 0.1), 2);
  assert_int_equal(loligo_steps(1e9, 0.1), INT64_C(10000000000));
  assert_true(loligo_steps(1e300, 0.1) == INT64_C(1) << 62);
  assert_true(loligo_steps(-1e300, 0.1) == -(INT64_C(1) << 62));
}

/* Halfway between two steps of n 10^-exponent ms, as a user writes it: up, wherever its binary double lies. */
static void ties_are_decided_in_decimal(void **state)
{
  (void)state;
  static const struct {
    long n;
    int exponent;
  } grids[] = {{1, 0}, {1, 1}, {3, 1}, {5, 2}, {25, 3}, {125, 4}, {1, 2}, {7, 3}, {1, 3}};
  for (size_t g = 0; g < sizeof grids / sizeof grids[0]; g++) {
    for (long k = 0; k < 2000000; k = k < 20000 ? k + 1 : k + 9973) {
      char dt[32], t[32];
      snprintf(dt, sizeof dt, "%lde-%d", grids[g].n, grids[g].exponent);
      snprintf(t, sizeof t, "%lde-%d", 5 * (2 * k + 1) * grids[g].n, grids[g].exponent + 1);
      const double step = strtod(dt, NULL), tie = strtod(t, NULL);
      assert_int_equal(loligo_steps(tie, step), k + 1);
      assert_int_equal(loligo_steps(tie - 1e-6 * step, step), k);
      assert_int_equal(loligo_steps((double)k * step, step), k);
    }
  }
}

static void test_params(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  const loligo_distribution *c_m =
      &network->populations[0].params[model_param_index(network->populations[0].model, "C_m")];
  assert_int_equal(c_m->kind, LOLIGO_UNSET);
  double values[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  loligo_distribution list = {.kind = LOLIGO_LIST, .values = values, .n_values = 10};
  assert_ok(loligo_network_set_param(network, 0, "C_m", list));
  values[3] = -1;
  assert_true(c_m->values[3] == 4);
  assert_ok(loligo_network_set_param(network, 0, "C_m", loligo_constant(200)));
  assert_true(c_m->kind == LOLIGO_CONSTANT && c_m->mean == 200);
  assert_fault(loligo_network_set_param(network, 0, "C_m", list), "C_m must be > 0, not -1 pF");
  assert_true(c_m->kind == LOLIGO_CONSTANT && c_m->mean == 200);
  list.n_values = 3;
  assert_fault(loligo_network_set_param(network, 0, "C_m", list),
               "C_m lists 3 values for 10 cells; give one value per cell");
  assert_fault(loligo_network_set_param(network, 0, "C_n", ONE),
               "unknown parameter 'C_n' in iaf_psc_exp; did you mean 'C_m'?");
  assert_fault(loligo_network_set_param(network, 0, "C_m", loligo_constant(0)), "C_m must be > 0, not 0 pF");
  assert_fault(loligo_network_set_param(network, 0, "C_m", loligo_constant(NAN)),
               "C_m must be a finite number, not nan");
  assert_fault(loligo_network_set_param(network, 0, "t_ref", loligo_constant(-1)), "t_ref must be >= 0, not -1 ms");
  loligo_distribution normal = {.kind = LOLIGO_NORMAL, .mean = 250, .std = 50};
  assert_ok(loligo_network_set_param(network, 0, "C_m", normal));
  normal.mean = -1000;
  assert_fault(loligo_network_set_param(network, 0, "C_m", normal), "C_m must be > 0, not -1000 pF");
  loligo_network_destroy(network);
}

static void test_uniform_params(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  loligo_distribution drawn = {.kind = LOLIGO_UNIFORM, .low = 0, .high = 1};
  assert_fault(loligo_network_set_param(network, 1, "integrator", drawn),
               "integrator must be one value for all cells, not a distribution");
  assert_fault(loligo_network_set_param(network, 1, "integrator", loligo_constant(0.5)),
               "integrator must be a whole number, not 0.5");
  assert_fault(loligo_network_set_param(network, 1, "integrator", loligo_constant(77)),
               "integrator has no choice number 77");
  assert_ok(loligo_network_set_param(network, 1, "integrator", loligo_constant(1)));
  size_t glif;
  assert_ok(loligo_network_add_population(network, "G", loligo_model_find("glif_psc"), 2, &glif));
  assert_fault(loligo_network_set_param(network, glif, "after_spike_currents", loligo_constant(2)),
               "after_spike_currents must be 0 or 1 (false or true), not 2");
  assert_ok(loligo_network_set_param(network, glif, "after_spike_currents", loligo_constant(1)));
  loligo_network_destroy(network);
}

static void test_laws(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  loligo_distribution law = {.kind = LOLIGO_NORMAL, .mean = 0, .std = -1};
  assert_fault(loligo_network_set_init(network, 0, "V_m", law), "V_m: std must be >= 0, not -1");
  law = (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 2, .high = 1};
  assert_fault(loligo_network_set_init(network, 0, "V_m", law), "V_m: low must be below high, but they are 2 and 1");
  law = (loligo_distribution){.kind = LOLIGO_LOGNORMAL, .mean = 0, .std = 1};
  assert_fault(loligo_network_set_init(network, 0, "V_m", law), "V_m: the mean of a lognormal law must not be 0");
  law = (loligo_distribution){.kind = LOLIGO_NORMAL_CLIPPED, .mean = 0, .std = 1, .low = 8, .high = 9};
  assert_fault(
      loligo_network_set_init(network, 0, "V_m", law),
      "V_m: hardly any value of the normal law with mean 0 and std 1 lies between low 8 and high 9; widen the bounds");
  law = (loligo_distribution){.kind = LOLIGO_NORMAL, .mean = INFINITY, .std = 1};
  assert_fault(loligo_network_set_init(network, 0, "V_m", law), "V_m: mean must be a finite number, not inf");
  assert_fault(loligo_network_set_init(network, 0, "V_n", ONE),
               "unknown state variable 'V_n' in iaf_psc_exp; did you mean 'V_m'?");
  law = (loligo_distribution){.kind = LOLIGO_NORMAL_CLIPPED, .mean = -60, .std = 5, .low = -INFINITY, .high = -55};
  assert_ok(loligo_network_set_init(network, 0, "V_m", law));
  loligo_network_destroy(network);
}

static void test_trains(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  const double times[] = {5, 1, 3, 1}, early[] = {0};
  const uint64_t owners[] = {0, 2, 1, 1};
  assert_ok(loligo_network_set_trains(network, 2, times, owners, 4));
  static const double sorted[] = {1, 1, 3, 5};
  static const uint64_t sorted_owners[] = {1, 2, 1, 0};
  assert_int_equal(network->populations[2].n_times, 4);
  assert_memory_equal(network->populations[2].times, sorted, sizeof sorted);
  assert_memory_equal(network->populations[2].owners, sorted_owners, sizeof sorted_owners);
  assert_ok(loligo_network_set_trains(network, 2, times, NULL, 4));
  assert_null(network->populations[2].owners);
  const uint64_t stranger[] = {3};
  assert_fault(loligo_network_set_trains(network, 2, times, stranger, 1),
               "the spike at 5 ms belongs to cell 3, which is not in [0:3]");
  assert_fault(loligo_network_set_trains(network, 2, early, NULL, 1),
               "spike time 0 ms must be finite and not before the end of the first step, 0.1 ms");
  assert_fault(loligo_network_set_trains(network, 0, times, NULL, 4),
               "model iaf_psc_exp takes no spike times; use spike_source");
  loligo_network_destroy(network);
}

/* A valid projection E -> target to be made faulty. */
static loligo_projection_spec plain(size_t target)
{
  return (loligo_projection_spec){.target = target, .rule = "all_to_all", .weight = ONE, .delay = ONE};
}

static void test_receptors(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  loligo_projection_spec spec = plain(0);
  assert_ok(loligo_network_add_projection(network, &spec));
  spec.weight.mean = -3;
  assert_ok(loligo_network_add_projection(network, &spec));
  spec.receptor = "exc";
  assert_fault(
      loligo_network_add_projection(network, &spec),
      "weight -3 pA onto receptor 'exc' would inhibit; turn its sign, leave the receptor out, or say sign: any");
  spec.any_sign = true;
  assert_ok(loligo_network_add_projection(network, &spec));
  spec = plain(1);
  spec.receptor = "inh";
  assert_ok(loligo_network_add_projection(network, &spec));
  const loligo_edge edges[] = {{0, 0, -3, 1}, {0, 0, 1, 1}};
  spec = (loligo_projection_spec){.target = 0, .rule = "explicit", .edges = edges, .n_edges = 2};
  assert_ok(loligo_network_add_projection(network, &spec));
  static const char *const names[][2] = {
      {"exc", "exc"}, {"inh", "inh"}, {"exc", "exc"}, {"inh", "inh"}, {"exc", "inh"}};
  for (size_t i = 0; i < 5; i++) {
    const loligo_projection *p = &network->projections[i];
    const loligo_receptor *receptors = network->populations[p->target].model->receptors;
    for (int sign = 0; sign < 2; sign++) assert_string_equal(receptors[p->receptor[sign]].name, names[i][sign]);
  }
  spec = plain(0);
  spec.receptor = "exx";
  assert_fault(loligo_network_add_projection(network, &spec),
               "unknown receptor 'exx' in iaf_psc_exp; did you mean 'exc'?");
  spec.receptor = "level";
  assert_fault(loligo_network_add_projection(network, &spec),
               "unknown receptor 'level' in iaf_psc_exp; known: exc, inh");
  spec = plain(2);
  assert_fault(loligo_network_add_projection(network, &spec),
               "target 'S' is of model spike_source, which receives no spikes");
  loligo_network_destroy(network);
}

static void test_weights(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  loligo_projection_spec spec = plain(1);
  spec.weight.mean = -6;
  assert_fault(
      loligo_network_add_projection(network, &spec),
      "weight -6 nS is negative, but a conductance cannot be; for inhibition give receptor: inh and a positive weight");
  spec.weight = (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = -2, .high = -1};
  assert_fault(
      loligo_network_add_projection(network, &spec),
      "weight -1 nS is negative, but a conductance cannot be; for inhibition give receptor: inh and a positive weight");
  spec.weight.high = 1;
  assert_ok(loligo_network_add_projection(network, &spec));
  spec.weight = (loligo_distribution){.kind = LOLIGO_UNSET};
  assert_fault(loligo_network_add_projection(network, &spec), "missing key 'weight'");
  spec.weight = (loligo_distribution){.kind = LOLIGO_LIST, .values = &spec.argument, .n_values = 1};
  assert_fault(loligo_network_add_projection(network, &spec),
               "weight cannot be a list; give a value or a distribution");
  loligo_network_destroy(network);
}

static void assert_delay(loligo_network *network, loligo_distribution delay, const char *message)
{
  loligo_projection_spec spec = plain(0);
  spec.delay = delay;
  loligo_status status = loligo_network_add_projection(network, &spec);
  if (message)
    assert_fault(status, message);
  else
    assert_ok(status);
}

static void test_delays(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  assert_delay(network, loligo_constant(0.05), "delay 0.05 ms is below dt 0.1 ms");
  assert_delay(network, loligo_constant(0), "delay 0 ms is below dt 0.1 ms");
  assert_delay(network, loligo_constant(-1), "delay -1 ms is below dt 0.1 ms");
  assert_delay(network, loligo_constant(0.15), "delay 0.15 ms is not a multiple of dt 0.1 ms");
  assert_delay(network, loligo_constant(1e12),
               "delay 1e+12 ms is longer than 2^24 steps of dt 0.1 ms; take a longer dt");
  assert_delay(network, (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 0, .high = 0.04},
               "delay 0.04 ms is below dt 0.1 ms");
  assert_delay(network, (loligo_distribution){.kind = LOLIGO_UNSET}, "missing key 'delay'");
  assert_delay(network, loligo_constant(0.3), NULL);
  assert_delay(network, loligo_constant(15.300000191), NULL);
  assert_delay(network, loligo_constant(0.1), NULL);
  loligo_network_destroy(network);
}

/* A matrix has no delay, keeps its parameters, and is whole. */
static void test_dense_projections(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(1, 1);
  size_t pixels, hidden;
  assert_ok(loligo_network_add_population(network, "pixels", loligo_model_find("data_source"), 6, &pixels));
  assert_ok(loligo_network_add_population(network, "hidden", loligo_model_find("lif_step"), 4, &hidden));
  const loligo_named_value params[] = {{"learn", loligo_constant(0)}, {"gain", loligo_constant(20)}};
  const loligo_distribution drawn = {.kind = LOLIGO_UNIFORM, .low = -0.4, .high = 0.4};
  loligo_projection_spec spec = {.source = pixels, .target = hidden, .rule = "all_to_all", .synapse = "dense"};
  spec.weight = drawn;
  spec.synapse_params = params;
  spec.n_synapse_params = 2;
  assert_ok(loligo_network_add_projection(network, &spec));
  const loligo_projection *added = &network->projections[0];
  assert_int_equal(added->synapse->kind, SYNAPSE_DENSE);
  assert_true(plasticity_param(added, SYNAPSE_DENSE_BIAS) == 1 && plasticity_param(added, SYNAPSE_DENSE_LEARN) == 0);
  assert_true(plasticity_param(added, SYNAPSE_DENSE_RATE) == 1 && plasticity_param(added, SYNAPSE_DENSE_GAIN) == 20);
  spec.delay = loligo_constant(1);
  assert_fault(loligo_network_add_projection(network, &spec),
               "delay: synapse model dense acts within the step; leave it out");
  spec.delay = (loligo_distribution){.kind = LOLIGO_UNSET};
  spec.no_autapses = true;
  assert_fault(loligo_network_add_projection(network, &spec),
               "synapse model dense has a weight for every pair; leave out autapses");
  spec.no_autapses = false;
  spec.rule = "one_to_one";
  spec.target = pixels;
  assert_fault(loligo_network_add_projection(network, &spec),
               "target 'pixels' is of model data_source, which receives no spikes");
  spec.source = spec.target = hidden;
  assert_fault(loligo_network_add_projection(network, &spec),
               "synapse model dense needs rule: all_to_all, not one_to_one");
  assert_fault(network_check_simulated(network),
               "population pixels: model data_source is for learning in trials only; add the section learning to the "
               "model file, or choose another model");
  loligo_network_destroy(network);
}

static void test_names_of_projections(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  loligo_projection_spec spec = plain(0);
  spec.name = "recurrent";
  assert_ok(loligo_network_add_projection(network, &spec));
  spec.target = 1;
  assert_ok(loligo_network_add_projection(network, &spec));
  assert_fault(
      loligo_network_add_projection(network, &spec),
      "name 'recurrent' belongs to another projection onto 'C'; choose another, as it keys the random numbers");
  spec.name = NULL;
  assert_ok(loligo_network_add_projection(network, &spec));
  assert_string_equal(network->projections[2].name, "projection 2");

  random_key key[3];
  for (size_t i = 0; i < 3; i++) {
    rule_context context = rule_context_of(network, &network->projections[i]);
    key[i] = rule_key(&context, RANDOM_PARTNER);
  }
  assert_memory_not_equal(&key[0], &key[1], sizeof key[0]);
  assert_memory_not_equal(&key[1], &key[2], sizeof key[0]);
  loligo_network_destroy(network);
}

static void test_edges_are_sorted_and_copied(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  loligo_edge edges[] = {{4, 3, 1, 1}, {9, 0, 2, 1}, {1, 3, 3, 2}, {1, 3, 3, 1}};
  loligo_projection_spec spec = {.target = 0, .rule = "explicit", .edges = edges, .n_edges = 4};
  assert_ok(loligo_network_add_projection(network, &spec));
  memset(edges, 0, sizeof edges);
  static const loligo_edge sorted[] = {{9, 0, 2, 1}, {1, 3, 3, 1}, {1, 3, 3, 2}, {4, 3, 1, 1}};
  assert_memory_equal(network->projections[0].list->here, sorted, sizeof sorted);
  loligo_network_destroy(network);
}

static void assert_delay_range(const loligo_network *network, int64_t low, int64_t high)
{
  int64_t min, max;
  loligo_network_delay_range(network, &min, &max);
  assert_int_equal(min, low);
  assert_int_equal(max, high);
}

static void test_delay_range(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  assert_delay_range(network, 0, 0);
  loligo_projection_spec spec = {
      .target = 0, .rule = "fixed_indegree", .argument = 0, .weight = ONE, .delay = loligo_constant(0.1)};
  assert_ok(loligo_network_add_projection(network, &spec));
  spec = (loligo_projection_spec){.target = 3, .rule = "all_to_all", .weight = ONE, .delay = loligo_constant(0.2)};
  assert_ok(loligo_network_add_projection(network, &spec));
  assert_delay_range(network, 0, 0);
  spec = plain(0);
  spec.delay = loligo_constant(1.5);
  assert_ok(loligo_network_add_projection(network, &spec));
  assert_delay_range(network, 15, 15);
  const loligo_edge edges[] = {{0, 0, 1, 0.7}, {1, 1, 1, 2.5}};
  spec = (loligo_projection_spec){.target = 0, .rule = "explicit", .edges = edges, .n_edges = 2};
  assert_ok(loligo_network_add_projection(network, &spec));
  assert_delay_range(network, 7, 25);
  spec = plain(0);
  spec.delay =
      (loligo_distribution){.kind = LOLIGO_NORMAL_CLIPPED, .mean = 1.5, .std = 0.75, .low = 0.05, .high = 4.04};
  assert_ok(loligo_network_add_projection(network, &spec));
  assert_delay_range(network, 1, 40);
  spec.delay = (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 0.01, .high = 5};
  assert_ok(loligo_network_add_projection(network, &spec));
  assert_delay_range(network, 1, 50);
  loligo_network_destroy(network);
}

static size_t param_row(const char *model, const char *name)
{
  const loligo_param_table table = input_model_find(model)->params;
  return (size_t)(param_find(table, name) - table.rows);
}

static void test_inputs(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  const loligo_named_value amplitude = {"amplitude", loligo_constant(200)};
  loligo_input_spec spec = {.name = "step",
                            .model = "dc",
                            .target = {.population = 0, .first = 2, .last = 5},
                            .params = &amplitude,
                            .n_params = 1,
                            .start = 10,
                            .stop = 60};
  assert_ok(loligo_network_add_input(network, &spec));
  const loligo_input *input = &network->inputs[0];
  assert_int_equal(input->receptor, -1);
  assert_true(input->weight == 1 && input->start == 100 && input->stop == 600);
  assert_true(input->params[param_row("dc", "amplitude")] == 200);
  assert_fault(loligo_network_add_input(network, &spec), "input 'step' exists already; choose another name");
  spec.name = "other";
  spec.stop = 5;
  assert_fault(loligo_network_add_input(network, &spec), "stop 5 ms is before start 10 ms");
  spec.stop = 0;
  assert_ok(loligo_network_add_input(network, &spec));
  assert_true(network->inputs[1].stop == INT64_MAX);
  loligo_network_destroy(network);
}

static void test_switches_of_inputs(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  loligo_named_value params[] = {{"sd", ONE}, {"shared", loligo_constant(0.5)}};
  loligo_input_spec spec = {
      .name = "noise", .model = "noise_current", .target = {.last = 10}, .params = params, .n_params = 2};
  assert_fault(loligo_network_add_input(network, &spec), "shared must be 0 or 1 (false or true), not 0.5");
  params[1].value = loligo_constant(-1);
  assert_fault(loligo_network_add_input(network, &spec), "shared must be 0 or 1 (false or true), not -1");
  params[1].value = (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 0, .high = 1};
  assert_fault(loligo_network_add_input(network, &spec), "shared must be one value for all cells, not a distribution");
  const double each[10] = {0, 1, 0, 1};
  params[1].value = loligo_list(each, 10);
  assert_fault(loligo_network_add_input(network, &spec), "shared must be one value for all cells, not a distribution");
  params[1].value = loligo_constant(1);
  assert_ok(loligo_network_add_input(network, &spec));
  assert_true(network->inputs[0].params[param_row("noise_current", "shared")] == 1);
  loligo_network_destroy(network);
}

static void test_faults_of_inputs(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  loligo_input_spec spec = {.name = "x", .model = "zzz", .target = {.population = 0, .first = 0, .last = 10}};
  char unknown[1024] = "unknown input model 'zzz'; known: ";
  for (size_t i = 0; input_model_at(i); i++) {
    const size_t n = strlen(unknown);
    snprintf(unknown + n, sizeof unknown - n, "%s%s", i ? ", " : "", input_model_at(i)->name);
  }
  assert_fault(loligo_network_add_input(network, &spec), unknown);
  spec.model = "dc";
  assert_fault(loligo_network_add_input(network, &spec), "missing key 'amplitude'");
  spec.target.last = 11;
  assert_fault(loligo_network_add_input(network, &spec), "'E[0:11]' goes beyond the 10 cells of 'E'");
  spec.target = (loligo_selection){.population = 2, .last = 3};
  assert_fault(loligo_network_add_input(network, &spec), "target 'S' is of model spike_source, which takes no input");
  size_t relay;
  assert_int_equal(loligo_network_add_population(network, "R", loligo_model_find("parrot"), 2, &relay), LOLIGO_OK);
  const loligo_named_value amplitude = {"amplitude", ONE};
  const loligo_input_spec current = {
      .name = "b", .model = "dc", .target = {.population = relay, .last = 2}, .params = &amplitude, .n_params = 1};
  assert_fault(loligo_network_add_input(network, &current),
               "target 'R' is of model parrot, which takes spikes, but no current as dc");
  const double times[] = {1, 7.5};
  const uint64_t owners[] = {3, 9};
  spec = (loligo_input_spec){.name = "x",
                             .model = "spikes",
                             .target = {.population = 1, .first = 2, .last = 5},
                             .weight = -1,
                             .times = times,
                             .n_times = 2};
  assert_fault(
      loligo_network_add_input(network, &spec),
      "weight -1 nS is negative, but a conductance cannot be; for inhibition give receptor: inh and a positive weight");
  spec.weight = 1;
  spec.owners = owners;
  assert_fault(loligo_network_add_input(network, &spec),
               "the spike at 7.5 ms belongs to cell 9, which is not in [2:5]");
  spec.n_times = 1;
  assert_ok(loligo_network_add_input(network, &spec));
  spec.start = -1;
  spec.name = "y";
  assert_fault(loligo_network_add_input(network, &spec), "start must be >= 0, not -1 ms");
  assert_int_equal(network->n_inputs, 1);
  loligo_network_destroy(network);
}

static void test_lists_of_inputs(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  double times[] = {0, 10}, amplitudes[] = {100, 0};
  const loligo_named_value params[] = {{"amplitudes", loligo_list(amplitudes, 2)}, {"times", loligo_list(times, 2)}};
  loligo_input_spec spec = {.name = "x",
                            .model = "steps",
                            .target = {.population = 0, .first = 0, .last = 10},
                            .params = &params[1],
                            .n_params = 1};
  assert_fault(loligo_network_add_input(network, &spec), "missing key 'amplitudes'");
  spec.params = params;
  spec.n_params = 2;
  assert_ok(loligo_network_add_input(network, &spec));
  amplitudes[0] = 5;
  const real_list *kept = &network->inputs[0].lists[param_row("steps", "amplitudes")];
  assert_int_equal(kept->n, 2);
  assert_true(kept->values[0] == 100);
  amplitudes[0] = NAN;
  spec.name = "y";
  assert_fault(loligo_network_add_input(network, &spec), "amplitudes must be a finite number, not nan");
  loligo_network_destroy(network);
}

static void test_values_of_inputs_go_by_name(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  const double values[] = {1, 2};
  loligo_named_value value = {"amplitud", loligo_constant(1)};
  loligo_input_spec spec = {
      .name = "x", .model = "dc", .target = {.population = 0, .first = 0, .last = 10}, .params = &value, .n_params = 1};
  assert_fault(loligo_network_add_input(network, &spec),
               "unknown parameter 'amplitud' in dc; did you mean 'amplitude'?");
  value = (loligo_named_value){"amplitude", loligo_list(values, 2)};
  assert_fault(loligo_network_add_input(network, &spec),
               "amplitude lists 2 values for 10 cells; give one value per cell");
  value.value = (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 2, .high = 1};
  assert_fault(loligo_network_add_input(network, &spec), "amplitude: low must be below high, but they are 2 and 1");
  value.value = loligo_constant(NAN);
  assert_fault(loligo_network_add_input(network, &spec), "amplitude must be a finite number, not nan");
  value = (loligo_named_value){"times", loligo_constant(1)};
  spec.model = "steps";
  assert_fault(loligo_network_add_input(network, &spec), "times must be a list");
  loligo_network_destroy(network);
}

static void test_a_network_tells_what_is_in_it(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  const loligo_projection_spec projection = {
      .name = "p", .source = 1, .target = 0, .rule = "all_to_all", .weight = ONE, .delay = ONE};
  const loligo_named_value amplitude = {"amplitude", ONE};
  const loligo_input_spec input = {.name = "i", .model = "dc", .params = &amplitude, .n_params = 1};
  assert_ok(loligo_network_add_projection(network, &projection));
  assert_ok(loligo_network_add_input(network, &input));
  assert_true(loligo_network_dt(network) == network->dt);
  assert_int_equal(loligo_network_seed(network), network->seed);
  assert_int_equal(loligo_network_population_count(network), 4);
  assert_int_equal(loligo_network_projection_count(network), 1);
  assert_int_equal(loligo_network_input_count(network), 1);
  uint64_t cells = 0;
  for (size_t p = 0; p < 4; p++) {
    assert_int_equal(loligo_network_find(network, loligo_network_population_name(network, p)), p);
    assert_ptr_equal(loligo_network_population_model(network, p), network->populations[p].model);
    assert_int_equal(loligo_network_population_first_gid(network, p), cells);
    cells += loligo_network_population_size(network, p);
  }
  assert_int_equal(loligo_network_cell_count(network), cells);
  assert_string_equal(loligo_network_projection_name(network, 0), "p");
  assert_int_equal(loligo_network_projection_source(network, 0), 1);
  assert_int_equal(loligo_network_projection_target(network, 0), 0);
  assert_string_equal(loligo_network_input_name(network, 0), "i");
  loligo_network_destroy(network);
}

static void test_a_model_tells_its_tables(void **state)
{
  (void)state;
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_model *model = loligo_model_at(i);
    size_t n = 0;
    for (; loligo_model_param_name(model, n); n++)
      assert_ptr_equal(loligo_model_param_unit(model, n), model->params.rows[n].unit);
    assert_int_equal(n, model->params.n);
    for (n = 0; loligo_model_variable_name(model, n); n++) {
      assert_int_equal(loligo_model_find_variable(model, loligo_model_variable_name(model, n)), n);
      assert_ptr_equal(loligo_model_variable_unit(model, n), model->variables[n].unit);
    }
    assert_int_equal(n, model->n_variables);
    for (n = 0; loligo_model_receptor_name(model, n); n++)
      assert_string_equal(loligo_model_receptor_unit(model, n), receptor_unit(model->receptors[n].kind));
    assert_int_equal(n, model->n_receptors);
    assert_int_equal(loligo_model_find_variable(model, "nothing"), -1);
  }
}

static void test_every_model_and_drive_can_be_described(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_model *model = loligo_model_at(i);
    size_t id;
    assert_ok(loligo_network_add_population(network, model->name, model, 3, &id));
    for (size_t p = 0; p < model->params.n; p++) {
      double value = param_default(&model->params.rows[p]);
      if (!isnan(value))
        assert_ok(loligo_network_set_param(network, id, model->params.rows[p].name, loligo_constant(value)));
    }
    for (size_t v = 0; v < model->n_variables; v++)
      assert_ok(loligo_network_set_init(network, id, model->variables[v].name, ONE));
  }
  loligo_network_destroy(network);
}

static void test_a_simulated_network_stands(void **state)
{
  (void)state;
  static const char message[] = "the network is being simulated and cannot be changed; change it before "
                                "loligo_simulation_create() or after loligo_simulation_destroy()";
  loligo_network *network = four_populations();
  const loligo_projection_spec projection = {.rule = "all_to_all", .weight = ONE, .delay = ONE};
  const loligo_named_value amplitude = {"amplitude", ONE};
  const loligo_input_spec input = {.name = "i", .model = "dc", .params = &amplitude, .n_params = 1};
  network_hold(network);
  network_hold(network);
  network_release(network);
  assert_fault(loligo_network_set_param(network, 0, "I_e", ONE), message);
  assert_fault(loligo_network_set_init(network, 0, "V_m", ONE), message);
  assert_fault(loligo_network_set_trains(network, 2, (double[]){1}, NULL, 1), message);
  assert_fault(loligo_network_add_population(network, "late", loligo_model_find("iaf_psc_exp"), 1, NULL), message);
  assert_fault(loligo_network_add_projection(network, &projection), message);
  assert_fault(loligo_network_add_input(network, &input), message);
  const size_t i_e = (size_t)model_param_index(network->populations[0].model, "I_e");
  assert_int_equal(network->populations[0].params[i_e].kind, LOLIGO_UNSET);
  assert_int_equal(network->n_populations, 4);
  network_release(network);
  assert_ok(loligo_network_set_param(network, 0, "I_e", ONE));
  assert_ok(loligo_network_add_projection(network, &projection));
  assert_ok(loligo_network_add_input(network, &input));
  loligo_network_destroy(network);
}

static void test_the_refused_element_is_known(void **state)
{
  (void)state;
  uint64_t at;
  loligo_network *network = four_populations();
  const loligo_edge edges[] = {{9, 9, 1, 1}, {1, 1, 1, 1}, {0, 10, 1, 1}, {0, 1, 1, 1}};
  const loligo_projection_spec spec = {.rule = "explicit", .edges = edges, .n_edges = 4};
  assert_fault(loligo_network_add_projection(network, &spec),
               "explicit: edge 0,10 has no target; the population has 10 cells");
  assert_true(loligo_network_refused(network, &at));
  assert_int_equal(at, 2);
  assert_fault(loligo_network_set_trains(network, 2, (double[]){3, 2, 0}, NULL, 3),
               "spike time 0 ms must be finite and not before the end of the first step, 0.1 ms");
  assert_true(loligo_network_refused(network, &at));
  assert_int_equal(at, 2);
  assert_fault(loligo_network_set_param(network, 0, "x", ONE),
               "unknown parameter 'x' in iaf_psc_exp; known: C_m, tau_m, t_ref, E_L, V_th, V_reset, I_e, tau_syn_ex, "
               "tau_syn_in");
  assert_false(loligo_network_refused(network, &at));
  loligo_network_destroy(network);
}

static void test_names_are_whole_or_refused(void **state)
{
  (void)state;
  loligo_network *network = four_populations();
  char name[LOLIGO_NAME_BYTES + 2];
  memset(name, 'x', sizeof name);
  name[LOLIGO_NAME_BYTES + 1] = '\0';
  assert_fault(loligo_network_add_population(network, name, loligo_model_find("iaf_psc_exp"), 1, NULL),
               "the name 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' of a population has 201 bytes; take at most 200");
  name[LOLIGO_NAME_BYTES] = '\0';
  assert_ok(loligo_network_add_population(network, name, loligo_model_find("iaf_psc_exp"), 1, NULL));
  assert_int_equal(loligo_network_find(network, name), 4);
  name[LOLIGO_NAME_BYTES - 1] = '\0';
  assert_int_equal(loligo_network_find(network, name), -1);
  loligo_network_destroy(network);
}

/* What is drawn from a law that was accepted is a number, however absurd its parameters. */
static void test_laws_give_numbers(void **state)
{
  (void)state;
  static const double values[] = {-1e308, -1, -1e-320, 0, 1e-320, 1e-300, 1, 3, 1e150, 1e300, 1.7e308};
  enum { N = sizeof values / sizeof *values };
  static const loligo_distribution_kind kinds[] = {LOLIGO_NORMAL, LOLIGO_NORMAL_CLIPPED, LOLIGO_LOGNORMAL,
                                                   LOLIGO_UNIFORM};
  size_t accepted = 0;
  for (size_t k = 0; k < 4; k++) {
    for (size_t i = 0; i < N * N * N * N; i++) {
      const loligo_distribution law = {.kind = kinds[k],
                                       .mean = values[i % N],
                                       .std = values[i / N % N],
                                       .low = values[i / N / N % N],
                                       .high = values[i / N / N / N]};
      if (distribution_check(&law, "x", DISTRIBUTION_NO_LIST) != LOLIGO_OK) continue;
      const distribution_range range = distribution_range_of(&law);
      assert_true(isfinite(range.low) && isfinite(range.high) && isfinite(range.mean));
      const double value = distribution_draw_one(&law, random_key_make(1, RANDOM_WEIGHT, "p", "t"), i);
      assert_true(value >= range.low && value <= range.high);
      accepted++;
    }
  }
  loligo_error_clear();
  assert_true(accepted > 1000);
}

/* -- scarce memory -- */

typedef struct two_edges {
  uint64_t at;
} two_edges;

static loligo_status begin_edges(void *self)
{
  ((two_edges *)self)->at = 0;
  return LOLIGO_OK;
}

static loligo_status next_edge(void *self, size_t room, loligo_edge *edges, size_t *n)
{
  static const loligo_edge all[] = {{1, 3, 1, 1}, {4, 3, 0.3, 1}};
  two_edges *listed = self;
  *n = room > 0 && listed->at < 2;
  if (*n) edges[0] = all[listed->at++];
  return LOLIGO_OK;
}

static loligo_status add_listed(loligo_network *network)
{
  two_edges *listed = malloc(sizeof *listed);
  if (!listed) return loligo_fail(LOLIGO_MACHINE_ERROR, "no memory");
  const edge_source source = {
      .self = listed, .name = "two edges", .begin = begin_edges, .next = next_edge, .free = free};
  return projection_add_listed(network, &(loligo_projection_spec){.rule = "explicit"}, source);
}

static const loligo_stretch ends[] = {{.last = 2}, {.first = 5, .last = 9, .every = 2}};

static loligo_status add_between_some(loligo_network *network)
{
  const loligo_selection some = {.stretches = ends, .n_stretches = 2};
  return loligo_network_add_projection(
      network,
      &(loligo_projection_spec){
          .sources = &some, .targets = &some, .rule = "fixed_indegree", .argument = 1, .weight = ONE, .delay = ONE});
}

static loligo_status add_onto_some(loligo_network *network)
{
  static const double each[] = {1, 2, 3, 4}, times[] = {3, 2};
  static const uint64_t owners[] = {7, 0};
  const loligo_selection some = {.stretches = ends, .n_stretches = 2};
  const loligo_named_value amplitude = {"amplitude", loligo_list(each, 4)};
  LOLIGO_TRY(loligo_network_add_input(
      network, &(loligo_input_spec){.name = "i", .model = "dc", .target = some, .params = &amplitude, .n_params = 1}));
  return loligo_network_add_input(network, &(loligo_input_spec){.name = "s",
                                                                .model = "spikes",
                                                                .target = some,
                                                                .weights = loligo_list(each, 4),
                                                                .times = times,
                                                                .owners = owners,
                                                                .n_times = 2});
}

static loligo_status set_lists(loligo_network *network)
{
  static const double each[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const loligo_selection some = {.stretches = ends, .n_stretches = 2};
  for (size_t time = 0; time < 2; time++) {
    LOLIGO_TRY(loligo_network_set_param(network, 0, "C_m", loligo_list(each, 10)));
    LOLIGO_TRY(loligo_network_set_init(network, 0, "V_m", loligo_list(each, 10)));
  }
  return loligo_network_change_param(network, 1, &some, "C_m", loligo_list(each, 4));
}

/* Adds to a network that has nothing in its pool yet. */
static loligo_status add_to_new(void *self)
{
  loligo_status (*const *add)(loligo_network * network) = self;
  loligo_network *network = loligo_network_create(0.1, 7);
  if (!network) return LOLIGO_MACHINE_ERROR;
  loligo_status status = loligo_network_add_population(network, "E", loligo_model_find("iaf_psc_exp"), 10, NULL);
  if (status == LOLIGO_OK) status = (*add)(network);
  loligo_network_destroy(network);
  return status;
}

static void test_what_is_taken_over_is_freed(void **state)
{
  (void)state;
  loligo_status (*add[])(loligo_network *) = {add_listed, add_between_some, add_onto_some, set_lists};
  for (size_t i = 0; i < sizeof add / sizeof *add; i++) fails_without_memory(add_to_new, &add[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_populations_are_numbered),
      cmocka_unit_test(test_many_populations_and_projections),
      cmocka_unit_test(test_time_grid),
      cmocka_unit_test(ties_are_decided_in_decimal),
      cmocka_unit_test(test_params),
      cmocka_unit_test(test_uniform_params),
      cmocka_unit_test(test_laws),
      cmocka_unit_test(test_trains),
      cmocka_unit_test(test_receptors),
      cmocka_unit_test(test_weights),
      cmocka_unit_test(test_delays),
      cmocka_unit_test(test_dense_projections),
      cmocka_unit_test(test_names_of_projections),
      cmocka_unit_test(test_edges_are_sorted_and_copied),
      cmocka_unit_test(test_delay_range),
      cmocka_unit_test(test_inputs),
      cmocka_unit_test(test_switches_of_inputs),
      cmocka_unit_test(test_faults_of_inputs),
      cmocka_unit_test(test_lists_of_inputs),
      cmocka_unit_test(test_a_simulated_network_stands),
      cmocka_unit_test(test_the_refused_element_is_known),
      cmocka_unit_test(test_names_are_whole_or_refused),
      cmocka_unit_test(test_laws_give_numbers),
      cmocka_unit_test(test_values_of_inputs_go_by_name),
      cmocka_unit_test(test_a_network_tells_what_is_in_it),
      cmocka_unit_test(test_a_model_tells_its_tables),
      cmocka_unit_test(test_every_model_and_drive_can_be_described),
      cmocka_unit_test(test_what_is_taken_over_is_freed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
