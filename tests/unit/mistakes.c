/*
 * Mistakes that are kept: told by line, the first of many, each once, and what else an error may be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mistakes.h"

static void keep(const char *message)
{
  bool any = false;
  assert_int_equal(mistakes_keep(loligo_fail(LOLIGO_INPUT_ERROR, "%s", message), &any), LOLIGO_OK);
  assert_true(any);
  assert_string_equal(loligo_error_message(), "");
}

static void assert_told(const char *const *lines, size_t n)
{
  assert_int_equal(mistakes_settle(LOLIGO_OK), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), lines[0]);
  for (size_t i = 1; i < n; i++) assert_string_equal(mistakes_behind(i - 1), lines[i]);
  assert_null(mistakes_behind(n - 1));
  loligo_error_clear();
  assert_null(mistakes_behind(0));
}

static void they_are_told_by_place(void **state)
{
  static const char *const in_order[] = {"--set a.yaml:1:1: x", "a.yaml:2:9: x", "a.yaml:10:1: x",
                                         "a.yaml:10:2: x",      "b.csv:1: x",    "b.csv:3:5: x"};
  (void)state;
  mistakes_begin("a.yaml");
  for (size_t i = 6; i > 0; i--) keep(in_order[i - 1]);
  keep(in_order[3]);
  assert_told(in_order, 6);
}

static void many_are_counted(void **state)
{
  static const char *lines[MISTAKES_MOST + 1];
  static char texts[MISTAKES_MOST][32];
  (void)state;
  mistakes_begin("a.yaml");
  for (int i = 100; i > 0; i--) {
    char text[32];
    snprintf(text, sizeof text, "a.yaml:%d:1: x", i);
    keep(text);
    if (i > MISTAKES_MOST) continue;
    snprintf(texts[i - 1], sizeof texts[0], "%s", text);
    lines[i - 1] = texts[i - 1];
  }
  lines[MISTAKES_MOST] = "... and 80 more";
  assert_told(lines, MISTAKES_MOST + 1);
}

static void what_is_told_is_not_told_again(void **state)
{
  bool any = false;
  (void)state;
  mistakes_begin("a.yaml");
  assert_int_equal(mistakes_settle(LOLIGO_OK), LOLIGO_OK);
  keep("a.yaml:1:1: x");
  assert_true(mistakes_is_told(mistakes_told(true)));
  assert_int_equal(mistakes_keep(mistakes_told(true), &any), LOLIGO_OK);
  assert_true(any);
  assert_true(mistakes_is_told(mistakes_keep_told(loligo_fail(LOLIGO_INPUT_ERROR, "a.yaml:1:1: x"))));
  assert_int_equal(mistakes_keep_told(LOLIGO_OK), LOLIGO_OK);
  static const char *const one[] = {"a.yaml:1:1: x"};
  assert_told(one, 1);
}

static void other_errors_pass(void **state)
{
  bool any = false;
  (void)state;
  mistakes_begin("a.yaml");
  keep("a.yaml:1:1: x");
  keep("a.yaml:2:1: x");
  assert_int_equal(mistakes_keep(loligo_fail(LOLIGO_MACHINE_ERROR, "no memory"), &any), LOLIGO_MACHINE_ERROR);
  assert_false(any);
  assert_int_equal(mistakes_settle(LOLIGO_MACHINE_ERROR), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), "no memory");
  assert_null(mistakes_behind(0));
  loligo_error_clear();
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(they_are_told_by_place),
      cmocka_unit_test(many_are_counted),
      cmocka_unit_test(what_is_told_is_not_told_again),
      cmocka_unit_test(other_errors_pass),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
