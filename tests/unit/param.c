/*
 * Rows of a parameter table: look-up and ranges with their borders.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/param.h"

static const loligo_param rows[] = {
    {.name = "C_m", .type = LOLIGO_PARAM_REAL, .unit = "pF", .fallback = "250", .range = LOLIGO_RANGE_POSITIVE},
    {.name = "E_L", .type = LOLIGO_PARAM_REAL, .unit = "mV", .fallback = "-70", .range = LOLIGO_RANGE_ANY},
    {.name = "t_ref", .type = LOLIGO_PARAM_REAL, .unit = "ms", .fallback = "2", .range = LOLIGO_RANGE_NON_NEGATIVE},
    {.name = "p", .type = LOLIGO_PARAM_REAL, .unit = "", .fallback = NULL, .range = LOLIGO_RANGE_FRACTION},
};

static void rows_are_found_by_exact_name(void **state)
{
  (void)state;
  const loligo_param_table table = LOLIGO_PARAM_TABLE(rows);
  assert_int_equal(table.n, 4);
  assert_ptr_equal(param_find(table, "C_m"), &rows[0]);
  assert_ptr_equal(param_find(table, "p"), &rows[3]);
  assert_null(param_find(table, "c_m"));
  assert_null(param_find(table, "C_"));
  assert_null(param_find((loligo_param_table){NULL, 0}, "C_m"));
}

static void defaults_are_numbers(void **state)
{
  (void)state;
  static const char *const integrators[] = {"staggered", "exponential_euler", "forward_euler", NULL};
  const loligo_param integrator = {.type = LOLIGO_PARAM_CHOICE, .fallback = "forward_euler", .choices = integrators};
  const loligo_param yes = {.type = LOLIGO_PARAM_BOOLEAN, .fallback = "true"},
                     no = {.type = LOLIGO_PARAM_BOOLEAN, .fallback = "false"};
  const loligo_param optional = {.type = LOLIGO_PARAM_REAL, .fallback = ""},
                     text = {.type = LOLIGO_PARAM_TEXT, .fallback = "results"};
  assert_true(param_default(&rows[1]) == -70);
  assert_true(param_default(&(loligo_param){.type = LOLIGO_PARAM_INTEGER, .fallback = "42"}) == 42);
  assert_true(param_default(&(loligo_param){.type = LOLIGO_PARAM_DISTRIBUTION, .fallback = "1.5e-3"}) == 1.5e-3);
  assert_true(param_default(&integrator) == 2);
  assert_true(param_default(&yes) == 1 && param_default(&no) == 0);
  assert_true(isnan(param_default(&rows[3])) && isnan(param_default(&optional)) && isnan(param_default(&text)));
}

static void ranges_hold_at_their_borders(void **state)
{
  (void)state;
  const loligo_param *positive = &rows[0], *any = &rows[1], *non_negative = &rows[2], *fraction = &rows[3];
  assert_true(param_in_range(positive, 1e-300));
  assert_false(param_in_range(positive, 0));
  assert_false(param_in_range(positive, -1));
  assert_true(param_in_range(any, -1e300));
  assert_true(param_in_range(non_negative, 0));
  assert_false(param_in_range(non_negative, -1e-300));
  assert_true(param_in_range(fraction, 0));
  assert_true(param_in_range(fraction, 1));
  assert_false(param_in_range(fraction, 1.0000001));
  assert_false(param_in_range(fraction, -0.1));
}

static void what_is_not_finite_is_out_of_every_range(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_false(param_in_range(&rows[i], NAN));
    assert_false(param_in_range(&rows[i], INFINITY));
    assert_false(param_in_range(&rows[i], -INFINITY));
  }
}

static void ranges_have_words(void **state)
{
  (void)state;
  assert_string_equal(param_range_text(LOLIGO_RANGE_POSITIVE), "> 0");
  assert_string_equal(param_range_text(LOLIGO_RANGE_NON_NEGATIVE), ">= 0");
  assert_string_equal(param_range_text(LOLIGO_RANGE_FRACTION), "between 0 and 1");
  assert_string_equal(param_range_text(LOLIGO_RANGE_ANY), "finite");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_found_by_exact_name),
      cmocka_unit_test(defaults_are_numbers),
      cmocka_unit_test(ranges_hold_at_their_borders),
      cmocka_unit_test(what_is_not_finite_is_out_of_every_range),
      cmocka_unit_test(ranges_have_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
