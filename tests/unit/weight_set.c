/* What the weights of a projection can be, by sign: of constants, of lists of every kind, and of laws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "loligo/network.h"
#include "network/description.h"
#include "network/edge_list.h"
#include "sim/layout/weight_set.h"

enum { CELLS = 10, MOST = 8 };

/** A network with one projection, and its sets. */
typedef struct subject {
  loligo_network *network;
  weight_set sets[SIGNS];
} subject;

static subject subject_of(const loligo_projection_spec *spec, double fixed)
{
  subject s = {.network = loligo_network_create(0.1, 1)};
  assert_int_equal(loligo_network_add_population(s.network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL),
                   LOLIGO_OK);
  if (loligo_network_add_projection(s.network, spec) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  weight_sets_of(s.network, &s.network->projections[0], fixed, s.sets);
  return s;
}

static subject drawn(loligo_distribution weight)
{
  const loligo_projection_spec spec = {.rule = "all_to_all", .weight = weight, .delay = loligo_constant(1)};
  return subject_of(&spec, 0);
}

static subject listed(size_t n, const double *weights)
{
  loligo_edge edges[MOST];
  for (size_t i = 0; i < n; i++) edges[i] = (loligo_edge){0, n - i, weights[i], 1};
  const loligo_projection_spec spec = {.rule = "explicit", .edges = edges, .n_edges = n};
  return subject_of(&spec, 0);
}

static void check_set(const weight_set *set, weight_kind kind, double low, double high)
{
  assert_int_equal(set->kind, kind);
  if (kind == WEIGHTS_NONE) return;
  if (set->low != low || set->high != high) fail_msg("%g ... %g instead of %g ... %g", set->low, set->high, low, high);
}

static void constants_are_one_weight(void **state)
{
  (void)state;
  subject s = drawn(loligo_constant(87.8085));
  check_set(&s.sets[POSITIVE], WEIGHTS_DECIMAL, 87.8085, 87.8085);
  check_set(&s.sets[NEGATIVE], WEIGHTS_NONE, 0, 0);
  assert_int_equal(decimal_grid_span(&s.sets[POSITIVE].grid), 1);
  loligo_network_destroy(s.network);
  s = drawn(loligo_constant(-4));
  check_set(&s.sets[POSITIVE], WEIGHTS_NONE, 0, 0);
  check_set(&s.sets[NEGATIVE], WEIGHTS_DECIMAL, 4, 4);
  loligo_network_destroy(s.network);
  s = drawn(loligo_constant(1 / 3.0));
  check_set(&s.sets[POSITIVE], WEIGHTS_ONE, 1 / 3.0, 1 / 3.0);
  loligo_network_destroy(s.network);
  s = drawn(loligo_constant(0));
  assert_true(s.sets[POSITIVE].kind != WEIGHTS_NONE && s.sets[POSITIVE].high == 0);
  check_set(&s.sets[NEGATIVE], WEIGHTS_NONE, 0, 0);
  loligo_network_destroy(s.network);
}

static void a_fixed_weight_goes_before_that_of_the_projection(void **state)
{
  (void)state;
  const loligo_projection_spec spec = {.rule = "all_to_all", .weight = loligo_constant(3), .delay = loligo_constant(1)};
  subject s = subject_of(&spec, -2);
  check_set(&s.sets[POSITIVE], WEIGHTS_NONE, 0, 0);
  check_set(&s.sets[NEGATIVE], WEIGHTS_DECIMAL, 2, 2);
  loligo_network_destroy(s.network);
}

static void without_synapses_there_are_no_weights(void **state)
{
  (void)state;
  const loligo_projection_spec spec = {
      .rule = "pairwise_bernoulli", .argument = 0, .weight = loligo_constant(3), .delay = loligo_constant(1)};
  subject s = subject_of(&spec, 0);
  check_set(&s.sets[POSITIVE], WEIGHTS_NONE, 0, 0);
  check_set(&s.sets[NEGATIVE], WEIGHTS_NONE, 0, 0);
  loligo_network_destroy(s.network);
}

static void laws_are_known_by_their_bounds(void **state)
{
  (void)state;
  const struct {
    loligo_distribution law;
    double positive[2], negative[2]; /* low, high; high 0: none */
  } cases[] = {
      {{.kind = LOLIGO_UNIFORM, .low = 2, .high = 5}, {2, 5}, {0, 0}},
      {{.kind = LOLIGO_UNIFORM, .low = -5, .high = -2}, {0, 0}, {2, 5}},
      {{.kind = LOLIGO_UNIFORM, .low = -1, .high = 3}, {0, 3}, {0, 1}},
      {{.kind = LOLIGO_NORMAL_CLIPPED, .mean = 1, .std = 1, .low = 0.5, .high = 1.5}, {0.5, 1.5}, {0, 0}},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    subject s = drawn(cases[c].law);
    const double *p = cases[c].positive, *n = cases[c].negative;
    check_set(&s.sets[POSITIVE], p[1] > 0 ? WEIGHTS_LAW : WEIGHTS_NONE, p[0], p[1]);
    check_set(&s.sets[NEGATIVE], n[1] > 0 ? WEIGHTS_LAW : WEIGHTS_NONE, n[0], n[1]);
    loligo_network_destroy(s.network);
  }
}

static void a_law_of_one_value_is_a_constant(void **state)
{
  (void)state;
  subject s = drawn((loligo_distribution){.kind = LOLIGO_NORMAL, .mean = 2});
  check_set(&s.sets[POSITIVE], WEIGHTS_DECIMAL, 2, 2);
  loligo_network_destroy(s.network);
}

static void lists_are_looked_at_weight_by_weight(void **state)
{
  (void)state;
  const double third = 1 / 3.0;
  const struct {
    size_t n;
    double weights[MOST];
    weight_kind positive, negative;
    double p[2], m[2];
  } cases[] = {
      {3, {1.5, 0.25, 100}, WEIGHTS_DECIMAL, WEIGHTS_NONE, {0.25, 100}, {0, 0}},
      {4, {1.5, -0.25, -7, 3}, WEIGHTS_DECIMAL, WEIGHTS_DECIMAL, {1.5, 3}, {0.25, 7}},
      {3, {third, third, third}, WEIGHTS_ONE, WEIGHTS_NONE, {third, third}, {0, 0}},
      {3, {third, 2, third}, WEIGHTS_LISTED, WEIGHTS_NONE, {third, 2}, {0, 0}},
      {2, {2, third}, WEIGHTS_LISTED, WEIGHTS_NONE, {third, 2}, {0, 0}},
      {4, {third, 0.2, 3, third}, WEIGHTS_LISTED, WEIGHTS_NONE, {0.2, 3}, {0, 0}},
      {2, {1e-6, 1e6}, WEIGHTS_APART, WEIGHTS_NONE, {1e-6, 1e6}, {0, 0}},
      {3, {1e-6, 1e6, 1}, WEIGHTS_APART, WEIGHTS_NONE, {1e-6, 1e6}, {0, 0}},
      {3, {1e-6, 1e6, third}, WEIGHTS_LISTED, WEIGHTS_NONE, {1e-6, 1e6}, {0, 0}},
      {3, {5, 0, 2}, WEIGHTS_DECIMAL, WEIGHTS_NONE, {2, 5}, {0, 0}},
      {3, {0, 0, -2}, WEIGHTS_NONE, WEIGHTS_DECIMAL, {0, 0}, {2, 2}},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    subject s = listed(cases[c].n, cases[c].weights);
    check_set(&s.sets[POSITIVE], cases[c].positive, cases[c].p[0], cases[c].p[1]);
    check_set(&s.sets[NEGATIVE], cases[c].negative, cases[c].m[0], cases[c].m[1]);
    loligo_network_destroy(s.network);
  }
}

static void magnitudes_apart_are_listed_once_the_largest_first(void **state)
{
  (void)state;
  subject s = listed(7, (double[]){1e-9, -3, 0, 5e9, -4, 2, 5e9});
  const edge_list *list = s.network->projections[0].list;
  const double positive[] = {5e9, 2, 1e-9};
  assert_int_equal(list->n_apart[POSITIVE], 3);
  assert_memory_equal(list->apart[POSITIVE], positive, sizeof positive);
  assert_int_equal(list->n_apart[NEGATIVE], 0);
  loligo_network_destroy(s.network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(constants_are_one_weight),
      cmocka_unit_test(a_fixed_weight_goes_before_that_of_the_projection),
      cmocka_unit_test(without_synapses_there_are_no_weights),
      cmocka_unit_test(laws_are_known_by_their_bounds),
      cmocka_unit_test(a_law_of_one_value_is_a_constant),
      cmocka_unit_test(lists_are_looked_at_weight_by_weight),
      cmocka_unit_test(magnitudes_apart_are_listed_once_the_largest_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
