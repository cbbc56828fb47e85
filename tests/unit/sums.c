/* Sums of one step: taken once, carried over to 64 bits as often as it pleases, without a difference. */
#include <stdlib.h>

#include "base/text.h"
#include "scarce.h"
#include "sim/layout/sums.h"

enum { NARROW = 300, WIDE = 70, ROWS = 3 };

static const port_layout layout = {.n_narrow = NARROW, .n_wide = WIDE};

static void sums_open(sums *sums)
{
  assert_int_equal(sums_init(sums, ROWS, &layout), LOLIGO_OK);
}

static void rows_are_apart_and_begin_at_zero(void **state)
{
  (void)state;
  sums sums;
  sums_open(&sums);
  assert_int_equal(sums.n_rows, ROWS);
  for (int r = 0; r < ROWS; r++) {
    for (int i = 0; i < NARROW; i++) assert_int_equal(sums.rows[r].narrow[i], 0);
    for (int i = 0; i < WIDE; i++) assert_int_equal(sums.rows[r].wide[i], 0);
    for (int i = 0; i < NARROW; i++) sums.rows[r].narrow[i] = r + 1;
    for (int i = 0; i < WIDE; i++) sums.rows[r].wide[i] = -r - 1;
  }
  for (int r = 0; r < ROWS; r++) {
    for (int i = 0; i < NARROW; i++) assert_int_equal(sums.rows[r].narrow[i], r + 1);
    for (int i = 0; i < WIDE; i++) assert_int_equal(sums.rows[r].wide[i], -r - 1);
  }
  sums_free(&sums);
  assert_null(sums.rows);
}

/* Adds to every port what depends on the port and the turn. */
static void add(sum_row *row, uint64_t turn)
{
  for (uint64_t i = 0; i < NARROW; i++) row->narrow[i] += (int32_t)(hash_mix(i + 1000 * turn) % 2001) - 1000;
  for (uint64_t i = 0; i < WIDE; i++) row->wide[i] += (int64_t)(hash_mix(i + turn) >> 8) - (INT64_C(1) << 55);
}

static void take_all(sum_row *row, int64_t narrow[NARROW], int64_t wide[WIDE])
{
  const port_range ranges[] = {{.first = 0, .n = 100}, {.first = 100, .n = NARROW - 100}, {.n = WIDE, .wide = true}};
  sum_row_take(row, &ranges[0], 0, 64, narrow);
  sum_row_take(row, &ranges[0], 64, 36, narrow + 64);
  sum_row_take(row, &ranges[1], 0, NARROW - 100, narrow + 100);
  sum_row_take(row, &ranges[2], 0, WIDE, wide);
  sum_row_clear(row);
}

/* The same row again, carried after none, some or all of what came. */
static void carries_change_nothing(void **state)
{
  (void)state;
  enum { TURNS = 5 };
  sums sums;
  sums_open(&sums);
  int64_t expected_narrow[NARROW] = {0}, expected_wide[WIDE] = {0};
  for (uint64_t turn = 0; turn < TURNS; turn++) add(&sums.rows[1], turn);
  take_all(&sums.rows[1], expected_narrow, expected_wide);
  for (unsigned carried = 0; carried < 1 << TURNS; carried++) {
    int64_t narrow[NARROW] = {0}, wide[WIDE] = {0};
    for (uint64_t turn = 0; turn < TURNS; turn++) {
      add(&sums.rows[1], turn);
      if (carried >> turn & 1) assert_int_equal(sum_row_carry(&sums.rows[1]), LOLIGO_OK);
    }
    take_all(&sums.rows[1], narrow, wide);
    assert_memory_equal(narrow, expected_narrow, sizeof narrow);
    assert_memory_equal(wide, expected_wide, sizeof wide);
  }
  sums_free(&sums);
}

static void what_is_taken_is_added_and_gone(void **state)
{
  (void)state;
  sums sums;
  sums_open(&sums);
  sum_row *row = &sums.rows[2];
  row->narrow[5] = 7;
  row->wide[6] = -9;
  assert_int_equal(sum_row_carry(row), LOLIGO_OK);
  row->narrow[5] = 100;
  int64_t narrow[NARROW] = {[5] = 1000}, wide[WIDE] = {[6] = 1000};
  take_all(row, narrow, wide);
  assert_int_equal(narrow[5], 1107);
  assert_int_equal(wide[6], 991);
  take_all(row, narrow, wide);
  assert_int_equal(narrow[5], 1107);
  assert_int_equal(wide[6], 991);
  sums_free(&sums);
}

/* As many events of the largest weight as are called safe stay within 32 bits; a carry holds more than those. */
static void safe_events_do_not_wrap(void **state)
{
  (void)state;
  assert_true((int64_t)SUMS_SAFE_EVENTS * (NARROW_MAX + 1) <= INT32_MAX);
  sums sums;
  sums_open(&sums);
  int64_t narrow[NARROW] = {0}, wide[WIDE] = {0};
  for (int turn = 0; turn < 10; turn++) {
    sums.rows[0].narrow[0] = SUMS_SAFE_EVENTS * (NARROW_MAX + 1);
    sums.rows[0].narrow[1] = -SUMS_SAFE_EVENTS * (NARROW_MAX + 1);
    assert_int_equal(sum_row_carry(&sums.rows[0]), LOLIGO_OK);
  }
  take_all(&sums.rows[0], narrow, wide);
  assert_int_equal(narrow[0], INT64_C(10) * SUMS_SAFE_EVENTS * (NARROW_MAX + 1));
  assert_int_equal(narrow[1], INT64_C(-10) * SUMS_SAFE_EVENTS * (NARROW_MAX + 1));
  sums_free(&sums);
}

static loligo_status use(void *self)
{
  (void)self;
  sums sums;
  loligo_status status = sums_init(&sums, ROWS, &layout);
  if (status == LOLIGO_OK) status = sum_row_carry(&sums.rows[0]);
  if (status == LOLIGO_OK) status = sum_row_carry(&sums.rows[2]);
  sums_free(&sums);
  return status;
}

static void sums_tell_that_there_is_no_memory(void **state)
{
  (void)state;
  fails_without_memory(use, NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_apart_and_begin_at_zero),  cmocka_unit_test(carries_change_nothing),
      cmocka_unit_test(what_is_taken_is_added_and_gone),   cmocka_unit_test(safe_events_do_not_wrap),
      cmocka_unit_test(sums_tell_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
