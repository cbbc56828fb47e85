/*
 * Packed synapses: what is put in comes out for its source alone, with its delay, port and weight; near and far, with
 * one source in a bucket or many; and what cannot be numbered is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "sim/synapses/calendar.h"
#include "sim/synapses/packed_rows.h"
#include "sim/synapses/synapses.h"

enum {
  SYNAPSES = 3000,
  FIRST_DELAY = 7,
  BLOCK = 3,
  CROWD = 50 /* one in so many is of source 0, whose bucket is long */,
  FAR_BLOCKS = 256
};

#define OK(call) assert_int_equal((call), LOLIGO_OK)

/** A synapse as it is given. */
typedef struct given {
  uint64_t source;
  int64_t steps;
  uint32_t port; /* within its block */
  unsigned block;
  int32_t quanta;
} given;

/* All blocks, or some with others between. */
static unsigned block_at(unsigned number, unsigned n_blocks)
{
  return n_blocks == FAR_BLOCKS ? number : BLOCK + 3 * number;
}

static given given_at(size_t i, uint64_t n_sources, int64_t n_delays, unsigned n_blocks)
{
  const uint64_t bits = hash_mix(i), more = hash_mix(bits);
  return (given){.source = i % CROWD == 0 ? 0 : bits % n_sources,
                 .steps = FIRST_DELAY + (int64_t)(more % (uint64_t)n_delays),
                 .port = (uint32_t)(bits >> 40) % BLOCK_PORTS,
                 .block = block_at((unsigned)(more >> 32) % n_blocks, n_blocks),
                 .quanta = (int32_t)((more >> 48) % (2 * NARROW_MAX + 1)) - NARROW_MAX};
}

static slot_map slots_of(int64_t n_delays, unsigned n_blocks)
{
  slot_map slots = slot_map_empty();
  for (unsigned i = 0; i < n_blocks; i++)
    slot_map_include(&slots, block_at(i, n_blocks), FIRST_DELAY, FIRST_DELAY + n_delays - 1);
  return slots;
}

static void build(packed_rows *rows, const packed_shape *shape, uint64_t n_sources, int64_t n_delays, unsigned n_blocks)
{
  const slot_map slots = slots_of(n_delays, n_blocks);
  OK(packed_init(rows, shape, n_sources, &slots));
  for (bool anew = true; anew;) {
    for (size_t i = 0; i < SYNAPSES; i++) packed_count(rows, given_at(i, n_sources, n_delays, n_blocks).source);
    OK(packed_make_room(rows, &anew));
  }
  for (size_t i = 0; i < SYNAPSES; i++) {
    const given g = given_at(i, n_sources, n_delays, n_blocks);
    packed_write(packed_place(rows, g.source), shape->halves,
                 (packed_synapse){.port = g.port,
                                  .block = g.block,
                                  .tag = packed_tag(rows, g.source, g.steps, (unsigned)slots.number_of[g.block]),
                                  .quanta = g.quanta});
  }
}

/** A synapse that is under way. */
typedef struct awaited {
  unsigned block;
  uint32_t port; /* within the block */
  int32_t quanta;
} awaited;

static uint64_t hash_of(const awaited *a)
{
  return hash_mix((uint64_t)a->block << 48 | (uint64_t)a->port << 32 | (uint32_t)a->quanta);
}

/* Adds up the hashes of what waits for a step; returns how much it is. */
static size_t sum_waiting(const calendar *calendar, int64_t step, uint64_t *sum)
{
  size_t n = 0;
  for (unsigned block = 0; block < calendar->ports->n_blocks; block++) {
    const size_t queue = block * (size_t)calendar->n_buckets + (size_t)step;
    for (size_t i = 0; i < calendar->waiting.queues[queue].n; i++) {
      const uint32_t *word = calendar->waiting.queues[queue].at[i],
                     *end = word + waiting_words(&calendar->waiting, queue, i);
      for (; word < end; word++, n++) *sum += hash_of(&(awaited){block, narrow_port(*word), narrow_quanta(*word)});
    }
  }
  return n;
}

/* Whether these synapses wait for a step, and no others; in any order. */
static void check_step(const calendar *calendar, int64_t step, const awaited *expected, size_t n)
{
  uint64_t sum = 0, expected_sum = 0;
  assert_int_equal(sum_waiting(calendar, step, &sum), n);
  for (size_t i = 0; i < n; i++) expected_sum += hash_of(&expected[i]);
  assert_true(sum == expected_sum);
}

/* What a spike of a source at step 0, of which all up to `behind` has arrived, leaves in the calendar. */
static void check_source(const packed_rows *rows, const port_layout *ports, uint64_t source, uint64_t n_sources,
                         int64_t n_delays, unsigned n_blocks, int64_t behind)
{
  static awaited expected[SYNAPSES];
  calendar calendar;
  bool any = false;
  OK(calendar_init(&calendar, FIRST_DELAY + n_delays, ports));
  OK(calendar_add_packed(&calendar, 0, rows, source, behind > 0, behind));
  for (int64_t step = 0; step < FIRST_DELAY + n_delays; step++) {
    size_t n = 0;
    for (size_t i = 0; i < SYNAPSES; i++) {
      const given g = given_at(i, n_sources, n_delays, n_blocks);
      if (g.source != source || g.steps != step) continue;
      any = true;
      if (step > behind) expected[n++] = (awaited){g.block, g.port, behind > 0 ? -g.quanta : g.quanta};
    }
    check_step(&calendar, step, expected, n);
  }
  assert_int_equal(packed_has(rows, source), any);
  packed_prefetch_place(rows, source);
  packed_prefetch(rows, source);
  calendar_free(&calendar);
}

static void check(uint64_t n_sources, int64_t n_delays, unsigned n_blocks, unsigned halves, unsigned key_bits)
{
  port_layout ports = {.n_blocks = FAR_BLOCKS};
  for (unsigned b = 0; b < FAR_BLOCKS; b++) ports.block_base[b] = (uint64_t)b * BLOCK_PORTS;
  const packed_shape shape = packed_shape_of(n_sources, SYNAPSES, (uint64_t)n_delays, n_blocks);
  assert_int_equal(shape.halves, halves);
  assert_int_equal(shape.key_bits, key_bits);
  packed_rows rows;
  build(&rows, &shape, n_sources, n_delays, n_blocks);
  assert_int_equal(rows.n, SYNAPSES);
  assert_int_equal(packed_index_begin(&rows.index, rows.index.n_buckets), SYNAPSES);
  assert_true(packed_bytes(&shape, n_sources, SYNAPSES) ==
              packed_index_bytes(rows.index.n_buckets, shape.grouped) + SYNAPSES * halves * sizeof *rows.halves);
  const uint64_t most = n_sources < 40 ? n_sources : 40;
  for (uint64_t s = 0; s < most; s++) {
    check_source(&rows, &ports, s * (n_sources - 1) / (most > 1 ? most - 1 : 1), n_sources, n_delays, n_blocks, 0);
    check_source(&rows, &ports, given_at(s, n_sources, n_delays, n_blocks).source, n_sources, n_delays, n_blocks,
                 FIRST_DELAY + n_delays / 2);
  }
  packed_free(&rows);
}

static void a_source_has_its_own_synapses(void **state)
{
  (void)state;
  check(30, 1, 1, PACKED_HALVES, 0);       /* 100 of each source, one delay */
  check(1500, 20, 1, PACKED_HALVES, 1);    /* 2 of each: 2 sources in a bucket */
  check(3000, 200, 1, PACKED_HALVES, 2);   /* 1 of each */
  check(192000, 200, 1, PACKED_HALVES, 8); /* 1 of 64: all bits of the tag are in use, though more were wished for */
  check(30, 300, FAR_BLOCKS, FAR_PACKED_HALVES, 0);
  check(48000, 200, FAR_BLOCKS, FAR_PACKED_HALVES, 6);
}

/* A few blocks are told by tags, as long as these have room. */
static void blocks_are_told_apart(void **state)
{
  (void)state;
  check(30, 300, 4, PACKED_HALVES, 0);
  check(3000, 60, 3, PACKED_HALVES, 2);
  check(3000, 200, 16, PACKED_HALVES, 2);
  check(12000, 200, 16, PACKED_HALVES, 4);
  check(48000, 200, 64, FAR_PACKED_HALVES, 6);
}

/* Of one source, and the last of a bucket that is not full. */
static void few_sources_have_buckets_too(void **state)
{
  (void)state;
  check(1, 5, 1, PACKED_HALVES, 0);
  check(2999, 200, 1, PACKED_HALVES, 1);
}

static void what_cannot_be_packed_has_no_shape(void **state)
{
  (void)state;
  const uint64_t near = UINT64_C(1) << PACKED_TAG_BITS, far = UINT64_C(1) << FAR_PACKED_TAG_BITS;
  assert_int_equal(packed_shape_of(1000, 1e5, near, 1).halves, PACKED_HALVES);
  assert_int_equal(packed_shape_of(1000, 1e5, near + 1, 1).halves, FAR_PACKED_HALVES);
  assert_int_equal(packed_shape_of(1000, 1e5, far, 1).halves, FAR_PACKED_HALVES);
  assert_int_equal(packed_shape_of(1000, 1e5, far + 1, 1).halves, 0);
  assert_int_equal(packed_shape_of(1000, (double)UINT32_MAX, 1, 1).halves, 0);
}

/* A bucket that holds `most`, between others of one each; what its index then is. */
static void check_crowd(unsigned most, bool stays_grouped)
{
  enum { SOURCES = 1000, CROWDED = 500 };
  const slot_map slots = slots_of(1, 1);
  const packed_shape shape = packed_shape_of(SOURCES, SOURCES, UINT64_C(1) << PACKED_TAG_BITS, 1);
  assert_int_equal(shape.key_bits, 0);
  assert_true(shape.grouped);
  packed_rows rows;
  bool anew = true;
  OK(packed_init(&rows, &shape, SOURCES, &slots));
  for (int turn = 0; anew; turn++) {
    assert_true(turn < 2);
    for (unsigned i = 0; i < SOURCES; i++)
      for (unsigned k = 0; k < (i == CROWDED ? most : 1); k++) packed_count(&rows, i);
    OK(packed_make_room(&rows, &anew));
    assert_int_equal(anew, turn == 0 && !stays_grouped);
  }
  assert_int_equal(rows.index.groups != NULL, stays_grouped);
  for (unsigned i = 0; i < SOURCES; i++)
    for (unsigned k = 0; k < (i == CROWDED ? most : 1); k++) packed_place(&rows, i);
  for (unsigned i = 0; i < SOURCES; i++) {
    const packed_run run = packed_find(&rows, i);
    assert_int_equal(run.end - run.at, (i == CROWDED ? most : 1) * PACKED_HALVES);
  }
  packed_free(&rows);
}

static void a_crowded_group_is_told_by_the_other_form(void **state)
{
  (void)state;
  check_crowd(1, true);
  check_crowd(GROUP_MOST - (GROUP_BUCKETS - 1), true);
  check_crowd(GROUP_MOST - (GROUP_BUCKETS - 1) + 1, false);
  check_crowd(GROUP_MOST + 1, false);
}

/* As they would be counted if four thousand million synapses came. */
static void more_than_can_be_numbered_are_refused(void **state)
{
  (void)state;
  const slot_map slots = slots_of(1, 1);
  const packed_shape shape = packed_shape_of(10, 100, 1, 1);
  packed_rows rows;
  bool anew;
  OK(packed_init(&rows, &shape, 10, &slots));
  rows.index.first[0] = UINT32_MAX - 5;
  for (int i = 0; i < 6; i++) packed_count(&rows, 9);
  assert_int_equal(packed_make_room(&rows, &anew), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "4294967296 synapses"));
  loligo_error_clear();
  packed_free(&rows);
}

/* Long rows of one delay stay rows; short ones, and those of many delays, are packed. */
static void the_form_of_fewer_bytes_is_taken(void **state)
{
  (void)state;
  const table_load loads[] = {
      {.n_sources = 1000, .narrow = 1e5, .n_delays = 1, .n_blocks = 1},   /* 100 of one delay */
      {.n_sources = 1000, .narrow = 2e6, .n_delays = 50, .n_blocks = 2},  /* as in the microcircuit */
      {.n_sources = 1000, .narrow = 1e5, .n_delays = 141, .n_blocks = 1}, /* hardly two of one delay */
      {.n_sources = 1000, .narrow = 1200, .n_delays = 1, .n_blocks = 1},  /* hardly more than one */
      {.n_sources = 1000, .wide = 1200, .n_delays = 1},                   /* wide ones are never packed */
  };
  const unsigned halves[] = {0, 0, PACKED_HALVES, PACKED_HALVES, 0};
  for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
    const packed_shape best = synapses_best_shape(&loads[i]), rows = {0};
    assert_int_equal(best.halves, halves[i]);
    assert_true(synapses_table_bytes(&loads[i], &best) <= synapses_table_bytes(&loads[i], &rows));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_source_has_its_own_synapses),
      cmocka_unit_test(blocks_are_told_apart),
      cmocka_unit_test(few_sources_have_buckets_too),
      cmocka_unit_test(what_cannot_be_packed_has_no_shape),
      cmocka_unit_test(a_crowded_group_is_told_by_the_other_form),
      cmocka_unit_test(more_than_can_be_numbered_are_refused),
      cmocka_unit_test(the_form_of_fewer_bytes_is_taken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
