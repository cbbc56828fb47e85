/* Listeners of a cell: as gaps between ranks, one byte or, where they are far apart, several. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/exchange/routes.h"

enum { MOST = 100 };

static void check(const int *ranks, size_t n, size_t bytes)
{
  uint8_t gaps[MOST * 10];
  uint64_t first[2] = {0, 0};
  for (size_t i = 0; i < n; i++) {
    const int before = i > 0 ? ranks[i - 1] : -1;
    listener_put(gaps + first[1], before, ranks[i]);
    first[1] += listener_bytes(before, ranks[i]);
  }
  assert_int_equal(first[1], bytes);
  const routes routes = {.first = first, .end = first + 1, .gaps = gaps};
  listeners heard = routes_listeners(&routes, 0);
  for (size_t i = 0; i < n; i++) {
    assert_true(listeners_next(&heard));
    assert_int_equal(heard.rank, ranks[i]);
  }
  assert_false(listeners_next(&heard));
  assert_int_equal(routes_count(&routes, 0), n);
}

static void all_gaps_are_kept(void **state)
{
  (void)state;
  check((int[]){0}, 1, 1);
  check((int[]){254}, 1, 1);
  check((int[]){255}, 1, 2);
  check((int[]){509, 510}, 2, 3);
  check((int[]){510, 1021}, 2, 6);
  check(NULL, 0, 0);
  int all[MOST];
  for (int r = 0; r < MOST; r++) all[r] = r;
  check(all, MOST, MOST);
  check((int[]){0, 255, 510, 765, 1021}, 5, 6);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_gaps_are_kept)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
