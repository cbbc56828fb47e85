/*
 * Messages that are longer than one call: every word arrives at its rank, in order, whatever the pieces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <mpi.h>

#include "base/comm.h"
#include "base/ranked_items.h"
#include "base/text.h"

enum { MOST_RANKS = 8, MOST = 60 };

static loligo_context context;

/* How many words rank `from` has for rank `to`: none, one, or some. */
static uint64_t count_of(int turn, int from, int to)
{
  const uint64_t drawn = hash_mix((uint64_t)(turn * 1009 + from * 31 + to)) % (MOST + 20);
  return drawn < MOST ? drawn : drawn % 2;
}

static uint64_t word_of(int from, int to, uint64_t k)
{
  return hash_mix((uint64_t)from << 40 ^ (uint64_t)to << 32 ^ k);
}

static void swap(int turn, uint64_t piece)
{
  uint64_t sent[MOST_RANKS], received[MOST_RANKS], send[MOST_RANKS * MOST], receive[MOST_RANKS * MOST], n = 0;
  assert_true(context.size <= MOST_RANKS);
  for (int r = 0; r < context.size; r++) {
    sent[r] = count_of(turn, context.rank, r);
    for (uint64_t k = 0; k < sent[r]; k++) send[n++] = word_of(context.rank, r, k);
  }
  comm_swap_counts(&context, sent, received);
  for (int r = 0; r < context.size; r++) assert_int_equal(received[r], count_of(turn, r, context.rank));
  const comm_items out = {send, sent}, in = {receive, received};
  const loligo_status status =
      piece ? comm_swap_in_pieces(&context, sizeof *send, out, in, piece) : comm_swap(&context, sizeof *send, out, in);
  assert_int_equal(status, LOLIGO_OK);
  n = 0;
  for (int r = 0; r < context.size; r++)
    for (uint64_t k = 0; k < received[r]; k++) assert_true(receive[n++] == word_of(r, context.rank, k));
}

static void words_arrive_in_any_pieces(void **state)
{
  (void)state;
  for (int turn = 0; turn < 20; turn++)
    for (uint64_t piece = 0; piece < 300; piece = 2 * piece + 1) swap(turn, piece);
}

/* There, and back into their places with what the receiver has made of them. */
static void ranked_items_are_handed_over_and_given_back(void **state)
{
  (void)state;
  for (int turn = 0; turn < 20; turn++) {
    ranked_items sent, received;
    assert_int_equal(ranked_items_init(&sent, context.size, sizeof(uint64_t), "words"), LOLIGO_OK);
    assert_int_equal(ranked_items_init(&received, context.size, sizeof(uint64_t), "words"), LOLIGO_OK);
    for (int r = 0; r < context.size; r++) sent.n[r] = count_of(turn, context.rank, r);
    assert_int_equal(ranked_items_make_room(&sent), LOLIGO_OK);
    for (int r = context.size - 1; r >= 0; r--)
      for (uint64_t k = 0; k < sent.n[r]; k++) *(uint64_t *)ranked_items_place(&sent, r) = word_of(context.rank, r, k);
    assert_int_equal(ranked_items_hand_over(&context, &sent, &received), LOLIGO_OK);
    uint64_t *word = received.items;
    for (int r = 0; r < context.size; r++) {
      assert_int_equal(received.n[r], count_of(turn, r, context.rank));
      for (uint64_t k = 0; k < received.n[r]; k++, word++) assert_true((*word)++ == word_of(r, context.rank, k));
    }
    assert_int_equal(ranked_items_count(&received), word - (uint64_t *)received.items);
    assert_int_equal(ranked_items_give_back(&context, &received, &sent), LOLIGO_OK);
    word = sent.items;
    for (int r = 0; r < context.size; r++)
      for (uint64_t k = 0; k < sent.n[r]; k++) assert_true(*word++ == word_of(context.rank, r, k) + 1);
    ranked_items_free(&sent);
    ranked_items_free(&received);
  }
}

/* Items of an odd size. */
static void items_of_any_size_arrive(void **state)
{
  (void)state;
  enum { SIZE = 13 };
  char send[MOST_RANKS][5][SIZE], receive[MOST_RANKS][5][SIZE];
  uint64_t n[MOST_RANKS];
  for (int r = 0; r < context.size; r++) {
    n[r] = 5;
    for (int k = 0; k < 5; k++) memset(send[r][k], 'a' + 5 * context.rank + k, SIZE);
  }
  for (uint64_t piece = 1; piece < 100; piece *= 3) {
    memset(receive, 0, sizeof receive);
    assert_int_equal(comm_swap_in_pieces(&context, SIZE, (comm_items){send, n}, (comm_items){receive, n}, piece),
                     LOLIGO_OK);
    for (int r = 0; r < context.size; r++)
      for (int k = 0; k < 5; k++)
        for (int b = 0; b < SIZE; b++) assert_int_equal(receive[r][k][b], 'a' + 5 * r + k);
  }
}

static void nothing_can_be_sent(void **state)
{
  (void)state;
  const uint64_t none[MOST_RANKS] = {0};
  const comm_items nothing = {NULL, none};
  assert_int_equal(comm_swap(&context, sizeof(uint64_t), nothing, nothing), LOLIGO_OK);
  comm_broadcast(&context, NULL, 0);
}

/* Longer than a piece of a broadcast. */
static void long_broadcasts_arrive(void **state)
{
  (void)state;
  const size_t size = ((size_t)1 << 25) + 12345;
  unsigned char *bytes = malloc(size);
  assert_non_null(bytes);
  memset(bytes, context.rank == 0 ? 7 : 1, size);
  if (context.rank == 0) bytes[size - 1] = 9;
  comm_broadcast(&context, bytes, size);
  assert_int_equal(bytes[0], 7);
  assert_int_equal(bytes[size - 2], 7);
  assert_int_equal(bytes[size - 1], 9);
  free(bytes);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(words_arrive_in_any_pieces),
                                     cmocka_unit_test(ranked_items_are_handed_over_and_given_back),
                                     cmocka_unit_test(items_of_any_size_arrive), cmocka_unit_test(nothing_can_be_sent),
                                     cmocka_unit_test(long_broadcasts_arrive)};
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failures;
}
