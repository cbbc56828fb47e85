/**
 * The rows of a table under construction.
 *
 * Rows are taken in bundles that fit the second cache. Synapses are appended to the bundle of their row in the order in
 * which they are generated, each word with a key beside it: which row of the bundle, which slot. When all are there,
 * each bundle is sorted by key, and its rows get their headers. So while synapses come at random, memory is written in
 * as many places as there are bundles, not rows or segments.
 */
#ifndef LOLIGO_SIM_ROW_DRAFT_H
#define LOLIGO_SIM_ROW_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"
#include "sim/slot_map.h"
#include "sim/synapses.h"

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
  size_t *end;     /* [bundles.n] words of the bundle and of those before, so far */
  uint32_t *words; /* [n_words] bundle after bundle; in table->words, behind room for the headers */
  void *keys;      /* [n_words] of each word, row of the bundle * slots + slot; uint16_t, or uint32_t if long_keys */
  bool long_keys;
} row_draft;

/**
 * Makes room for the words of a table whose index is sealed and whose rows are allocated.
 *
 * @param bundle_words  [bundles->n] words that will be appended to each bundle
 * @return              MACHINE without memory; row_draft_free() also then
 */
loligo_status row_draft_init(row_draft *draft, row_table *table, const slot_map *slots, const row_bundles *bundles,
                             const size_t *bundle_words);
void row_draft_free(row_draft *draft);

/** Words to be appended, each to its row; two words of one synapse follow each other. */
typedef struct row_words {
  size_t n;
  const uint64_t *row;         /* [n] numbers of rows of the table */
  const uint32_t *slot, *word; /* [n] */
} row_words;

/** Appends words to their rows. Vectorised. */
void row_draft_append(row_draft *draft, const row_words *words);

/** Turns the draft into rows, once all words that were announced have been appended. MACHINE without memory. */
loligo_status row_draft_finish(row_draft *draft);

#endif
