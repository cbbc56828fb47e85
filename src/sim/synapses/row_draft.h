/**
 * The rows of a table under construction.
 *
 * Rows are taken in bundles that fit the second cache. Synapses are appended to the bundle of their row in the order in
 * which they are generated, each word with a key beside it: which row of the bundle, which slot. When all are there,
 * each bundle is sorted by key, and its rows get their headers. So while synapses come at random, memory is written in
 * as many places as there are bundles, not rows or delay runs.
 *
 * Where all keys at once would take too much memory, the bundles are drafted in turns, some after the other: all words
 * are appended once per turn, those of other turns dropped.
 */
#ifndef LOLIGO_SIM_SYNAPSES_ROW_DRAFT_H
#define LOLIGO_SIM_SYNAPSES_ROW_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"
#include "sim/synapses/slot_map.h"
#include "sim/synapses/synapses.h"

/** How rows are bundled. */
typedef struct row_bundles {
  unsigned rows_log2; /* of a bundle */
  uint64_t n;
} row_bundles;

/** Bundles of n_rows rows of `row_words` words each on average. */
row_bundles row_bundles_of(uint64_t n_rows, double row_words, const slot_map *slots);

static inline uint64_t row_bundle(const row_bundles *bundles, uint64_t row)
{
  return row >> bundles->rows_log2;
}

typedef struct row_draft {
  row_table *table; /* owned elsewhere */
  slot_map slots;
  row_bundles bundles;
  size_t n_words, turn_words;         /* of the table; of a turn, but for what its last bundle has more */
  uint64_t first_bundle, last_bundle; /* of this turn, the last one not included */
  size_t first_word;                  /* of this turn */
  size_t *end;                        /* [bundles.n] words of the bundle and of those before, so far */
  uint32_t *words;                    /* [n_words] bundle after bundle; in table->words, behind room for the headers */
  void *keys; /* [words of this turn] row of the bundle * slots + slot; uint16_t, or uint32_t if long_keys */
  bool long_keys;
  uint32_t *done; /* end of the finished rows, in table->words */
} row_draft;

/** Bytes of the key of a word. */
size_t row_draft_key_bytes(const slot_map *slots);

/**
 * Turns for a table whose keys take `key_bytes` in all: the fewest for which they exceed the words of the tables to be
 * built later by no more than a byte per word of all tables.
 */
unsigned row_draft_turns(double key_bytes, double later_words, double all_words);

/** The most bytes that building takes beyond the words of the finished tables, where tables of words[n_tables] are
 * built one after the other, the largest first; sorts them so. Keys have two bytes, as nearly always. */
double row_draft_bytes_beyond(double *words, size_t n_tables);

/**
 * Makes room for the words of a table whose index is sealed and whose rows are allocated; the first turn begins.
 *
 * @param bundle_words  [bundles->n] words that will be appended to each bundle
 * @param n_turns       at most, at least 1
 * @return              MACHINE without memory; row_draft_free() also then
 */
loligo_status row_draft_init(row_draft *draft, row_table *table, const slot_map *slots, const row_bundles *bundles,
                             const size_t *bundle_words, unsigned n_turns);
void row_draft_free(row_draft *draft);

static inline bool row_draft_is_first_turn(const row_draft *draft)
{
  return draft->first_bundle == 0;
}

/** Whether all turns are finished. */
static inline bool row_draft_is_done(const row_draft *draft)
{
  return draft->first_bundle == draft->bundles.n;
}

/** Whether this turn takes the words of a row. */
static inline bool row_draft_takes(const row_draft *draft, uint64_t row)
{
  return row_bundle(&draft->bundles, row) - draft->first_bundle < draft->last_bundle - draft->first_bundle;
}

/** Words to be appended, each to its row; two words of one synapse follow each other. */
typedef struct row_words {
  size_t n;
  const uint64_t *row;         /* [n] numbers of rows of the table */
  const uint32_t *slot, *word; /* [n] */
} row_words;

/** Appends the words of this turn to their rows, drops others. Vectorised. */
void row_draft_append(row_draft *draft, const row_words *words);

/** Makes rows of this turn's draft, once all words that were announced have been appended, and begins the next turn;
 * after the last, gives back the room that the headers did not take. MACHINE without memory. */
loligo_status row_draft_finish_turn(row_draft *draft);

#endif
