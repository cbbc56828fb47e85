/* The first place that is not before, as a walk from the beginning finds it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/lower_bound.h"

enum { N = 9 };
static const uint64_t numbers[N] = {0, 1, 1, 1, 4, 6, 6, 9, UINT64_MAX};

static uint64_t walk(uint64_t n, uint64_t value)
{
  uint64_t place = 0;
  while (place < n && numbers[place] < value) place++;
  return place;
}

static bool is_below(const void *self, uint64_t place)
{
  return numbers[place] < *(const uint64_t *)self;
}

static void first_that_is_not_below(void **state)
{
  (void)state;
  struct {
    uint64_t ahead, key;
  } records[N];
  for (int i = 0; i < N; i++) records[i].key = numbers[i];
  const uint64_t values[] = {0, 1, 2, 4, 5, 6, 7, 9, 10, UINT64_MAX};
  for (uint64_t n = 0; n <= N; n++) {
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
      const uint64_t expected = walk(n, values[v]);
      assert_int_equal(lower_bound(numbers, n, values[v]), expected);
      assert_int_equal(lower_bound_of_field(&records[0].key, sizeof *records, n, values[v]), expected);
      assert_int_equal(lower_bound_where(n, is_below, &values[v]), expected);
    }
  }
}

static bool is_before_late(const void *self, uint64_t place)
{
  (void)self;
  return place < UINT64_MAX - 1;
}

static void nothing_and_very_much(void **state)
{
  (void)state;
  assert_int_equal(lower_bound(NULL, 0, 3), 0);
  assert_int_equal(lower_bound_where(UINT64_MAX, is_before_late, NULL), UINT64_MAX - 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(first_that_is_not_below),
      cmocka_unit_test(nothing_and_very_much),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
