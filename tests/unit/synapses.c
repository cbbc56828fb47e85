/* Rows of synapses: headers, the row index, and delivery through the calendar, against sums computed directly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "sim/calendar.h"
#include "sim/synapses.h"

static void header_round_trip(void **state)
{
  (void)state;
  const uint32_t counts[] = {0, 1, 4094, 4095, 4096, 70000, 4000000000u};
  const uint32_t gaps[] = {0, 1, 4094, 4095, 100000};
  for (size_t i = 0; i < 7; i++) {
    for (size_t j = 0; j < 5; j++) {
      uint32_t words[4];
      segment written = {.count = counts[i], .gap = gaps[j], .block = 63, .wide = i % 2, .last = j % 2};
      uint32_t *end = segment_write(words, &written);
      assert_int_equal(end - words, segment_header_words(counts[i], gaps[j]));
      segment read = segment_read(words);
      assert_int_equal(read.count, counts[i]);
      assert_int_equal(read.gap, gaps[j]);
      assert_int_equal(read.block, 63);
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

static void ports_are_numbered_by_receptor_and_block(void **state)
{
  (void)state;
  port_layout layout = port_layout_of(200000, 2);
  assert_int_equal(layout.blocks_per_receptor, 4);
  assert_true(port_blocks_fit(&layout));
  for (size_t r = 0; r < 2; r++) {
    for (uint64_t lid = 0; lid < layout.n_cells; lid += 4999) {
      uint64_t base = port_block_base(&layout, port_block(&layout, r, lid));
      assert_true(base + lid % BLOCK_PORTS == port_number(&layout, r, lid));
    }
  }
  layout = port_layout_of(UINT64_C(3) << 32, 2);
  assert_true(port_number(&layout, 1, 5) == (UINT64_C(3) << 32) + 5);
  assert_false(port_blocks_fit(&layout));
  layout = port_layout_of(0, 2);
  assert_true(port_blocks_fit(&layout));
}

/* A random row of narrow and wide segments with every kind of gap; fills expected[delay][port]. */
enum { MAX_DELAY = 5000, PORTS = 50 };

static uint32_t *make_row(uint64_t seed, uint32_t *words, int64_t (*expected)[PORTS])
{
  uint32_t *at = words;
  const uint32_t gaps[] = {1, 3, 0, 4095, 20, 0, 1};
  uint32_t delay = 0;
  for (int i = 0; i < 7; i++) {
    segment s = {
        .count = 1 + (uint32_t)(hash_mix(seed + (uint64_t)i) % 9), .gap = gaps[i], .wide = i % 3 == 2, .last = i == 6};
    delay += s.gap;
    at = segment_write(at, &s);
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

static void calendar_delivers_each_segment_at_its_delay(void **state)
{
  (void)state;
  enum { ROWS = 5, SPIKES = 40, STEPS = 6000 };
  static uint32_t words[ROWS][500];
  static int64_t by_delay[ROWS][MAX_DELAY][PORTS];
  int64_t(*total)[PORTS] = calloc(STEPS + MAX_DELAY, sizeof *total);
  for (int r = 0; r < ROWS; r++) make_row((uint64_t)r, words[r], by_delay[r]);
  port_layout ports = port_layout_of(PORTS, 1);
  calendar calendar;
  assert_int_equal(calendar_init(&calendar, MAX_DELAY, &ports), LOLIGO_OK);
  uint64_t spike = 0;
  for (int64_t step = 1; step < STEPS; step++) {
    int32_t sums[PORTS] = {0};
    assert_int_equal(calendar_deliver(&calendar, step, sums), LOLIGO_OK);
    for (int p = 0; p < PORTS; p++) assert_int_equal(sums[p], total[step][p]);
    if (spike < SPIKES && step % 17 == 0) {
      int r = (int)(hash_mix(spike++) % ROWS);
      bool negative = spike % 3 == 0;
      assert_int_equal(calendar_add(&calendar, step, words[r], negative), LOLIGO_OK);
      for (int d = 0; d < MAX_DELAY; d++)
        for (int p = 0; p < PORTS; p++) total[step + d][p] += negative ? -by_delay[r][d][p] : by_delay[r][d][p];
    }
  }
  calendar_free(&calendar);
  free(total);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(header_round_trip),
      cmocka_unit_test(row_index_finds_what_was_marked),
      cmocka_unit_test(ports_are_numbered_by_receptor_and_block),
      cmocka_unit_test(calendar_delivers_each_segment_at_its_delay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
