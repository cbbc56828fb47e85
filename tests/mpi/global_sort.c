/*
 * Records end in one order over all ranks, whoever held them, and evenly spread where they are many.
 */
#include "io/hdf5/global_sort.h"
#include "base/text.h"
#include "io/hdf5/mpi_io.h"
#include "io_fixture.h"

static io_fixture fixture;

/* Record k of the whole; keys repeat, so that only (key, number) is an order. */
typedef struct record {
  uint32_t key, number;
} record;

static record record_of(uint32_t k, uint32_t keys)
{
  return (record){(uint32_t)hash_mix(k) % keys, k};
}

static int compare(const void *left, const void *right)
{
  const record *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return (a->number > b->number) - (a->number < b->number);
}

/* Asserts that the stretches of the ranks, joined, are the n records in order. Checked on rank 0. */
static void assert_sorted(const record_array *records, uint32_t n, uint32_t keys)
{
  const int size = fixture.context.size;
  int mine = (int)(records->n * sizeof(record)), counts[16], starts[17] = {0};
  MPI_Allgather(&mine, 1, MPI_INT, counts, 1, MPI_INT, fixture.context.comm);
  for (int r = 0; r < size; r++) starts[r + 1] = starts[r] + counts[r];
  assert_int_equal(starts[size], n * sizeof(record));
  record *all = malloc(n * sizeof *all + 1), *expected = malloc(n * sizeof *expected + 1);
  MPI_Allgatherv(records->items, mine, MPI_BYTE, all, counts, starts, MPI_BYTE, fixture.context.comm);
  for (uint32_t k = 0; k < n; k++) expected[k] = record_of(k, keys);
  qsort(expected, n, sizeof *expected, compare);
  if (n > 0) assert_memory_equal(all, expected, n * sizeof *all);
  free(expected);
  free(all);
}

/* Sorts n records of which record k lies on owner(k). Returns how many end on this rank. */
static size_t sort(uint32_t n, uint32_t keys, int (*owner)(uint32_t k, uint32_t n))
{
  record_array records = {0};
  assert_int_equal(record_array_reserve(&records, n, sizeof(record)), LOLIGO_OK);
  for (uint32_t k = 0; k < n; k++) {
    if (owner(k, n) == fixture.context.rank) ((record *)records.items)[records.n++] = record_of(k, keys);
  }
  assert_int_equal(global_sort(&fixture.context, &records, sizeof(record), compare), LOLIGO_OK);
  assert_sorted(&records, n, keys);
  size_t held = records.n;
  record_array_free(&records);
  return held;
}

static int in_turn(uint32_t k, uint32_t n)
{
  (void)n;
  return (int)(k % (uint32_t)fixture.context.size);
}

static int on_first(uint32_t k, uint32_t n)
{
  (void)k;
  (void)n;
  return 0;
}

static int on_last(uint32_t k, uint32_t n)
{
  (void)k;
  (void)n;
  return fixture.context.size - 1;
}

static int mostly_on_last(uint32_t k, uint32_t n)
{
  return k < n / 10 ? in_turn(k, n) : on_last(k, n);
}

static void every_distribution_ends_in_order(void **state)
{
  (void)state;
  int (*const owners[])(uint32_t, uint32_t) = {in_turn, on_first, on_last, mostly_on_last};
  const uint32_t sizes[] = {0, 1, 2, 3, 7, 64, 1000, 140000}, keys[] = {1, 3, 100000};
  for (size_t o = 0; o < 4; o++) {
    for (size_t i = 0; i < 8; i++) {
      for (size_t j = 0; j < 3; j++) sort(sizes[i], keys[j], owners[o]);
    }
  }
}

/* Number k of the whole; some are there many times. */
static uint64_t number_of(uint32_t k)
{
  return hash_mix(k) % 3 == 0 ? hash_mix(k) % 97 : hash_mix(k) << 40 | hash_mix(~(uint64_t)k) >> 24;
}

static int compare_uint64(const void *left, const void *right)
{
  const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

static void numbers_end_in_the_same_order_as_records(void **state)
{
  (void)state;
  int (*const owners[])(uint32_t, uint32_t) = {in_turn, on_first, on_last, mostly_on_last};
  const uint32_t sizes[] = {0, 1, 5, 1000, 140000};
  for (size_t o = 0; o < 4; o++) {
    for (size_t i = 0; i < 5; i++) {
      record_array numbers = {0}, records = {0};
      assert_int_equal(record_array_reserve(&numbers, sizes[i], sizeof(uint64_t)), LOLIGO_OK);
      assert_int_equal(record_array_reserve(&records, sizes[i], sizeof(uint64_t)), LOLIGO_OK);
      for (uint32_t k = 0; k < sizes[i]; k++) {
        if (owners[o](k, sizes[i]) != fixture.context.rank) continue;
        ((uint64_t *)numbers.items)[numbers.n++] = ((uint64_t *)records.items)[records.n++] = number_of(k);
      }
      assert_int_equal(global_sort_numbers(&fixture.context, &numbers), LOLIGO_OK);
      assert_int_equal(global_sort(&fixture.context, &records, sizeof(uint64_t), compare_uint64), LOLIGO_OK);
      assert_int_equal(numbers.n, records.n);
      if (numbers.n > 0) assert_memory_equal(numbers.items, records.items, numbers.n * sizeof(uint64_t));
      record_array_free(&numbers);
      record_array_free(&records);
    }
  }
}

/* More than travels at once: all on the last rank, in order. */
static void long_stretches_go_in_pieces(void **state)
{
  (void)state;
  enum { N = 5000000 };
  const loligo_context *context = &fixture.context;
  record_array numbers = {0};
  uint64_t first = 0, n;
  if (context->rank == context->size - 1) {
    assert_int_equal(record_array_reserve(&numbers, N, sizeof(uint64_t)), LOLIGO_OK);
    for (; numbers.n < N; numbers.n++) ((uint64_t *)numbers.items)[numbers.n] = 3 * numbers.n;
  }
  assert_int_equal(global_sort_numbers(context, &numbers), LOLIGO_OK);
  n = numbers.n;
  MPI_Exscan(&n, &first, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  if (context->rank == 0) first = 0;
  for (uint64_t i = 0; i < n; i++) assert_true(((uint64_t *)numbers.items)[i] == 3 * (first + i));
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  assert_int_equal(n, N);
  record_array_free(&numbers);
}

static void ranks_end_with_equal_parts(void **state)
{
  (void)state;
  const uint32_t n = 200000, part = n / (uint32_t)fixture.context.size;
  assert_in_range(sort(n, 100000, in_turn), part / 2, part * 3 / 2);
  assert_in_range(sort(n, 100000, on_last), part / 2, part * 3 / 2);
  assert_in_range(sort(n, 1, mostly_on_last), part / 2, part * 3 / 2);
}

static void few_records_end_on_the_first_ranks(void **state)
{
  (void)state;
  const bool takes_part = fixture.context.rank < 2;
  const uint32_t n = 80000, parts = fixture.context.size < 2 ? 1 : 2;
  const size_t held = sort(n, 100000, in_turn), one = sort(1000, 100000, on_last);
  assert_in_range(held, takes_part ? n / parts / 2 : 0, takes_part ? n / parts * 3 / 2 : 0);
  assert_int_equal(one, fixture.context.rank == 0 ? 1000 : 0);
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_distribution_ends_in_order),   cmocka_unit_test(numbers_end_in_the_same_order_as_records),
      cmocka_unit_test(long_stretches_go_in_pieces),        cmocka_unit_test(ranks_end_with_equal_parts),
      cmocka_unit_test(few_records_end_on_the_first_ranks),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}
