/* Rows made by way of a draft against the words that were appended, sorted directly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "sim/synapses/row_draft.h"

/** What is appended: `n` synapses onto random rows; every third source has no row. */
typedef struct setup {
  uint64_t n_sources;
  size_t n;
  int64_t first_delay, last_delay;
  double row_words;   /* on average, as announced */
  uint64_t favourite; /* every other synapse goes to this row with the first delay, if it is a row */
} setup;

/** A synapse, and where it belongs. */
typedef struct entry {
  uint64_t row;
  int64_t delay;
  unsigned kind;
  uint32_t word[2];
  size_t k;
} entry;

enum { LOW_BLOCK = 3, HIGH_BLOCK = 60 };
static const unsigned kinds[] = {LOW_BLOCK, HIGH_BLOCK, WIDE_KIND};

static unsigned words_of(const entry *e)
{
  return e->kind == WIDE_KIND ? 2 : 1;
}

static entry *draw_entries(const setup *setup, uint64_t n_rows)
{
  entry *entries = malloc(setup->n * sizeof *entries);
  for (size_t k = 0; k < setup->n; k++) {
    const uint64_t r = hash_mix(k + 1000 * setup->n), delays = (uint64_t)(setup->last_delay - setup->first_delay + 1);
    const bool favoured = setup->favourite < n_rows && k % 2;
    entries[k] = (entry){.row = favoured ? setup->favourite : r % n_rows,
                         .delay = setup->first_delay + (favoured ? 0 : (int64_t)(hash_mix(r) % delays)),
                         .kind = kinds[favoured      ? 0
                                       : r >> 40 & 1 ? k % 3
                                                     : 0],
                         .word = {(uint32_t)k, (uint32_t)~k},
                         .k = k};
  }
  return entries;
}

static row_table make_table(const setup *setup)
{
  row_table table = {0};
  assert_int_equal(row_index_init(&table.index, setup->n_sources), LOLIGO_OK);
  for (uint64_t s = 0; s < setup->n_sources; s++)
    if (s % 3) row_index_mark(&table.index, s);
  row_index_seal(&table.index);
  table.rows = memory_allocate(table.index.n_rows, sizeof *table.rows, "rows");
  return table;
}

static slot_map make_slots(const setup *setup)
{
  slot_map slots = slot_map_empty();
  assert_int_equal(slots.n, 0);
  for (int i = 0; i < 3; i++) slot_map_include(&slots, kinds[i], setup->first_delay, setup->first_delay);
  slot_map_include(&slots, kinds[1], setup->last_delay, setup->last_delay);
  assert_int_equal(slots.n, 3 * (setup->last_delay - setup->first_delay + 1));
  return slots;
}

/* In pieces of odd sizes, the two words of a wide synapse together. */
static void append_all(row_draft *draft, const entry *entries, size_t n)
{
  enum { MOST = 1000 };
  uint64_t row[MOST];
  uint32_t slot[MOST], word[MOST];
  row_words words = {0, row, slot, word};
  for (size_t k = 0; k < n; k++) {
    for (unsigned w = 0; w < words_of(&entries[k]); w++, words.n++) {
      row[words.n] = entries[k].row;
      slot[words.n] = slot_number(&draft->slots, entries[k].delay, entries[k].kind);
      word[words.n] = entries[k].word[w];
    }
    if (words.n + 2 <= MOST && k + 1 < n && k % 777) continue;
    row_draft_append(draft, &words);
    words.n = 0;
  }
}

static void build(const setup *setup, row_table *table, const entry *entries, unsigned n_turns)
{
  const slot_map slots = make_slots(setup);
  const row_bundles bundles = row_bundles_of(table->index.n_rows, setup->row_words, &slots);
  size_t *bundle_words = calloc(bundles.n, sizeof *bundle_words);
  for (size_t k = 0; k < setup->n; k++) bundle_words[row_bundle(&bundles, entries[k].row)] += words_of(&entries[k]);
  row_draft draft;
  assert_int_equal(row_draft_init(&draft, table, &slots, &bundles, bundle_words, n_turns), LOLIGO_OK);
  unsigned turns = 0;
  for (; !row_draft_is_done(&draft); turns++) {
    append_all(&draft, entries, setup->n);
    assert_int_equal(row_draft_finish_turn(&draft), LOLIGO_OK);
  }
  assert_in_range(turns, n_turns > 1 && bundles.n > 1 && setup->n > 0 ? 2 : 1, n_turns);
  row_draft_free(&draft);
  free(bundle_words);
}

static int position_of_kind(unsigned kind)
{
  return kind == WIDE_KIND ? 2 : kind == HIGH_BLOCK;
}

static int in_order_of_delay_runs(const void *a, const void *b)
{
  const entry *x = a, *y = b;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
  if (x->kind != y->kind) return position_of_kind(x->kind) - position_of_kind(y->kind);
  return (x->k > y->k) - (x->k < y->k);
}

static bool same_delay_run(const entry *a, const entry *b)
{
  return a->row == b->row && a->delay == b->delay && a->kind == b->kind;
}

/* Checks the delay run of entries[0 ... n - 1] at `at`; returns the end of it. */
static const uint32_t *check_delay_run(const uint32_t *at, int64_t *delay, const entry *entries, size_t n, bool last)
{
  const delay_run s = delay_run_read(at);
  *delay += s.gap;
  assert_true(*delay == entries->delay);
  assert_int_equal(s.count, n);
  assert_int_equal(s.wide, entries->kind == WIDE_KIND);
  assert_int_equal(s.block, s.wide ? 0 : entries->kind);
  assert_int_equal(s.last, last);
  for (size_t k = 0; k < n; k++)
    assert_memory_equal(s.synapses + (k << s.wide), entries[k].word, words_of(&entries[k]) * sizeof(uint32_t));
  return s.end;
}

/* Checks a row of which entries[0] is the first one; returns how many belong to it. */
static size_t check_row(const uint32_t *at, uint64_t row, const entry *entries, size_t n)
{
  size_t done = 0;
  int64_t delay = 0;
  while (done < n && entries[done].row == row) {
    size_t end = done + 1;
    while (end < n && same_delay_run(&entries[end], &entries[done])) end++;
    const bool last = end == n || entries[end].row != row;
    at = check_delay_run(at, &delay, entries + done, end - done, last);
    done = end;
  }
  if (done > 0) return done;
  const delay_run empty = delay_run_read(at);
  assert_true(empty.count == 0 && empty.last);
  return 0;
}

static void check_setup(const setup *setup, unsigned n_turns)
{
  row_table table = make_table(setup);
  entry *entries = draw_entries(setup, table.index.n_rows);
  build(setup, &table, entries, n_turns);
  qsort(entries, setup->n, sizeof *entries, in_order_of_delay_runs);
  size_t done = 0;
  for (uint64_t row = 0; row < table.index.n_rows; row++)
    done += check_row(table.rows[row], row, entries + done, setup->n - done);
  assert_int_equal(done, setup->n);
  free(entries);
  memory_free(table.words);
  memory_free(table.rows);
  row_index_free(&table.index);
}

static void rows_hold_what_was_appended(void **state)
{
  (void)state;
  const setup setups[] = {
      {.n_sources = 1000, .n = 50000, .first_delay = 1, .last_delay = 40, .row_words = 75, .favourite = UINT64_MAX},
      {.n_sources = 1000, .n = 700, .first_delay = 3, .last_delay = 90, .row_words = 1, .favourite = UINT64_MAX},
      {.n_sources = 2, .n = 3000, .first_delay = 1, .last_delay = 10, .row_words = 3000, .favourite = UINT64_MAX},
      {.n_sources = 30, .n = 0, .first_delay = 1, .last_delay = 10, .row_words = 0, .favourite = UINT64_MAX},
      {.n_sources = 50, .n = 20000, .first_delay = 1, .last_delay = 3, .row_words = 600, .favourite = 7},
      {.n_sources = 50, .n = 5000, .first_delay = 5, .last_delay = 20000, .row_words = 150, .favourite = 9},
      {.n_sources = 9, .n = 2000, .first_delay = 1, .last_delay = 40000, .row_words = 400, .favourite = UINT64_MAX},
  };
  for (size_t i = 0; i < sizeof setups / sizeof *setups; i++)
    for (unsigned n_turns = 1; n_turns <= 4; n_turns++) check_setup(&setups[i], n_turns);
}

static void turns_keep_the_peak_low(void **state)
{
  (void)state;
  const double words = 1e6;
  assert_int_equal(row_draft_turns(0, 0, 0), 1);
  assert_int_equal(row_draft_turns(2 * words, 0, words), 2);
  assert_int_equal(row_draft_turns(4 * words, 0, words), 4);
  assert_int_equal(row_draft_turns(2 * words, words, 2 * words), 1);
  assert_int_equal(row_draft_turns(2 * 0.8 * words, 0.2 * words, words), 1);
  assert_int_equal(row_draft_turns(2 * 0.9 * words, 0.1 * words, words), 2);
}

static void bundles_hold_all_rows_and_their_keys(void **state)
{
  (void)state;
  for (int64_t delays = 1; delays <= 1 << 20; delays *= 8) {
    slot_map slots = slot_map_empty();
    slot_map_include(&slots, LOW_BLOCK, 1, delays);
    for (double row_words = 0; row_words < 1e9; row_words = 10 * row_words + 1) {
      const row_bundles bundles = row_bundles_of(1000, row_words, &slots);
      assert_int_equal(row_bundle(&bundles, 999), bundles.n - 1);
      assert_true(bundles.rows_log2 == 0 || slots.n << bundles.rows_log2 <= UINT16_MAX + 1);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_hold_what_was_appended),
      cmocka_unit_test(turns_keep_the_peak_low),
      cmocka_unit_test(bundles_hold_all_rows_and_their_keys),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
