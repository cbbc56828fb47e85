/*
 * How far a training is, in epochs as its settings count them, and the rate there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "learn/order.h"

enum { SAMPLES = 40, BATCH = 4 };

/* Half an epoch, one and a half, and what is left of four; the rate is a tenth behind the first two of them. */
static learn_stage stages[] = {{0, 0.5}, {1, 1.5}, {0, 2}};
static double rate_epochs[] = {2};
static const dataset sets[] = {{.name = "a", .n = SAMPLES}, {.name = "b", .n = 2 * SAMPLES}};
static const learn_settings curriculum = {.batch = BATCH,
                                          .epochs = 4,
                                          .stages = stages,
                                          .n_stages = 3,
                                          .rate_epochs = rate_epochs,
                                          .n_rate_epochs = 1,
                                          .rate_factor = 0.1};

static void parts_of_epochs_count_as_what_they_are(void **state)
{
  (void)state;
  const struct {
    uint64_t samples;
    double begin, end;
  } wanted[] = {{SAMPLES / 2, 0, 0.5}, {2 * SAMPLES, 0.5, 1.5}, {SAMPLES, 1.5, 2}, {SAMPLES, 2, 3}, {SAMPLES, 3, 4}};
  order_epoch found;
  for (uint64_t i = 0; i < 5; i++) {
    assert_true(order_find(&curriculum, sets, i, &found));
    assert_int_equal(found.samples, wanted[i].samples);
    assert_float_equal(order_done(&curriculum, i, 0), wanted[i].begin, 1e-12);
    assert_float_equal(order_done(&curriculum, i, 0.25), 0.75 * wanted[i].begin + 0.25 * wanted[i].end, 1e-12);
    assert_float_equal(order_done(&curriculum, i, 1), wanted[i].end, 1e-12);
  }
  assert_false(order_find(&curriculum, sets, 5, &found));
  assert_int_equal(found.samples, 0);
}

static void an_update_in_an_environment_is_an_epoch(void **state)
{
  (void)state;
  const learn_settings settings = {.environment = environment_find("cart_pole"), .epochs = 3};
  order_epoch found;
  for (uint64_t i = 0; i < 3; i++) {
    assert_true(order_find(&settings, NULL, i, &found));
    assert_int_equal(found.samples, 1);
    assert_float_equal(order_done(&settings, i, 0), (double)i, 0);
    assert_float_equal(order_done(&settings, i, 1), (double)i + 1, 0);
  }
  assert_false(order_find(&settings, NULL, 3, &found));
  assert_int_equal(found.samples, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(parts_of_epochs_count_as_what_they_are),
                                     cmocka_unit_test(an_update_in_an_environment_is_an_epoch)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
