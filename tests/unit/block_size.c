/* Size of blocks: it holds what is sent, is not mostly empty, grows at once, shrinks slowly, and is rarely too small.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random/random.h"
#include "sim/exchange/block_size.h"

static void levels_ascend_and_mpi_can_count_them(void **state)
{
  (void)state;
  assert_int_equal(block_words(0), 8);
  for (int level = 0; level < BLOCK_TOP_LEVEL; level++) {
    assert_true(block_words(level + 1) > block_words(level));
    assert_true(2 * block_words(level + 1) <= 3 * block_words(level));
  }
  assert_true(block_words(BLOCK_TOP_LEVEL) <= INT_MAX);
}

static void wishes_hold_all_where_most_is_used(void **state)
{
  (void)state;
  for (uint64_t ranks = 1; ranks < 100000; ranks *= 7) {
    for (uint64_t most = 0; most * ranks < 100000000; most = 3 * most + 1) {
      const int level = block_level_wanted(most, most * ranks, ranks);
      assert_true(block_room(level) >= most);
      assert_true(level == 0 || block_room(level - 1) < most);
    }
  }
  assert_int_equal(block_level_wanted(5, 5, 0), 0);
}

/* However much there is, MPI can count the bytes of all blocks, also with the level more that they grow by. */
static void blocks_are_not_larger_than_mpi_can_count(void **state)
{
  (void)state;
  for (uint64_t ranks = 1; ranks <= 1000000; ranks *= 10) {
    block_size size = {0};
    block_size_follow(&size, block_level_wanted(UINT32_MAX, ranks * UINT32_MAX, ranks));
    assert_true(size.level < BLOCK_TOP_LEVEL);
    assert_true(ranks * block_words(size.level) * 8 <= INT_MAX);
  }
}

/* One full block among many empty ones is no reason to make all large; a few free words are. */
static void wishes_are_modest_where_most_would_be_empty(void **state)
{
  (void)state;
  assert_true(block_words(block_level_wanted(100000, 100000, 10000)) <= 40);
  assert_true(block_room(block_level_wanted(20, 20, 10000)) >= 20);
  assert_true(block_room(block_level_wanted(200, 200, 64)) >= 200);
}

static void it_grows_at_once_and_shrinks_slowly(void **state)
{
  (void)state;
  block_size size = {0};
  block_size_follow(&size, 9);
  assert_int_equal(size.level, 10);
  for (int i = 0; i < 10 * BLOCK_WINDOW; i++) block_size_follow(&size, 10);
  assert_int_equal(size.level, 10);
  for (int i = 0; i < 4 * BLOCK_WINDOW; i++) {
    assert_int_equal(size.level, 10 - i / BLOCK_WINDOW);
    block_size_follow(&size, 3);
  }
  for (int i = 0; i < 10 * BLOCK_WINDOW; i++) block_size_follow(&size, i % BLOCK_WINDOW ? 0 : 3);
  assert_int_equal(size.level, 4);
  for (int i = 0; i < 10 * BLOCK_WINDOW; i++) block_size_follow(&size, 0);
  assert_int_equal(size.level, 1);
  block_size_follow(&size, BLOCK_TOP_LEVEL);
  assert_int_equal(size.level, BLOCK_TOP_LEVEL);
}

/* The fullest of `blocks` Poisson numbers, interval by interval. */
static double overflows(double mean, uint64_t blocks, int intervals)
{
  block_size size = {0};
  random_stream stream;
  int overflown = 0;
  random_stream_init(&stream, random_key_make(1, RANDOM_INPUT, "", ""), blocks, 0);
  for (int i = 0; i < intervals; i++) {
    uint64_t most = 0, total = 0;
    for (uint64_t b = 0; b < blocks; b++) {
      const uint64_t n = random_stream_binomial(&stream, 1000000, mean / 1000000);
      total += n;
      if (n > most) most = n;
    }
    overflown += most > block_room(size.level);
    block_size_follow(&size, block_level_wanted(most, total, blocks));
  }
  return (double)overflown / intervals;
}

static void stationary_traffic_overflows_rarely(void **state)
{
  (void)state;
  const double means[] = {0.1, 3, 7, 8, 20, 47, 500};
  for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
    assert_true(overflows(means[m], 1, 20000) < 0.01);
    assert_true(overflows(means[m], 64, 3000) < 0.01);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(levels_ascend_and_mpi_can_count_them),
      cmocka_unit_test(wishes_hold_all_where_most_is_used),
      cmocka_unit_test(blocks_are_not_larger_than_mpi_can_count),
      cmocka_unit_test(wishes_are_modest_where_most_would_be_empty),
      cmocka_unit_test(it_grows_at_once_and_shrinks_slowly),
      cmocka_unit_test(stationary_traffic_overflows_rarely),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
