/*
 * A table is built in one piece of memory: the drafts of all bundles lie at its end, the finished rows grow from its
 * start and never reach a draft that is still to be sorted, or to be written in a later turn. The sort is by counting,
 * and stable: the two words of a wide synapse stay together.
 */
#include "sim/synapses/row_draft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/vector.h"

enum { BUNDLE_WORDS = 1 << 17, SHORT_KEYS = UINT16_MAX + 1, GROUP = 256 };

row_bundles row_bundles_of(uint64_t n_rows, double row_words, const slot_map *slots)
{
  unsigned log2 = 0;
  while (log2 < 16 && row_words * (2 << log2) <= BUNDLE_WORDS && slots->n << (log2 + 1) <= SHORT_KEYS) log2++;
  return (row_bundles){.rows_log2 = log2, .n = (n_rows + (UINT64_C(1) << log2) - 1) >> log2};
}

static size_t key_size(bool long_keys)
{
  return long_keys ? sizeof(uint32_t) : sizeof(uint16_t);
}

static bool need_long_keys(const slot_map *slots)
{
  return slots->n > SHORT_KEYS;
}

size_t row_draft_key_bytes(const slot_map *slots)
{
  return key_size(need_long_keys(slots));
}

unsigned row_draft_turns(double key_bytes, double later_words, double all_words)
{
  return (unsigned)fmax(1, ceil(key_bytes / (all_words + later_words * sizeof(uint32_t))));
}

static int descending(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

double row_draft_bytes_beyond(double *words, size_t n_tables)
{
  double all = 0, most = 0;
  qsort(words, n_tables, sizeof *words, descending);
  for (size_t t = 0; t < n_tables; t++) all += words[t];
  double later = all;
  for (size_t t = 0; t < n_tables; t++) {
    const double keys = words[t] * sizeof(uint16_t);
    later -= words[t];
    most = fmax(most, keys / row_draft_turns(keys, later, all) - later * sizeof(uint32_t));
  }
  return most;
}

static uint64_t rows_of(const row_draft *draft, uint64_t bundle)
{
  const uint64_t most = UINT64_C(1) << draft->bundles.rows_log2;
  const uint64_t rest = draft->table->index.n_rows - (bundle << draft->bundles.rows_log2);
  return rest < most ? rest : most;
}

/* Words that the headers of a bundle's rows can take. */
static uint64_t header_room(const row_draft *draft, uint64_t bundle, size_t n_words)
{
  const uint64_t rows = rows_of(draft, bundle), slots = rows * draft->slots.n;
  const uint64_t delay_runs = rows + (n_words < slots ? n_words : slots);
  const uint64_t long_counts = n_words / DELAY_RUN_MAX_COUNT;
  const uint64_t long_gaps = rows * ((uint64_t)draft->slots.last_delay / DELAY_RUN_MAX_GAP);
  return delay_runs + long_counts + long_gaps;
}

/* -- turns -- */

/* Words before a bundle of which, as of those behind, nothing has been appended. */
static size_t words_before(const row_draft *draft, uint64_t bundle)
{
  return bundle < draft->bundles.n ? draft->end[bundle] : draft->n_words;
}

/* The bundle behind the turn that begins with bundle `first`. */
static uint64_t turn_end(const row_draft *draft, uint64_t first)
{
  const size_t most = words_before(draft, first) + draft->turn_words;
  uint64_t bundle = first;
  while (bundle < draft->bundles.n && draft->end[bundle] <= most) bundle++;
  return bundle;
}

static size_t longest_turn(const row_draft *draft)
{
  size_t longest = 0;
  for (uint64_t first = 0, end; first < draft->bundles.n; first = end) {
    end = turn_end(draft, first);
    const size_t n = words_before(draft, end) - words_before(draft, first);
    if (n > longest) longest = n;
  }
  return longest;
}

static void begin_turn(row_draft *draft, uint64_t bundle)
{
  draft->first_bundle = bundle;
  draft->last_bundle = turn_end(draft, bundle);
  draft->first_word = words_before(draft, bundle);
}

loligo_status row_draft_init(row_draft *draft, row_table *table, const slot_map *slots, const row_bundles *bundles,
                             const size_t *bundle_words, unsigned n_turns)
{
  *draft = (row_draft){.table = table, .slots = *slots, .bundles = *bundles, .long_keys = need_long_keys(slots)};
  draft->end = memory_allocate(bundles->n, sizeof *draft->end, "building synapses");
  if (!draft->end) return LOLIGO_MACHINE_ERROR;
  size_t room = 0;
  for (uint64_t bundle = 0; bundle < bundles->n; bundle++) {
    draft->end[bundle] = draft->n_words;
    draft->n_words += bundle_words[bundle];
    room += header_room(draft, bundle, bundle_words[bundle]);
  }
  draft->turn_words = draft->n_words / n_turns;
  table->words = memory_allocate(room + draft->n_words, sizeof *table->words, "synapses");
  draft->keys = memory_allocate(longest_turn(draft), key_size(draft->long_keys), "building synapses");
  if (!table->words || !draft->keys) return LOLIGO_MACHINE_ERROR;
  draft->words = table->words + room;
  draft->done = table->words;
  begin_turn(draft, 0);
  return LOLIGO_OK;
}

void row_draft_free(row_draft *draft)
{
  memory_free(draft->end);
  memory_free(draft->keys);
  *draft = (row_draft){0};
}

/* -- appending -- */

/** Some words and where they go. */
typedef struct group {
  uint32_t bundle[GROUP], key[GROUP];
  size_t place[GROUP];
} group;

/** Those words of a group that belong to a turn. */
typedef struct turn_words {
  uint64_t row[GROUP];
  uint32_t slot[GROUP], word[GROUP];
} turn_words;

static row_words pick_turn(const row_draft *draft, const row_words *words, turn_words *picked)
{
  size_t n = 0;
  for (size_t k = 0; k < words->n; k++) {
    picked->row[n] = words->row[k];
    picked->slot[n] = words->slot[k];
    picked->word[n] = words->word[k];
    n += row_draft_takes(draft, words->row[k]);
  }
  return (row_words){n, picked->row, picked->slot, picked->word};
}

VECTOR_CLONES
static void sort_out(const row_bundles *bundles, uint32_t n_slots, const row_words *words, group *group)
{
  const unsigned log2 = bundles->rows_log2;
  const uint32_t mask = (1u << log2) - 1;
  const uint64_t *row = words->row;
  const uint32_t *slot = words->slot;
  for (size_t k = 0; k < words->n; k++) {
    group->bundle[k] = (uint32_t)(row[k] >> log2);
    group->key[k] = ((uint32_t)row[k] & mask) * n_slots + slot[k];
  }
}

/* Takes places in the draft, and fetches them into the second cache: the first has too few lines under way at a time.
 */
static void take_places(row_draft *draft, size_t n, group *group)
{
  for (size_t k = 0; k < n; k++) {
    const size_t i = draft->end[group->bundle[k]]++;
    group->place[k] = i;
    __builtin_prefetch(draft->words + i, 1, 2);
    __builtin_prefetch((const char *)draft->keys + (i - draft->first_word) * key_size(draft->long_keys), 1, 2);
  }
}

static void put_group(const row_draft *draft, const row_words *words, const group *group)
{
  uint32_t *restrict out = draft->words;
  const size_t n = words->n, first = draft->first_word;
  for (size_t k = 0; k < n; k++) out[group->place[k]] = words->word[k];
  if (draft->long_keys)
    for (size_t k = 0; k < n; k++) ((uint32_t *)draft->keys)[group->place[k] - first] = group->key[k];
  else
    for (size_t k = 0; k < n; k++) ((uint16_t *)draft->keys)[group->place[k] - first] = (uint16_t)group->key[k];
}

static void append_group(row_draft *draft, const row_words *words)
{
  group group;
  sort_out(&draft->bundles, (uint32_t)draft->slots.n, words, &group);
  take_places(draft, words->n, &group);
  put_group(draft, words, &group);
}

void row_draft_append(row_draft *draft, const row_words *words)
{
  const bool all = draft->last_bundle - draft->first_bundle == draft->bundles.n;
  turn_words picked;
  for (size_t first = 0; first < words->n; first += GROUP) {
    row_words some = {words->n - first, words->row + first, words->slot + first, words->word + first};
    if (some.n > GROUP) some.n = GROUP;
    if (!all) some = pick_turn(draft, &some, &picked);
    append_group(draft, &some);
  }
}

/* -- sorting -- */

/** Scratch for one bundle. */
typedef struct sorter {
  uint32_t *next;  /* [keys] words of each; then where the next one goes, from the bundle's first row on */
  uint32_t *words; /* [words of the longest bundle] in the order of generation */
} sorter;

static size_t longest_bundle(const row_draft *draft)
{
  size_t longest = 0, before = draft->first_word;
  for (uint64_t bundle = draft->first_bundle; bundle < draft->last_bundle; before = draft->end[bundle++])
    if (draft->end[bundle] - before > longest) longest = draft->end[bundle] - before;
  return longest;
}

static loligo_status sorter_init(sorter *sorter, const row_draft *draft)
{
  const size_t n_keys = (size_t)draft->slots.n << draft->bundles.rows_log2;
  sorter->next = memory_allocate(n_keys, sizeof *sorter->next, "sorting synapses");
  sorter->words = memory_allocate(longest_bundle(draft), sizeof *sorter->words, "sorting synapses");
  return sorter->next && sorter->words ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void sorter_free(sorter *sorter)
{
  memory_free(sorter->next);
  memory_free(sorter->words);
}

static const delay_run empty_row = {.gap = 1, .last = true};

/* Writes the headers of the row at `row`, with next[slots] words, and turns these into where the first one goes from
 * `bundle` on; returns the end of the row. */
static uint32_t *lay_row(const slot_map *slots, uint32_t *bundle, uint32_t *row, uint32_t *next)
{
  uint32_t *at = row, *last = NULL;
  int64_t delay = 0;
  for (uint32_t slot = 0; slot < slots->n; slot++) {
    const uint32_t n = next[slot];
    if (n == 0) continue;
    const delay_run s = slot_delay_run(slots, slot, n, &delay);
    last = at;
    at = delay_run_write(at, &s);
    next[slot] = (uint32_t)(at - bundle);
    at += n;
  }
  if (!last) return delay_run_write(row, &empty_row);
  delay_run_mark_last(last);
  return at;
}

static void count_keys(size_t n, const void *keys, bool long_keys, uint32_t *restrict count)
{
  if (long_keys)
    for (size_t i = 0; i < n; i++) count[((const uint32_t *)keys)[i]]++;
  else
    for (size_t i = 0; i < n; i++) count[((const uint16_t *)keys)[i]]++;
}

static void put_words(size_t n, const uint32_t *restrict words, const void *keys, bool long_keys,
                      uint32_t *restrict next, uint32_t *restrict out)
{
  if (long_keys)
    for (size_t i = 0; i < n; i++) out[next[((const uint32_t *)keys)[i]]++] = words[i];
  else
    for (size_t i = 0; i < n; i++) out[next[((const uint16_t *)keys)[i]]++] = words[i];
}

/* Sorts the n words of a bundle from word `first` of the draft on into rows at `out`; returns their end. */
static uint32_t *sort_bundle(const sorter *sorter, const row_draft *draft, uint64_t bundle, size_t first, size_t n,
                             uint32_t *out)
{
  const uint64_t n_rows = rows_of(draft, bundle);
  const size_t n_slots = draft->slots.n;
  const void *keys = (const char *)draft->keys + (first - draft->first_word) * key_size(draft->long_keys);
  uint32_t **rows = draft->table->rows + (bundle << draft->bundles.rows_log2), *at = out;
  memcpy(sorter->words, draft->words + first, n * sizeof *sorter->words);
  memset(sorter->next, 0, n_rows * n_slots * sizeof *sorter->next);
  count_keys(n, keys, draft->long_keys, sorter->next);
  for (uint64_t r = 0; r < n_rows; r++) {
    rows[r] = at;
    at = lay_row(&draft->slots, out, at, sorter->next + r * n_slots);
  }
  put_words(n, sorter->words, keys, draft->long_keys, sorter->next, out);
  return at;
}

static void sort_bundles(const sorter *sorter, row_draft *draft)
{
  size_t first = draft->first_word;
  for (uint64_t bundle = draft->first_bundle; bundle < draft->last_bundle; bundle++) {
    draft->done = sort_bundle(sorter, draft, bundle, first, draft->end[bundle] - first, draft->done);
    first = draft->end[bundle];
  }
}

static void give_back_room(const row_draft *draft)
{
  uint32_t *words = draft->table->words;
  const size_t used = (size_t)(draft->done - words), all = (size_t)(draft->words - words) + draft->n_words;
  memory_give_back(words, used * sizeof *words, all * sizeof *words);
}

loligo_status row_draft_finish_turn(row_draft *draft)
{
  sorter sorter;
  loligo_status status = sorter_init(&sorter, draft);
  if (status == LOLIGO_OK) sort_bundles(&sorter, draft);
  sorter_free(&sorter);
  begin_turn(draft, draft->last_bundle);
  if (row_draft_is_done(draft)) give_back_room(draft);
  return status;
}
