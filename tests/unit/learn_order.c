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

static double done(const learn_settings *settings, uint64_t epoch, uint64_t samples)
{
  return order_done(settings, sets, epoch, samples);
}

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
    assert_float_equal(done(&curriculum, i, 0), wanted[i].begin, 1e-12);
    assert_float_equal(done(&curriculum, i, found.samples / 4), 0.75 * wanted[i].begin + 0.25 * wanted[i].end, 1e-12);
    assert_float_equal(done(&curriculum, i, found.samples), wanted[i].end, 1e-12);
  }
  assert_false(order_find(&curriculum, sets, 5, &found));
  assert_int_equal(found.samples, 0);
}

/* A training that ended anywhere and is to be longer has the samples, the rates and the ends of epochs of one that was
 * to be as long from the beginning. */
static void a_longer_training_goes_on_as_if_it_had_always_been(void **state)
{
  (void)state;
  learn_settings shorter = curriculum;
  order_epoch all, some;
  for (double epochs = 0.15; epochs < 4; epochs += 0.15) {
    uint64_t epoch = 0, last = 0;
    shorter.epochs = epochs;
    for (; order_find(&shorter, sets, epoch, &some); epoch++) {
      assert_true(order_find(&curriculum, sets, epoch, &all));
      assert_int_equal(some.data, all.data);
      assert_true(some.samples <= all.samples);
      last = some.samples;
      for (uint64_t at = 0; at < some.samples; at += BATCH)
        assert_true(done(&shorter, epoch, at) == done(&curriculum, epoch, at));
    }
    assert_float_equal(done(&shorter, epoch - 1, last), epochs, 1e-12);
  }
}

/* Stages that would last beyond the end are cut there: 0 epochs of a curriculum are none. */
static void stages_end_with_the_training(void **state)
{
  (void)state;
  learn_settings cut = curriculum;
  order_epoch found;
  cut.epochs = 1;
  assert_true(order_find(&cut, sets, 1, &found));
  assert_int_equal(found.samples, SAMPLES);
  assert_false(order_find(&cut, sets, 2, &found));
  assert_true(order_fewest(&cut, sets, 2) == UINT64_MAX);
  cut.epochs = 0;
  assert_false(order_find(&cut, sets, 0, &found));
  assert_float_equal(done(&cut, 0, 0), 0, 0);
}

static void batches_that_are_not_full_are_left_out(void **state)
{
  (void)state;
  learn_settings odd = curriculum;
  order_epoch found;
  odd.batch = 3;
  odd.epochs = 0.4; /* 16 of 40 samples */
  assert_true(order_find(&odd, sets, 0, &found));
  assert_int_equal(found.samples, 15);
  assert_float_equal(done(&odd, 0, 12), 12 / 39., 1e-12);
  assert_float_equal(done(&odd, 0, 15), 0.4, 0);
}

static void rates_fall_with_the_batch_that_begins_there(void **state)
{
  (void)state;
  double falls[] = {0.3, 2};
  learn_settings settings = curriculum;
  settings.rate_epochs = falls;
  settings.n_rate_epochs = 2;
  assert_float_equal(order_rate(&settings, 0), 1, 0);
  assert_float_equal(order_rate(&settings, 0.2999), 1, 0);
  assert_float_equal(order_rate(&settings, 0.1 + 0.1 + 0.1), 0.1, 0);
  assert_float_equal(order_rate(&settings, 1.0 - 0.7), 0.1, 0); /* a little less than 0.3 */
  assert_float_equal(order_rate(&settings, 1.99), 0.1, 0);
  assert_float_equal(order_rate(&settings, 2), 0.1 * 0.1, 0);
}

static void an_update_in_an_environment_is_an_epoch(void **state)
{
  (void)state;
  const learn_settings settings = {.environment = environment_find("cart_pole"), .epochs = 3};
  order_epoch found;
  for (uint64_t i = 0; i < 3; i++) {
    assert_true(order_find(&settings, NULL, i, &found));
    assert_int_equal(found.samples, 1);
    assert_float_equal(order_done(&settings, NULL, i, 0), (double)i, 0);
    assert_float_equal(order_done(&settings, NULL, i, 1), (double)i + 1, 0);
  }
  assert_false(order_find(&settings, NULL, 3, &found));
  assert_int_equal(found.samples, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(parts_of_epochs_count_as_what_they_are),
                                     cmocka_unit_test(a_longer_training_goes_on_as_if_it_had_always_been),
                                     cmocka_unit_test(stages_end_with_the_training),
                                     cmocka_unit_test(batches_that_are_not_full_are_left_out),
                                     cmocka_unit_test(rates_fall_with_the_batch_that_begins_there),
                                     cmocka_unit_test(an_update_in_an_environment_is_an_epoch)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
