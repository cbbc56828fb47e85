/*
 * What rank 0 moves into a stream, the others move out of it, in pieces or not, and whether or not a rank gives up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <mpi.h>

#include "base/memory.h"
#include "base/stream.h"
#include "base/text.h"
#include "loligo/context.h"

static loligo_context context;

enum { LONG = 700000 };

/* Texts with and without a pool, none, an empty one. */
static void move_texts(stream *stream, pool *pool)
{
  static const char *const sent[] = {"projection 1", NULL, "", "another name"};
  for (size_t i = 0; i < 4; i++) {
    const char *text = context.rank == 0 ? sent[i] : "old";
    assert_int_equal(stream_text(stream, &text, i % 2 ? NULL : pool), LOLIGO_OK);
    if (sent[i])
      assert_string_equal(text, sent[i]);
    else
      assert_null(text);
    if (context.rank != 0 && i % 2) memory_free((void *)text);
  }
}

static void move_numbers(stream *stream, uint64_t n)
{
  uint64_t *numbers = NULL, found = n;
  if (context.rank == 0) {
    numbers = memory_allocate(n, sizeof *numbers, "test");
    for (uint64_t i = 0; i < n; i++) numbers[i] = hash_mix(i);
  } else {
    found = 0;
  }
  stream_move(stream, &found, sizeof found);
  assert_int_equal(found, n);
  assert_int_equal(stream_array(stream, (void **)&numbers, n, sizeof *numbers, "test"), LOLIGO_OK);
  for (uint64_t i = 0; i < n; i++) assert_true(numbers[i] == hash_mix(i));
  memory_free(numbers);
}

static void all_read_what_was_sent(void **state)
{
  (void)state;
  static const uint64_t lengths[] = {0, 1, 5, (1 << 15) - 3, LONG};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    stream stream;
    pool pool = {0};
    assert_int_equal(stream_open(&stream, &context), LOLIGO_OK);
    move_numbers(&stream, lengths[i]);
    move_texts(&stream, &pool);
    move_numbers(&stream, 3);
    assert_int_equal(stream_close(&stream, LOLIGO_OK), LOLIGO_OK);
    pool_free(&pool);
  }
}

static void an_empty_stream_ends(void **state)
{
  (void)state;
  stream stream;
  assert_int_equal(stream_open(&stream, &context), LOLIGO_OK);
  assert_int_equal(stream_close(&stream, LOLIGO_OK), LOLIGO_OK);
}

/* The last rank stops after a little. */
static void a_rank_may_give_up(void **state)
{
  (void)state;
  const bool gives_up = context.rank == context.size - 1 && context.rank > 0;
  stream stream;
  uint64_t word = 7;
  assert_int_equal(stream_open(&stream, &context), LOLIGO_OK);
  for (size_t i = 0; i < (gives_up ? 10 : LONG); i++) stream_move(&stream, &word, sizeof word);
  const loligo_status status = stream_close(&stream, gives_up ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
  assert_int_equal(status, gives_up ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
  assert_int_equal(word, 7);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_read_what_was_sent),
      cmocka_unit_test(an_empty_stream_ends),
      cmocka_unit_test(a_rank_may_give_up),
  };
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}
