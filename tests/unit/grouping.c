/* Items come out group by group, in their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/grouping.h"

static void items_are_in_their_groups_in_order(void **state)
{
  (void)state;
  const size_t group_of[] = {3, 0, 3, 5, 0, 3}, first[] = {0, 2, 2, 2, 5, 5, 6, 6}, item[] = {1, 4, 0, 2, 5, 3};
  grouping grouping;
  assert_int_equal(grouping_init(&grouping, 6, group_of, 7, "items"), LOLIGO_OK);
  assert_memory_equal(grouping.first, first, sizeof first);
  assert_memory_equal(grouping.item, item, sizeof item);
  grouping_free(&grouping);
  assert_null(grouping.first);
}

static void nothing_to_group(void **state)
{
  (void)state;
  grouping grouping;
  assert_int_equal(grouping_init(&grouping, 0, NULL, 2, "items"), LOLIGO_OK);
  for (int g = 0; g < 3; g++) assert_int_equal(grouping.first[g], 0);
  grouping_free(&grouping);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(items_are_in_their_groups_in_order),
      cmocka_unit_test(nothing_to_group),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
