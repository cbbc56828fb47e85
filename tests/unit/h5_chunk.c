/*
 * Chunks follow from what is expected: small for small runs, never above 16 MiB, and right where products exceed 2^32
 * and 2^64.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/hdf5/h5_draft.h"

static const uint64_t MIB = 1 << 20;

static uint64_t chunk_bytes(h5_shape shape, size_t element_size)
{
  hsize_t chunk[2];
  h5_chunk(shape, element_size, chunk);
  assert_true(chunk[0] >= 1 && chunk[1] >= 1);
  return chunk[0] * chunk[1] * element_size;
}

static void small_series_have_small_chunks(void **state)
{
  (void)state;
  assert_int_equal(chunk_bytes((h5_shape){1, 0, 1}, 8), 4096);
  assert_int_equal(chunk_bytes((h5_shape){1, 100, 1}, 8), 4096);
  assert_int_equal(chunk_bytes((h5_shape){2, 10, 3}, 4), 10 * 3 * 4);
  assert_int_equal(chunk_bytes((h5_shape){2, 0, 0}, 4), 4);
}

static void chunks_are_a_quarter_of_what_is_expected(void **state)
{
  (void)state;
  assert_int_equal(chunk_bytes((h5_shape){1, 1 << 20, 1}, 8), 8 * MIB / 4);
  assert_int_equal(chunk_bytes((h5_shape){2, 1 << 13, 1 << 10}, 4), 32 * MIB / 4);
}

static void large_series_stay_below_the_bound(void **state)
{
  (void)state;
  const uint64_t counts[] = {(uint64_t)1 << 32, (uint64_t)1 << 40, (uint64_t)1 << 63, UINT64_MAX};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(chunk_bytes((h5_shape){1, counts[i], 1}, 8), 16 * MIB);
    assert_in_range(chunk_bytes((h5_shape){2, counts[i], 4000}, 4), 15 * MIB, 16 * MIB);
    assert_in_range(chunk_bytes((h5_shape){2, counts[i], counts[i]}, 4), 4 * MIB, 16 * MIB);
  }
}

static void rows_are_whole_where_they_fit(void **state)
{
  (void)state;
  hsize_t chunk[2];
  h5_chunk((h5_shape){2, 1 << 20, 4000}, 4, chunk);
  assert_int_equal(chunk[1], 4000);
  h5_chunk((h5_shape){2, 1 << 20, (uint64_t)1 << 33}, 4, chunk);
  assert_int_equal(chunk[1] * 4, 4 * MIB);
  assert_int_equal(chunk[0], 4);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_series_have_small_chunks),
      cmocka_unit_test(chunks_are_a_quarter_of_what_is_expected),
      cmocka_unit_test(large_series_stay_below_the_bound),
      cmocka_unit_test(rows_are_whole_where_they_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
