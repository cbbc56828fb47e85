/*
 * Words that wait in queues: each comes out of its queue as often as it was put there, in whatever turns queues are
 * filled and emptied, and chunks are used again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/text.h"
#include "sim/synapses/waiting.h"

enum { QUEUES = 40 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

/* Words of a queue and their sum. */
static size_t walk(const waiting *waiting, size_t queue, uint64_t *sum)
{
  size_t n = 0;
  *sum = 0;
  for (size_t i = 0; i < waiting->queues[queue].n; i++) {
    const size_t words = waiting_words(waiting, queue, i);
    for (size_t k = 0; k < words; k++) *sum += waiting->queues[queue].at[i][k];
    n += words;
  }
  return n;
}

static void every_word_waits_in_its_queue(void **state)
{
  (void)state;
  static size_t n[QUEUES];
  static uint64_t sum[QUEUES];
  waiting waiting;
  OK(waiting_init(&waiting, QUEUES));
  for (uint64_t turn = 0; turn < 3000; turn++) {
    const size_t queue = hash_mix(turn) % QUEUES;
    const uint64_t words = hash_mix(turn + 1000000) % (turn % 7 ? 60 : 3 * WAITING_CHUNK_WORDS);
    for (uint64_t i = 0; i < words; i++) {
      const uint32_t word = (uint32_t)hash_mix(turn << 32 | i);
      OK(waiting_put(&waiting, &waiting.ends[queue], word));
      n[queue]++;
      sum[queue] += word;
    }
    const size_t emptied = hash_mix(turn + 2000000) % (4 * QUEUES);
    for (size_t q = 0; q < QUEUES; q++) {
      uint64_t found;
      assert_int_equal(walk(&waiting, q, &found), n[q]);
      assert_true(found == sum[q]);
      if (q != emptied) continue;
      waiting_take_back(&waiting, q);
      n[q] = sum[q] = 0;
    }
  }
  waiting_free(&waiting);
}

/* Of one word, of all but one of a chunk, of a full chunk, and one more. */
static void chunks_end_where_they_are_full(void **state)
{
  (void)state;
  const size_t sizes[] = {0, 1, WAITING_CHUNK_WORDS - 1, WAITING_CHUNK_WORDS, WAITING_CHUNK_WORDS + 1};
  waiting waiting;
  uint64_t sum;
  OK(waiting_init(&waiting, 1));
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    for (size_t i = 0; i < sizes[k]; i++) OK(waiting_put(&waiting, &waiting.ends[0], 1));
    assert_int_equal(walk(&waiting, 0, &sum), sizes[k]);
    assert_int_equal(sum, sizes[k]);
    waiting_take_back(&waiting, 0);
    assert_int_equal(walk(&waiting, 0, &sum), 0);
  }
  waiting_free(&waiting);
}

static void memory_is_used_again(void **state)
{
  (void)state;
  waiting waiting;
  OK(waiting_init(&waiting, QUEUES));
  size_t slabs = 0;
  for (int turn = 0; turn < 100; turn++) {
    for (size_t q = 0; q < QUEUES; q++)
      for (size_t i = 0; i < 2000; i++) OK(waiting_put(&waiting, &waiting.ends[(q + (size_t)turn) % QUEUES], 1));
    if (turn == 0) slabs = waiting.n_slabs;
    for (size_t q = 0; q < QUEUES; q++) waiting_take_back(&waiting, q);
  }
  assert_int_equal(waiting.n_slabs, slabs);
  waiting_free(&waiting);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_word_waits_in_its_queue),
      cmocka_unit_test(chunks_end_where_they_are_full),
      cmocka_unit_test(memory_is_used_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
