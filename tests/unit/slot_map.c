/* Slots: every delay and kind that was included has a number of its own, in the order of delay runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/synapses/slot_map.h"

static void an_empty_map_has_no_slots(void **state)
{
  (void)state;
  const slot_map map = slot_map_empty();
  assert_int_equal(map.n, 0);
  assert_int_equal(map.n_kinds, 0);
  for (unsigned kind = 0; kind < N_KINDS; kind++) assert_true(map.number_of[kind] < 0);
}

/* Numbers run by delay, then by kind as kinds were included; each gives back what it stands for. */
static void check_numbers(const slot_map *map, const unsigned *kinds, unsigned n_kinds, int64_t first, int64_t last)
{
  uint32_t number = 0;
  assert_int_equal(map->n, (uint64_t)(last - first + 1) * n_kinds);
  for (int64_t delay = first; delay <= last; delay++) {
    for (unsigned k = 0; k < n_kinds; k++, number++) {
      assert_int_equal(slot_number(map, delay, kinds[k]), number);
      const bool wide = kinds[k] == WIDE_KIND;
      int64_t before = 0;
      const delay_run s = slot_delay_run(map, number, 6, &before);
      assert_int_equal(before, delay);
      assert_int_equal(s.gap, delay);
      assert_int_equal(s.wide, wide);
      assert_int_equal(s.block, wide ? 0 : kinds[k]);
      assert_int_equal(s.count, wide ? 3 : 6);
      assert_false(s.last);
    }
  }
}

static void slots_are_numbered_by_delay_then_kind(void **state)
{
  (void)state;
  const unsigned kinds[] = {7, WIDE_KIND, 0, PORT_BLOCKS - 1};
  slot_map map = slot_map_empty();
  slot_map_include(&map, kinds[0], 5, 5);
  check_numbers(&map, kinds, 1, 5, 5);
  slot_map_include(&map, kinds[1], 3, 4);
  check_numbers(&map, kinds, 2, 3, 5);
  slot_map_include(&map, kinds[2], 4, 90);
  check_numbers(&map, kinds, 3, 3, 90);
  slot_map_include(&map, kinds[0], 1, 2);
  slot_map_include(&map, kinds[3], 6, 7);
  check_numbers(&map, kinds, 4, 1, 90);
  slot_map_include(&map, kinds[1], 91, 91);
  check_numbers(&map, kinds, 4, 1, 91);
}

static void a_map_holds_all_kinds(void **state)
{
  (void)state;
  unsigned kinds[N_KINDS];
  slot_map map = slot_map_empty();
  for (unsigned kind = 0; kind < N_KINDS; kind++) {
    kinds[kind] = kind;
    slot_map_include(&map, kind, 1, 2);
  }
  check_numbers(&map, kinds, N_KINDS, 1, 2);
}

/* More slots than can be numbered are still counted, so that they can be refused. */
static void too_many_slots_are_counted(void **state)
{
  (void)state;
  slot_map map = slot_map_empty();
  slot_map_include(&map, 0, 1, UINT32_MAX);
  assert_true(map.n == SLOTS_MAX);
  slot_map_include(&map, 1, 1, 1);
  assert_true(map.n == 2 * (uint64_t)SLOTS_MAX);
}

/* The gap of a delay run counts from the one before it in the row. */
static void gaps_count_from_the_delay_run_before(void **state)
{
  (void)state;
  slot_map map = slot_map_empty();
  slot_map_include(&map, 2, 10, 500);
  int64_t delay = 0;
  assert_int_equal(slot_delay_run(&map, slot_number(&map, 10, 2), 1, &delay).gap, 10);
  assert_int_equal(slot_delay_run(&map, slot_number(&map, 10, 2), 1, &delay).gap, 0);
  assert_int_equal(slot_delay_run(&map, slot_number(&map, 490, 2), 1, &delay).gap, 480);
  assert_int_equal(delay, 490);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_map_has_no_slots),
      cmocka_unit_test(slots_are_numbered_by_delay_then_kind),
      cmocka_unit_test(a_map_holds_all_kinds),
      cmocka_unit_test(too_many_slots_are_counted),
      cmocka_unit_test(gaps_count_from_the_delay_run_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
