/* The choice of weight quanta: exact where it can be, within 1e-3 or wide where not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "loligo/network.h"
#include "sim/fixed_point.h"

static loligo_network *make_network(void)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  assert_int_equal(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), 100, NULL), LOLIGO_OK);
  return network;
}

static void connect(loligo_network *network, loligo_distribution weight)
{
  loligo_projection_spec spec = {
      .rule = "fixed_indegree", .argument = 10, .receptor = "exc", .weight = weight, .delay = loligo_constant(1)};
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_OK);
}

static fixed_point choose(const loligo_network *network)
{
  fixed_point format;
  assert_int_equal(fixed_point_init(&format, network), LOLIGO_OK);
  return format;
}

static void one_constant_is_one_quantum(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  connect(network, loligo_constant(67.3));
  fixed_point format = choose(network);
  assert_true(format.quantum[0][0] == 67.3);
  assert_false(format.pathways[0].wide);
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

static void constants_share_a_divisor(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  connect(network, loligo_constant(6));
  connect(network, loligo_constant(-9));
  connect(network, loligo_constant(0));
  fixed_point format = choose(network);
  assert_true(fabs(format.quantum[0][0] - 3) < 1e-12);
  for (int i = 0; i < 3; i++) assert_false(format.pathways[i].wide);
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

static void clipped_normal_is_narrow_within_a_thousandth(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  connect(network,
          (loligo_distribution){.kind = LOLIGO_NORMAL_CLIPPED, .mean = 87.8, .std = 8.78, .low = 0, .high = INFINITY});
  connect(network, (loligo_distribution){
                       .kind = LOLIGO_NORMAL_CLIPPED, .mean = 175.6, .std = 17.56, .low = 0, .high = INFINITY});
  fixed_point format = choose(network);
  assert_false(format.pathways[0].wide);
  assert_false(format.pathways[1].wide);
  assert_true(0.5 * format.quantum[0][0] / (87.8 - 6.7 * 8.78) < 1e-3);
  assert_true((175.6 + 6.7 * 17.56) / format.quantum[0][0] <= FIXED_POINT_NARROW_MAX + 0.5);
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

static void wide_range_takes_wide_weights(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  connect(network, (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 0.01, .high = 100});
  connect(network, (loligo_distribution){.kind = LOLIGO_NORMAL, .mean = 0, .std = 1});
  fixed_point format = choose(network);
  assert_true(format.pathways[0].wide);
  assert_true(0.5 * format.quantum[0][0] / 0.01 < 1e-3);
  assert_true(100 / format.quantum[0][0] * 100 < 2147483648.0);
  fixed_point_free(&format);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_constant_is_one_quantum),
      cmocka_unit_test(constants_share_a_divisor),
      cmocka_unit_test(clipped_normal_is_narrow_within_a_thousandth),
      cmocka_unit_test(wide_range_takes_wide_weights),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
