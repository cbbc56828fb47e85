/* The choice of accumulators: exact where it can be, within the stated bounds where not, few. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "loligo/network.h"
#include "network/description.h"
#include "sim/layout/fixed_point.h"

static loligo_network *make_network(const char *model)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  assert_int_equal(loligo_network_add_population(network, "A", loligo_model_find(model), 100, NULL), LOLIGO_OK);
  return network;
}

static void connect(loligo_network *network, const char *receptor, loligo_distribution weight)
{
  loligo_projection_spec spec = {.rule = "fixed_indegree",
                                 .argument = 10,
                                 .receptor = receptor,
                                 .any_sign = true,
                                 .weight = weight,
                                 .delay = loligo_constant(1)};
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_OK);
}

static void list(loligo_network *network, const double *weights, size_t n)
{
  loligo_edge edges[32];
  for (size_t i = 0; i < n; i++) edges[i] = (loligo_edge){0, i, weights[i], 1};
  loligo_projection_spec spec = {.rule = "explicit", .edges = edges, .n_edges = n};
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_OK);
}

static fixed_point choose(const loligo_network *network)
{
  fixed_point format;
  assert_int_equal(fixed_point_init(&format, network), LOLIGO_OK);
  assert_int_equal(format.first[0], 0);
  assert_int_equal(format.first[network->n_populations], format.n_accumulators);
  return format;
}

static loligo_distribution normal(double mean, double std)
{
  return (loligo_distribution){.kind = LOLIGO_NORMAL, .mean = mean, .std = std};
}

static void assert_accumulators(const loligo_network *network, size_t n, bool wide)
{
  fixed_point format = choose(network);
  assert_int_equal(format.n_accumulators, n);
  for (size_t i = 0; i < n; i++) assert_int_equal(format.accumulators[i].wide, wide);
  for (size_t i = 0; i < format.n_pathways; i++) assert_int_equal(format.pathways[i].wide, wide);
  fixed_point_free(&format);
}

static void one_constant_is_one_quantum(void **state)
{
  (void)state;
  static const double constants[] = {67.3, 1.0 / 3, 1e-300, 87.812345678901234};
  for (size_t i = 0; i < 4; i++) {
    loligo_network *network = make_network("iaf_psc_exp");
    connect(network, "exc", loligo_constant(constants[i]));
    fixed_point format = choose(network);
    assert_int_equal(format.n_accumulators, 1);
    assert_false(format.accumulators[0].wide);
    assert_true(accumulator_value(&format.accumulators[0], 1) == constants[i]);
    assert_true(format.error_bound == 0);
    assert_ptr_equal(fixed_point_only(&format, &format.pathways[0]), format.accumulators);
    fixed_point_free(&format);
    loligo_network_destroy(network);
  }
}

static void constants_share_a_divisor(void **state)
{
  (void)state;
  loligo_network *network = make_network("iaf_psc_delta");
  connect(network, "exc", loligo_constant(0));
  connect(network, "exc", loligo_constant(0.6));
  connect(network, "exc", loligo_constant(-0.9));
  fixed_point format = choose(network);
  assert_int_equal(format.n_accumulators, 1);
  assert_true(accumulator_value(&format.accumulators[0], 2) == 0.6);
  assert_true(accumulator_value(&format.accumulators[0], -3) == -0.9);
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

static void what_shares_no_divisor_gets_its_own(void **state)
{
  (void)state;
  loligo_network *network = make_network("iaf_psc_exp");
  connect(network, "exc", loligo_constant(1e-7));
  connect(network, "exc", loligo_constant(100));
  connect(network, "exc", loligo_constant(1.0 / 3));
  connect(network, "exc", loligo_constant(1.0 / 3));
  assert_accumulators(network, 3, false);
  loligo_network_destroy(network);
}

/* More than 16 different ones share 32-bit weights, rounded. */
static void many_constants_do_not_make_many_accumulators(void **state)
{
  (void)state;
  loligo_network *network = make_network("iaf_psc_exp");
  for (int i = 0; i < 300; i++) connect(network, "exc", loligo_constant(sqrt(2 + i)));
  fixed_point format = choose(network);
  assert_true(format.n_accumulators <= 33);
  assert_true(format.error_bound > 0 && format.error_bound < 1e-8);
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

static void lists_of_decimals_are_exact(void **state)
{
  (void)state;
  static const double close[] = {1, 2.5, 327.67, 0}, far[] = {100, 1e-7}, apart[] = {123456789, 1e-12, 1e9, 5.5};
  loligo_network *network = make_network("iaf_psc_exp");
  list(network, close, 4);
  assert_accumulators(network, 1, false);
  loligo_network_destroy(network);

  network = make_network("iaf_psc_exp");
  list(network, far, 2);
  assert_accumulators(network, 1, true);
  loligo_network_destroy(network);

  network = make_network("iaf_psc_exp");
  list(network, apart, 4);
  fixed_point format = choose(network);
  assert_true(format.error_bound == 0);
  assert_int_equal(format.pathways[0].sums[POSITIVE].n, format.n_accumulators);
  for (size_t w = 0; w < 4; w++) {
    const accumulator *sum = format.accumulators;
    while (apart[w] > sum->limit) sum++;
    const double quanta = nearbyint(apart[w] / sum->quantum);
    assert_true(quanta <= WIDE_MAX && accumulator_value(sum, (int64_t)quanta) == apart[w]);
  }
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

/* The laws of the cortical microcircuit: as before there were several accumulators, one onto each receptor. */
static void laws_within_a_factor_of_two_share(void **state)
{
  (void)state;
  loligo_network *network = make_network("iaf_psc_exp");
  connect(network, "exc", normal(87.8, 8.78));
  connect(network, "exc", normal(175.6, 17.56));
  connect(network, "inh", normal(-351.2, 35.12));
  fixed_point format = choose(network);
  assert_int_equal(format.n_accumulators, 2);
  assert_false(format.accumulators[0].wide || format.accumulators[1].wide);
  assert_int_equal(format.pathways[2].sums[NEGATIVE].n, 1);
  assert_int_equal(format.pathways[2].sums[POSITIVE].n, 0);
  assert_true(format.error_bound < 3.1e-5);
  connect(network, "exc", normal(10, 1));
  fixed_point_free(&format);
  assert_accumulators(network, 3, false);
  loligo_network_destroy(network);
}

static void skewed_laws_have_finer_quanta_for_small_weights(void **state)
{
  (void)state;
  loligo_network *network = make_network("iaf_psc_exp");
  connect(network, "exc", (loligo_distribution){.kind = LOLIGO_LOGNORMAL, .mean = 50, .std = 150});
  fixed_point format = choose(network);
  const accumulator *sums = format.accumulators;
  const size_t n = format.n_accumulators;
  assert_true(n > 1 && n <= 4);
  for (size_t i = 0; i < n; i++) assert_true(sums[i].wide);
  for (size_t i = 0; i + 1 < n; i++) {
    assert_true(sums[i].limit < sums[i + 1].limit && sums[i].limit / sums[i].quantum <= WIDE_MAX + 0.5);
    assert_true(0.5 * sums[i + 1].quantum / sums[i].limit < 3.1e-5);
  }
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

static void each_sign_has_its_receptor(void **state)
{
  (void)state;
  loligo_network *network = make_network("iaf_psc_exp");
  connect(network, NULL, normal(1, 2));
  fixed_point format = choose(network);
  const pathway *way = format.pathways;
  assert_int_equal(format.n_accumulators, 2);
  assert_int_equal(format.accumulators[way->sums[POSITIVE].first].receptor, 0);
  assert_int_equal(format.accumulators[way->sums[NEGATIVE].first].receptor, 1);
  assert_null(fixed_point_only(&format, way));
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

static void levels_stand_as_one_sum(void **state)
{
  (void)state;
  loligo_network *network = make_network("hh_psc_exp");
  connect(network, "level", loligo_constant(1.5));
  connect(network, "level", loligo_constant(-1e-7));
  assert_accumulators(network, 1, true);
  connect(network, "level", loligo_constant(1.0 / 3));
  assert_accumulators(network, 1, true);
  loligo_network_destroy(network);
}

static void nothing_to_weigh_needs_nothing(void **state)
{
  (void)state;
  loligo_network *network = make_network("iaf_psc_exp");
  list(network, NULL, 0);
  assert_accumulators(network, 0, false);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_constant_is_one_quantum),
      cmocka_unit_test(constants_share_a_divisor),
      cmocka_unit_test(what_shares_no_divisor_gets_its_own),
      cmocka_unit_test(many_constants_do_not_make_many_accumulators),
      cmocka_unit_test(lists_of_decimals_are_exact),
      cmocka_unit_test(laws_within_a_factor_of_two_share),
      cmocka_unit_test(skewed_laws_have_finer_quanta_for_small_weights),
      cmocka_unit_test(each_sign_has_its_receptor),
      cmocka_unit_test(levels_stand_as_one_sum),
      cmocka_unit_test(nothing_to_weigh_needs_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
