/* Rows of synapses: headers, the row index, and delivery through the calendar, against sums computed directly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "sim/synapses/calendar.h"
#include "sim/synapses/synapse_word.h"
#include "sim/synapses/synapses.h"

static void header_round_trip(void **state)
{
  (void)state;
  const uint32_t counts[] = {0, 1, 4094, 4095, 4096, 70000, 4000000000u};
  const uint32_t gaps[] = {0, 1, 1022, 1023, 100000};
  for (size_t i = 0; i < 7; i++) {
    for (size_t j = 0; j < 5; j++) {
      uint32_t words[4];
      delay_run written = {.count = counts[i], .gap = gaps[j], .block = 255, .wide = i % 2, .last = j % 2};
      uint32_t *end = delay_run_write(words, &written);
      assert_int_equal(end - words, delay_run_header_words(counts[i], gaps[j]));
      delay_run read = delay_run_read(words);
      assert_int_equal(read.count, counts[i]);
      assert_int_equal(read.gap, gaps[j]);
      assert_int_equal(read.block, 255);
      assert_int_equal(read.wide, i % 2);
      assert_int_equal(read.last, j % 2);
      assert_ptr_equal(read.synapses, end);
      assert_true((uint64_t)(read.end - read.synapses) == (uint64_t)counts[i] << read.wide);
    }
  }
}

static void row_index_finds_what_was_marked(void **state)
{
  (void)state;
  row_index index;
  assert_int_equal(row_index_init(&index, 1000), LOLIGO_OK);
  for (uint64_t s = 0; s < 1000; s += 7) row_index_mark(&index, s);
  row_index_seal(&index);
  assert_int_equal(index.n_rows, 143);
  for (uint64_t s = 0; s < 1000; s++) assert_int_equal(row_index_find(&index, s), s % 7 ? NO_ROW : (int64_t)(s / 7));
  row_index_free(&index);

  assert_int_equal(row_index_init(&index, 128), LOLIGO_OK);
  row_index_mark_all(&index);
  row_index_seal(&index);
  assert_int_equal(index.n_rows, 128);
  assert_int_equal(row_index_find(&index, 127), 127);
  row_index_free(&index);
}

/* Ports of three populations of so many cells, with 2, 0 and 3 accumulators; the last one wide. */
static void layout_of(port_layout *layout, const uint64_t *n_cells)
{
  static accumulator accumulators[] = {{.population = 0, .receptor = 0},
                                       {.population = 0, .receptor = 1},
                                       {.population = 2, .receptor = 0},
                                       {.population = 2, .receptor = 0},
                                       {.population = 2, .receptor = 1, .wide = true}};
  static size_t first[] = {0, 2, 2, 5};
  static const fixed_point format = {
      .accumulators = accumulators, .n_accumulators = 5, .n_populations = 3, .first = first};
  assert_int_equal(ports_init(layout, &format, n_cells), LOLIGO_OK);
}

static void ports_are_numbered_by_section_and_block(void **state)
{
  (void)state;
  port_layout layout;
  layout_of(&layout, (uint64_t[]){100000, 7, 50000});
  assert_int_equal(layout.n_narrow, 300000);
  assert_int_equal(layout.n_wide, 50000);
  assert_int_equal(layout.n_blocks, 6);
  static const uint64_t first[] = {0, 150000, 100000, 250000};
  for (size_t i = 0; i < 4; i++) {
    const port_range *range = &layout.ranges[i];
    assert_int_equal(range->first, first[i]);
    for (uint64_t port = range->first; port < range->first + range->n; port += 4999)
      assert_int_equal(layout.block_base[port_block(range, port)] + port_in_block(range, port), port);
  }
  assert_int_equal(ports_wide_accumulator(&layout, 49999), 4);
  ports_free(&layout);
}

static void where_blocks_do_not_suffice_all_is_wide(void **state)
{
  (void)state;
  port_layout layout;
  layout_of(&layout, (uint64_t[]){UINT64_C(3) << 32, 0, 5});
  assert_int_equal(layout.n_narrow, 0);
  assert_int_equal(layout.n_wide, (UINT64_C(6) << 32) + 15);
  for (size_t i = 0; i < 5; i++) assert_true(layout.ranges[i].wide);
  assert_int_equal(ports_wide_accumulator(&layout, (UINT64_C(6) << 32) + 12), 4);
  ports_free(&layout);
  layout_of(&layout, (uint64_t[]){0, 0, 0});
  assert_int_equal(layout.n_narrow + layout.n_wide, 0);
  ports_free(&layout);
}

/* A random row of narrow and wide delay runs with every kind of gap; fills expected[delay][port]. */
enum { MAX_DELAY = 5000, PORTS = 50 };

static uint32_t *make_row(uint64_t seed, uint32_t *words, int64_t (*expected)[PORTS])
{
  uint32_t *at = words;
  const uint32_t gaps[] = {1, 3, 0, 1023, 3092, 0, 1};
  uint32_t delay = 0;
  for (int i = 0; i < 7; i++) {
    delay_run s = {
        .count = 1 + (uint32_t)(hash_mix(seed + (uint64_t)i) % 9), .gap = gaps[i], .wide = i % 3 == 2, .last = i == 6};
    delay += s.gap;
    at = delay_run_write(at, &s);
    for (uint32_t k = 0; k < s.count; k++) {
      uint64_t r = hash_mix(seed * 1000 + (uint64_t)i * 100 + k);
      uint32_t port = (uint32_t)(r % PORTS);
      int32_t weight = (int32_t)(r >> 40 & 0xffff) - 32768;
      if (s.wide) {
        *at++ = port;
        *at++ = (uint32_t)(weight * 1000);
        weight *= 1000;
      } else {
        *at++ = port | (uint32_t)weight << 16;
      }
      expected[delay][port] += weight;
    }
  }
  return at;
}

/* A calendar, the ports and a row of sums to deliver into: PORTS narrow ones and as many wide ones. */
typedef struct desk {
  port_layout ports;
  sums sums;
  calendar calendar;
} desk;

static void desk_init(desk *desk)
{
  static accumulator accumulators[] = {{.population = 0}, {.population = 0, .wide = true}};
  static size_t first[] = {0, 2};
  static const fixed_point format = {
      .accumulators = accumulators, .n_accumulators = 2, .n_populations = 1, .first = first};
  assert_int_equal(ports_init(&desk->ports, &format, &(uint64_t){PORTS}), LOLIGO_OK);
  assert_int_equal(sums_init(&desk->sums, 1, &desk->ports), LOLIGO_OK);
  assert_int_equal(calendar_init(&desk->calendar, MAX_DELAY, &desk->ports), LOLIGO_OK);
  calendar_set_load(&desk->calendar, 1000);
}

static void desk_free(desk *desk)
{
  calendar_free(&desk->calendar);
  sums_free(&desk->sums);
  ports_free(&desk->ports);
}

/* Adds what arrives at a step to total[PORTS] of the narrow and of the wide ports. */
static void take(desk *desk, int64_t step, int64_t *narrow, int64_t *wide)
{
  sum_row *row = desk->sums.rows;
  assert_int_equal(calendar_deliver(&desk->calendar, step, row), LOLIGO_OK);
  sum_row_take(row, &desk->ports.ranges[0], 0, PORTS, narrow);
  sum_row_take(row, &desk->ports.ranges[1], 0, PORTS, wide);
  sum_row_clear(row);
}

static void calendar_delivers_each_delay_run_at_its_delay(void **state)
{
  (void)state;
  enum { ROWS = 5, SPIKES = 40, STEPS = 6000 };
  static uint32_t words[ROWS][500];
  static int64_t by_delay[ROWS][MAX_DELAY][PORTS];
  int64_t(*total)[PORTS] = calloc(STEPS + MAX_DELAY, sizeof *total);
  for (int r = 0; r < ROWS; r++) make_row((uint64_t)r, words[r], by_delay[r]);
  desk desk;
  desk_init(&desk);
  uint64_t spike = 0;
  for (int64_t step = 1; step < STEPS; step++) {
    int64_t sums[PORTS] = {0};
    take(&desk, step, sums, sums);
    for (int p = 0; p < PORTS; p++) assert_int_equal(sums[p], total[step][p]);
    if (spike < SPIKES && step % 17 == 0) {
      int r = (int)(hash_mix(spike++) % ROWS);
      bool negative = spike % 3 == 0;
      assert_int_equal(calendar_add(&desk.calendar, step, words[r], negative), LOLIGO_OK);
      for (int d = 0; d < MAX_DELAY; d++)
        for (int p = 0; p < PORTS; p++) total[step + d][p] += negative ? -by_delay[r][d][p] : by_delay[r][d][p];
    }
  }
  desk_free(&desk);
  free(total);
}

/* A row of one narrow delay run of n synapses, all of the largest weight, onto port 7, with delay 1. */
static uint32_t *make_heavy_row(uint32_t n)
{
  uint32_t *words = malloc((n + 2) * sizeof *words);
  uint32_t *at = delay_run_write(words, &(delay_run){.count = n, .gap = 1, .last = true});
  for (uint32_t k = 0; k < n; k++) at[k] = 7 | UINT32_C(32767) << 16;
  return words;
}

/* Spikes at one stamp, of rows of many and of few synapses: far more than 32 bits can hold. */
static void narrow_sums_do_not_wrap(void **state)
{
  (void)state;
  enum { LONG = 60000, SHORT = 3, TIMES = 150000 };
  desk desk;
  desk_init(&desk);
  uint32_t *long_row = make_heavy_row(LONG), *short_row = make_heavy_row(SHORT);
  calendar_set_load(&desk.calendar, UINT64_C(32767) * (LONG + SHORT));
  calendar_crowd(&desk.calendar, 10, TIMES);
  for (int i = 0; i < 10; i++) assert_int_equal(calendar_add(&desk.calendar, 10, long_row, i == 9), LOLIGO_OK);
  for (int i = 0; i < TIMES; i++) assert_int_equal(calendar_add(&desk.calendar, 10, short_row, false), LOLIGO_OK);
  int64_t narrow[PORTS] = {0}, wide[PORTS] = {0};
  take(&desk, 11, narrow, wide);
  assert_int_equal(narrow[7], INT64_C(32767) * (8 * LONG + SHORT * TIMES));
  assert_int_equal(narrow[6], 0);
  take(&desk, 12, narrow, wide);
  assert_int_equal(narrow[7], INT64_C(32767) * (8 * LONG + SHORT * TIMES));
  free(long_row);
  free(short_row);
  desk_free(&desk);
}

/* Where all synapses onto a port weigh more than 32 bits can hold, nobody need tell of crowds. */
static void heavy_loads_do_not_wrap(void **state)
{
  (void)state;
  enum { N = 100000 };
  desk desk;
  desk_init(&desk);
  calendar_set_load(&desk.calendar, UINT64_C(32767) * N);
  uint32_t *row = make_heavy_row(N);
  int64_t narrow[PORTS] = {0}, wide[PORTS] = {0};
  assert_int_equal(calendar_add(&desk.calendar, 0, row, true), LOLIGO_OK);
  take(&desk, 1, narrow, wide);
  assert_int_equal(narrow[7], INT64_C(-32767) * N);
  free(row);
  desk_free(&desk);
}

static void wide_sums_beyond_64_bits_are_told(void **state)
{
  (void)state;
  desk desk;
  desk_init(&desk);
  uint32_t words[5], *at = delay_run_write(words, &(delay_run){.count = 1, .gap = 1, .wide = true, .last = true});
  at[0] = 3;
  at[1] = 5;
  desk.sums.rows[0].wide[3] = INT64_MAX - 4;
  assert_int_equal(calendar_add(&desk.calendar, 0, words, false), LOLIGO_OK);
  assert_int_equal(calendar_deliver(&desk.calendar, 1, desk.sums.rows), LOLIGO_NUMERICS_ERROR);
  assert_int_equal(desk.calendar.overflown, 3);
  desk_free(&desk);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(header_round_trip),
      cmocka_unit_test(row_index_finds_what_was_marked),
      cmocka_unit_test(ports_are_numbered_by_section_and_block),
      cmocka_unit_test(where_blocks_do_not_suffice_all_is_wide),
      cmocka_unit_test(calendar_delivers_each_delay_run_at_its_delay),
      cmocka_unit_test(narrow_sums_do_not_wrap),
      cmocka_unit_test(heavy_loads_do_not_wrap),
      cmocka_unit_test(wide_sums_beyond_64_bits_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
