/*
 * Arrays come zeroed and aligned, grow with their contents, and a refusal names the amount and the purpose.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static int clear(void **state)
{
  (void)state;
  loligo_error_clear();
  return 0;
}

static void check_zeroed(size_t count, size_t element_size, size_t alignment)
{
  unsigned char *array = memory_allocate(count, element_size, "a test");
  assert_non_null(array);
  assert_int_equal((uintptr_t)array % alignment, 0);
  unsigned any = 0;
  for (size_t i = 0; i < count * element_size; i++) any |= array[i];
  assert_int_equal(any, 0);
  memset(array, 0xff, count * element_size);
  memory_free(array);
}

static void arrays_are_zeroed_and_aligned(void **state)
{
  (void)state;
  for (int repeat = 0; repeat < 3; repeat++) {
    check_zeroed(1, 1, 64);
    check_zeroed(1000, 8, 64);
    check_zeroed((4u << 20) - 1, 1, 64);
    check_zeroed(4u << 20, 1, 2u << 20);
    check_zeroed(3u << 20, 8, 2u << 20);
  }
}

static void nothing_is_something(void **state)
{
  (void)state;
  void *empty = memory_allocate(0, 8, "an empty population");
  assert_non_null(empty);
  memory_free(empty);
  memory_free(NULL);
}

static void large_arrays_cost_nothing_until_used(void **state)
{
  (void)state;
  const uint64_t before = memory_usage_now().resident_bytes;
  char *array = memory_allocate(1u << 30, 1, "a test");
  assert_non_null(array);
  assert_true(memory_usage_now().resident_bytes < before + (64u << 20));
  memory_free(array);
}

/* Whatever was freed before, and however often. */
static void what_is_freed_is_not_kept(void **state)
{
  (void)state;
  enum { BYTES = 20 << 20, TIMES = 4 };
  char *arrays[TIMES];
  const uint64_t before = memory_usage_now().resident_bytes;
  for (int repeat = 0; repeat < 2; repeat++) {
    for (int i = 0; i < TIMES; i++) {
      arrays[i] = memory_allocate(BYTES, 1, "a test");
      memset(arrays[i], 1, BYTES);
    }
    for (int i = 0; i < TIMES; i++) memory_free(arrays[i]);
    assert_true(memory_usage_now().resident_bytes < before + BYTES);
  }
}

static void refusal_names_amount_and_purpose(void **state)
{
  (void)state;
  assert_null(memory_allocate(SIZE_MAX / 2, 1, "synapses"));
  assert_non_null(strstr(loligo_error_message(), "out of memory: 8.0 EiB for synapses"));
}

static void overflow_is_refused(void **state)
{
  (void)state;
  assert_null(memory_allocate(SIZE_MAX / 4, 8, "synapses"));
  assert_non_null(strstr(loligo_error_message(), "out of memory"));
  loligo_error_clear();
  assert_null(memory_allocate(SIZE_MAX, 1, "synapses"));
  assert_non_null(strstr(loligo_error_message(), "synapses"));
}

static void growing_keeps_the_contents(void **state)
{
  (void)state;
  uint32_t *array = NULL;
  size_t capacity = 0;
  for (uint32_t i = 0; i < 3000000; i++) {
    assert_int_equal(memory_grow((void **)&array, &capacity, i + 1, sizeof *array, "a test"), LOLIGO_OK);
    array[i] = i;
  }
  assert_in_range(capacity, 3000000, 6000000);
  for (uint32_t i = 0; i < 3000000; i++) {
    if (array[i] != i) fail_msg("element %u is %u", i, array[i]);
  }
  memory_free(array);
}

static void growing_by_nothing_changes_nothing(void **state)
{
  (void)state;
  char *array = memory_allocate(10, 1, "a test"), *same = array;
  size_t capacity = 10;
  assert_int_equal(memory_grow((void **)&array, &capacity, 10, 1, "a test"), LOLIGO_OK);
  assert_ptr_equal(array, same);
  assert_int_equal(capacity, 10);
  memory_free(array);
}

static void refused_growth_leaves_the_array(void **state)
{
  (void)state;
  char *array = memory_allocate(10, 1, "a test"), *same = array;
  size_t capacity = 10;
  strcpy(array, "contents");
  assert_int_equal(memory_grow((void **)&array, &capacity, SIZE_MAX, 8, "spikes"), LOLIGO_MACHINE_ERROR);
  assert_ptr_equal(array, same);
  assert_int_equal(capacity, 10);
  assert_string_equal(array, "contents");
  memory_free(array);
}

static void what_is_given_back_is_free_and_the_rest_stays(void **state)
{
  (void)state;
  const size_t bytes = 64u << 20, used = (10u << 20) + 5;
  const size_t slack = 3u << 20; /* the kernel may make the torn page a huge one again, and counts in batches */
  char *array = memory_allocate(bytes, 1, "a test");
  memset(array, 1, bytes);
  const uint64_t before = memory_usage_now().resident_bytes;
  memory_give_back(array, used, used + 1000);
  for (size_t i = 0; i < bytes; i++)
    if (array[i] != 1) fail_msg("byte %zu is gone", i);
  memory_give_back(array, used, bytes);
  assert_true(memory_usage_now().resident_bytes + bytes - used < before + slack);
  for (size_t i = 0; i < used; i++)
    if (array[i] != 1) fail_msg("byte %zu is gone", i);
  memory_free(array);
}

static void strings_are_copied(void **state)
{
  (void)state;
  const char *name = "L23E";
  char *copy = memory_string(name);
  assert_string_equal(copy, name);
  assert_ptr_not_equal(copy, name);
  memory_free(copy);
}

static void usage_follows_use(void **state)
{
  (void)state;
  const size_t bytes = 64u << 20, slack = 4u << 20; /* the kernel counts in batches */
  const memory_usage before = memory_usage_now();
  assert_true(before.resident_bytes > 0);
  char *array = memory_allocate(bytes, 1, "a test");
  memset(array, 1, bytes);
  const memory_usage during = memory_usage_now();
  assert_true(during.resident_bytes >= before.resident_bytes + bytes - slack);
  memory_free(array);
  assert_true(memory_usage_now().peak_bytes + slack >= during.resident_bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arrays_are_zeroed_and_aligned),
      cmocka_unit_test(nothing_is_something),
      cmocka_unit_test(large_arrays_cost_nothing_until_used),
      cmocka_unit_test(what_is_freed_is_not_kept),
      cmocka_unit_test_setup(refusal_names_amount_and_purpose, clear),
      cmocka_unit_test_setup(overflow_is_refused, clear),
      cmocka_unit_test(growing_keeps_the_contents),
      cmocka_unit_test(growing_by_nothing_changes_nothing),
      cmocka_unit_test_setup(refused_growth_leaves_the_array, clear),
      cmocka_unit_test(what_is_given_back_is_free_and_the_rest_stays),
      cmocka_unit_test(strings_are_copied),
      cmocka_unit_test(usage_follows_use),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
