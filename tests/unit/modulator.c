/* A modulator's trace is that of its spikes, in whatever order they come, and outlives those that are dropped. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scarce.h"
#include "sim/plasticity/modulator.h"

enum { SPIKES = 9, LOOK_BACK = 40 };

static const double RATE = 0.03;
static const int64_t steps[SPIKES] = {-5, 0, 0, 3, 17, 18, 18, 18, 60};

static void make(modulator *modulator)
{
  assert_int_equal(modulator_init(modulator, 0, RATE, LOOK_BACK), LOLIGO_OK);
}

/* Of all spikes up to a step, one by one. */
static double trace_at(int64_t step)
{
  double sum = 0;
  for (int i = 0; i < SPIKES; i++)
    if (steps[i] <= step) sum += exp(-(double)(step - steps[i]) * RATE);
  return sum;
}

static void traces_are_closed_forms(void **state)
{
  (void)state;
  modulator modulator;
  make(&modulator);
  for (int i = 0; i < SPIKES; i++) modulator_add(&modulator, steps[i]);
  assert_int_equal(modulator.n, 6);
  for (size_t i = 0; i < modulator.n; i++)
    assert_true(fabs(modulator.events[i].trace - trace_at(modulator.events[i].step)) < 1e-13);
  assert_true(modulator.events[4].count == 3);
  assert_int_equal(modulator_count(&modulator, -6), 0);
  assert_int_equal(modulator_count(&modulator, 16), 3);
  assert_int_equal(modulator_count(&modulator, 17), 4);
  assert_int_equal(modulator_count(&modulator, 100), 6);
  modulator_free(&modulator);
}

static void the_order_of_spikes_changes_no_bit(void **state)
{
  (void)state;
  modulator one, other;
  make(&one);
  make(&other);
  for (int i = 0; i < SPIKES; i++) modulator_add(&one, steps[i]);
  for (int i = 0; i < SPIKES; i++) modulator_add(&other, steps[i * 7 % SPIKES]);
  assert_int_equal(one.n, other.n);
  assert_memory_equal(one.events, other.events, one.n * sizeof *one.events);
  modulator_free(&one);
  modulator_free(&other);
}

static void what_is_dropped_is_not_forgotten(void **state)
{
  (void)state;
  modulator modulator;
  make(&modulator);
  for (int i = 0; i + 1 < SPIKES; i++) modulator_add(&modulator, steps[i]);
  modulator_drop_old(&modulator, -10);
  assert_int_equal(modulator.n, 5);
  modulator_drop_old(&modulator, 17);
  assert_int_equal(modulator.n, 2);
  assert_int_equal(modulator.events[0].step, 17);
  modulator_add(&modulator, 60);
  assert_true(fabs(modulator.events[2].trace - trace_at(60)) < 1e-13);
  modulator_free(&modulator);
}

/* Spikes at every step, dropped when there is no room for another look back. */
static void room_is_made_by_dropping(void **state)
{
  (void)state;
  modulator modulator;
  make(&modulator);
  int drops = 0;
  for (int64_t step = 1; step <= 5000; step++) {
    if (step % LOOK_BACK == 0 && !modulator_has_room(&modulator, LOOK_BACK)) {
      modulator_drop_old(&modulator, step - 1 - LOOK_BACK);
      assert_true(modulator_has_room(&modulator, LOOK_BACK));
      drops++;
    }
    modulator_add(&modulator, step);
    assert_true(modulator.n <= modulator.capacity);
  }
  assert_true(drops > 3);
  modulator_free(&modulator);
}

static loligo_status init(void *modulator)
{
  const loligo_status status = modulator_init(modulator, 0, RATE, LOOK_BACK);
  modulator_free(modulator);
  return status;
}

static void no_memory_is_told(void **state)
{
  (void)state;
  modulator modulator;
  fails_without_memory(init, &modulator);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(traces_are_closed_forms),
      cmocka_unit_test(the_order_of_spikes_changes_no_bit),
      cmocka_unit_test(what_is_dropped_is_not_forgotten),
      cmocka_unit_test(room_is_made_by_dropping),
      cmocka_unit_test(no_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
