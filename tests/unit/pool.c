/* Pieces of a pool do not overlap, are aligned, and stay where they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"

enum { N = 3000, MOST = 100000 };

static void pieces_keep_what_they_hold(void **state)
{
  (void)state;
  static uint64_t *pieces[N];
  static const char *texts[N];
  char text[32];
  pool pool = {0};
  for (size_t i = 0; i < N; i++) {
    const size_t words = 1 + (i % 100 == 0 ? MOST / 8 : i % 7);
    pieces[i] = pool_take(&pool, words * sizeof *pieces[i], "test");
    assert_int_equal((uintptr_t)pieces[i] % sizeof(uint64_t), 0);
    for (size_t w = 0; w < words; w++) {
      assert_int_equal(pieces[i][w], 0);
      pieces[i][w] = i;
    }
    snprintf(text, sizeof text, "name %zu", i);
    texts[i] = pool_text(&pool, text);
  }
  for (size_t i = 0; i < N; i++) {
    assert_int_equal(pieces[i][0], i);
    snprintf(text, sizeof text, "name %zu", i);
    assert_string_equal(texts[i], text);
  }
  pool_free(&pool);
  assert_null(pool.last);
}

static void texts_are_packed(void **state)
{
  (void)state;
  pool pool = {0};
  const char *first = pool_text(&pool, "four"), *second = pool_text(&pool, ""), *third = pool_text(&pool, "x");
  assert_int_equal(second - first, 5);
  assert_int_equal(third - second, 1);
  pool_free(&pool);
}

static void one_of_none_is_freed(void **state)
{
  (void)state;
  pool pool = {0};
  pool_free(&pool);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_keep_what_they_hold),
      cmocka_unit_test(texts_are_packed),
      cmocka_unit_test(one_of_none_is_freed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
