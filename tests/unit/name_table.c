/* Names are found again, each in its scope, however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/name_table.h"

enum { N = 5000, LENGTH = 16 };

static void an_empty_table_knows_nothing(void **state)
{
  (void)state;
  name_table table = {0};
  assert_true(name_table_find(&table, 0, "E") == NAME_TABLE_NONE);
  name_table_free(&table);
}

static void every_name_has_its_number(void **state)
{
  (void)state;
  static char names[N][LENGTH];
  name_table table = {0};
  for (size_t i = 0; i < N; i++) {
    snprintf(names[i], LENGTH, "P%zu", i);
    assert_int_equal(name_table_set(&table, 0, names[i], i), LOLIGO_OK);
  }
  for (size_t i = 0; i < N; i++) assert_int_equal(name_table_find(&table, 0, names[i]), i);
  assert_true(name_table_find(&table, 0, "P") == NAME_TABLE_NONE);
  assert_true(name_table_find(&table, 0, "") == NAME_TABLE_NONE);
  name_table_free(&table);
}

static void scopes_are_apart(void **state)
{
  (void)state;
  name_table table = {0};
  for (size_t scope = 0; scope < N; scope++)
    assert_int_equal(name_table_set(&table, scope, "loop", 2 * scope), LOLIGO_OK);
  for (size_t scope = 0; scope < N; scope++) assert_int_equal(name_table_find(&table, scope, "loop"), 2 * scope);
  assert_true(name_table_find(&table, N, "loop") == NAME_TABLE_NONE);
  name_table_free(&table);
}

static void the_last_number_counts(void **state)
{
  (void)state;
  name_table table = {0};
  for (size_t i = 0; i < N; i++) assert_int_equal(name_table_set(&table, 0, "anchor", i), LOLIGO_OK);
  assert_int_equal(name_table_find(&table, 0, "anchor"), N - 1);
  assert_int_equal(table.n, 1);
  name_table_free(&table);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_table_knows_nothing),
      cmocka_unit_test(every_name_has_its_number),
      cmocka_unit_test(scopes_are_apart),
      cmocka_unit_test(the_last_number_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
