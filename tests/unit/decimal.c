/* Decimal numbers: recognised, given common steps, and exact as multiples of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/decimal.h"
#include "base/text.h"

static decimal_grid grid_of(double value)
{
  decimal_grid grid;
  if (!decimal_grid_of(value, &grid)) fail_msg("%.17g is a decimal number of at most nine digits", value);
  return grid;
}

static void assert_grid(decimal_grid grid, uint64_t step, int exponent, uint64_t span)
{
  assert_int_equal(grid.step, step);
  assert_int_equal(grid.exponent, exponent);
  assert_int_equal(decimal_grid_span(&grid), span);
}

static void numbers_of_few_digits_are_recognised(void **state)
{
  (void)state;
  assert_grid(grid_of(67.3), 673, -1, 1);
  assert_grid(grid_of(-0.000137), 137, -6, 1);
  assert_grid(grid_of(123456789), 123456789, 0, 1);
  assert_grid(grid_of(0.123456789), 123456789, -9, 1);
  assert_grid(grid_of(999999999e3), 999999999, 3, 1);
  assert_grid(grid_of(1e-13), 1, -13, 1);
  assert_grid(grid_of(1e22), 1, 22, 1);
  assert_grid(grid_of(0), 0, 0, 0);
  assert_grid(grid_of(0.0673 * 1000), 673, -1, 1); /* off by an ulp, as from nA to pA */
}

static void others_are_not(void **state)
{
  (void)state;
  decimal_grid grid;
  const double others[] = {1.0 / 3, 0.1234567891, 67.300000001, 1e-20, 1e300, INFINITY, NAN, 1234567891};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    if (decimal_grid_of(others[i], &grid)) fail_msg("%.17g", others[i]);
}

static decimal_grid grid_of_all(const double *values, size_t n)
{
  decimal_grid grid = {0};
  for (size_t i = 0; i < n; i++) {
    const decimal_grid one = grid_of(values[i]);
    assert_true(decimal_grid_include(&grid, &one));
  }
  return grid;
}

static void a_grid_holds_all_that_it_includes(void **state)
{
  (void)state;
  assert_grid(grid_of_all((double[]){1, 2.5}, 2), 5, -1, 5);
  assert_grid(grid_of_all((double[]){0, 6, -9, 0}, 4), 3, 0, 3);
  assert_grid(grid_of_all((double[]){5, 7.3}, 2), 1, -1, 73);
  assert_grid(grid_of_all((double[]){7.3, 5, 20e6}, 3), 1, -1, 200000000);
  assert_grid(grid_of_all((double[]){100, 1e-7}, 2), 1, -7, 1000000000);
}

static void what_is_too_far_apart_leaves_the_grid_alone(void **state)
{
  (void)state;
  decimal_grid grid = grid_of(1e-13), far = grid_of(1e9);
  assert_false(decimal_grid_include(&grid, &far));
  assert_grid(grid, 1, -13, 1);
}

/* n steps give the double that strtod() gives for the decimal number. */
static void multiples_are_the_nearest_doubles(void **state)
{
  (void)state;
  for (uint64_t trial = 0; trial < 200000; trial++) {
    const int exponent = -(int)(hash_mix(trial) % 12);
    const uint64_t digits = 1 + hash_mix(trial ^ 77) % 99999;
    const decimal_grid grid = {digits, digits, exponent};
    const decimal_step step = decimal_grid_step(&grid);
    const int64_t n = (int64_t)(hash_mix(trial ^ 1234) % (trial % 3 ? 1000 : INT32_MAX));
    char text[64];
    snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits * (unsigned long long)n, exponent);
    const double want = strtod(text, NULL), got = (double)n * step.high + (double)n * step.low;
    if (got != want) fail_msg("%s: %.17g", text, got);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_of_few_digits_are_recognised),
      cmocka_unit_test(others_are_not),
      cmocka_unit_test(a_grid_holds_all_that_it_includes),
      cmocka_unit_test(what_is_too_far_apart_leaves_the_grid_alone),
      cmocka_unit_test(multiples_are_the_nearest_doubles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
