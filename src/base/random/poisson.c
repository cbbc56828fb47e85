/*
 * Poisson numbers from one 32-bit word each: of the 2^32 words each outcome gets its probability rounded to 2^-32,
 * exactly. Outcomes share the words out in ascending order; the high bits of a word say where to begin the search (Chen
 * & Asau 1974, 10.1080/05695557408974949), which nearly always ends there. Where few outcomes are likely, a word is
 * compared with the bounds of all of them instead, many words abreast. A large mean is a sum of several draws.
 *
 * Sources share a block of four words among neighbours: the words of one step lie in the order of the cells' indices.
 * For inputs a block serves one cell through four steps, so that no word is lost whichever cells a rank has.
 */
#include "base/random/poisson.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/vector.h"

enum {
  TABLE_MAX_MEAN = 512,  /* of one draw by table */
  TABLE_OUTCOMES = 1024, /* more no such mean has, down to 2^-40 */
  FEW_OUTCOMES = 12,     /* cheaper compared with than searched */
  RARE = 1 << 18,        /* words of 2^32, so that hardly any block of cells has one */
  GUIDE_BITS = 11,       /* a guide stays in the first cache */
  EACH_MAX_MEAN = 32,    /* of one draw by inversion */
  FEW_MEAN = 3,          /* up to which hardly any outcome is beyond the first few */
  WINDOW_BLOCKS = 64,
  PART_BITS = 40 /* blocks from one draw of a sum to the next */
};

struct poisson_table {
  unsigned parts;                  /* draws that are added */
  int64_t low;                     /* smallest outcome */
  bool has_few;                    /* low is 0, and outcomes above FEW_OUTCOMES are rare */
  uint32_t last[TABLE_OUTCOMES];   /* [k] the last word that means low + k, ascending; behind the end the last of all */
  uint16_t guide[1 << GUIDE_BITS]; /* smallest k that a word with these high bits can mean */
};

/* Fills in the probabilities, relative to the mode's, of outcomes *low, *low + 1, ...; returns how many there are. */
static size_t fill_weights(double mean, double *weight, int64_t *low)
{
  const double mode = floor(mean), least = 0x1p-40;
  double bottom = mode;
  for (double w = 1; bottom > 0 && w > least; bottom--) w *= bottom / mean;
  *low = (int64_t)bottom;

  size_t n = (size_t)(mode - bottom) + 1;
  weight[n - 1] = 1;
  for (size_t k = n - 1; k > 0; k--) weight[k - 1] = weight[k] * (bottom + (double)k) / mean;
  for (double w = mean / (mode + 1); w > least; w *= mean / (bottom + (double)n)) weight[n++] = w;
  return n;
}

/* Shares the 2^32 words out in proportion to weight[n], from outcome `low` on. */
static void share_words(const double *weight, size_t n, int64_t low, poisson_table *table)
{
  double total = 0, sum = 0;
  for (size_t k = 0; k < n; k++) total += weight[k];
  size_t shared = 0;
  for (size_t k = 0; k < n; k++) {
    sum += weight[k];
    const uint64_t upto = k + 1 < n ? (uint64_t)(sum / total * 0x1p32 + 0.5) : (uint64_t)1 << 32;
    if (upto > 0) table->last[shared++] = (uint32_t)(upto - 1);
  }
  for (size_t k = shared; k < FEW_OUTCOMES; k++) table->last[k] = UINT32_MAX;
  table->low = low + (int64_t)(n - shared);
  table->has_few = table->low == 0 && table->last[FEW_OUTCOMES - 1] >= UINT32_MAX - RARE;
}

static void fill_guide(poisson_table *table)
{
  uint16_t k = 0;
  for (uint32_t high = 0; high < 1 << GUIDE_BITS; high++) {
    while (table->last[k] < high << (32 - GUIDE_BITS)) k++;
    table->guide[high] = k;
  }
}

loligo_status poisson_table_create(double mean, poisson_table **made)
{
  *made = NULL;
  if (!(mean >= 0 && mean < POISSON_MAX_MEAN))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "rate: %g events per step are more than a Poisson process may have here (1e6)", mean);
  poisson_table *table = memory_allocate(1, sizeof *table, "Poisson table");
  if (!table) return LOLIGO_MACHINE_ERROR;
  table->parts = 1 + (unsigned)(mean / TABLE_MAX_MEAN);
  double weight[TABLE_OUTCOMES];
  int64_t low;
  const size_t outcomes = fill_weights(mean / table->parts, weight, &low);
  share_words(weight, outcomes, low, table);
  fill_guide(table);
  *made = table;
  return LOLIGO_OK;
}

void poisson_table_destroy(poisson_table *table)
{
  memory_free(table);
}

/* One word per cell, from position index[i] of draw `part` of the step. */
static void draw_words(random_key key, int64_t step, unsigned part, size_t n, const uint64_t *index, uint32_t *words)
{
  uint32_t window[4 * WINDOW_BLOCKS];
  for (size_t i = 0; i < n;) {
    const uint64_t first = index[i] / 4;
    size_t end = i + 1;
    while (end < n && index[end] / 4 - first < WINDOW_BLOCKS) end++;
    const size_t blocks = (size_t)(index[end - 1] / 4 - first) + 1;
    random_words(key, (uint64_t)step, ((uint64_t)part << PART_BITS) + first, 4 * blocks, window);
    for (; i < end; i++) words[i] = window[index[i] - 4 * first];
  }
}

static inline int64_t outcome(const poisson_table *table, uint32_t word)
{
  size_t k = table->guide[word >> (32 - GUIDE_BITS)];
  while (word > table->last[k]) k++;
  return table->low + (int64_t)k;
}

void poisson_draw(const poisson_table *table, random_key key, int64_t step, size_t n, const uint64_t *index,
                  int64_t *count)
{
  assert(n <= POISSON_MAX_CELLS);
  uint32_t words[POISSON_MAX_CELLS];
  memset(count, 0, n * sizeof *count);
  for (unsigned part = 0; part < table->parts; part++) {
    draw_words(key, step, part, n, index, words);
    for (size_t i = 0; i < n; i++) count[i] += outcome(table, words[i]);
  }
}

/* Outcomes of n words among the first few, of which bound[k] is the last word that means k; whether any is beyond. */
VECTOR_CLONES static bool fill_first(const uint32_t *bound, size_t n, const uint32_t *restrict words,
                                     int32_t *restrict count)
{
  uint32_t last[FEW_OUTCOMES], beyond = 0;
  memcpy(last, bound, sizeof last);
  for (size_t i = 0; i < n; i++) {
    int32_t above = 0;
#pragma GCC unroll 12
    for (int k = 0; k < FEW_OUTCOMES; k++) above += words[i] > last[k];
    count[i] = above;
    beyond |= words[i] > last[FEW_OUTCOMES - 1];
  }
  return beyond;
}

/* Outcomes of n words, where few are likely. */
static void fill_few(const poisson_table *table, size_t n, const uint32_t *words, int32_t *count)
{
  const bool beyond = fill_first(table->last, n, words, count);
  for (size_t i = 0; beyond && i < n; i++)
    while (words[i] > table->last[count[i]]) count[i]++;
}

/* Outcomes of n words for a part of a draw, added to those of the parts before; only one has few outcomes. */
static void add_part(const poisson_table *table, unsigned part, size_t n, const uint32_t *words, int32_t *count)
{
  if (table->has_few) {
    fill_few(table, n, words, count);
    return;
  }
  for (size_t i = 0; i < n; i++) count[i] = (part > 0 ? count[i] : 0) + (int32_t)outcome(table, words[i]);
}

void poisson_draw_steps(const poisson_table *table, random_key key, int64_t first, size_t n, const uint64_t *index,
                        poisson_row *rows)
{
  assert(n <= POISSON_MAX_CELLS && first % POISSON_STEPS == 0);
  uint32_t words[POISSON_STEPS][POISSON_MAX_CELLS];
  for (unsigned part = 0; part < table->parts; part++) {
    const uint64_t block = ((uint64_t)part << PART_BITS) + (uint64_t)(first / POISSON_STEPS);
    random_blocks(key, block, n, index, POISSON_MAX_CELLS, words[0]);
    for (int k = 0; k < POISSON_STEPS; k++) add_part(table, part, n, words[k], rows[k]);
  }
}

static int64_t invert(double mean, uint32_t word)
{
  const double u = (word + 0.5) * 0x1p-32;
  double p = vector_exp(-mean);
  int64_t k = 0;
  for (double sum = p; u > sum && p > 0; sum += p) p *= mean / (double)++k;
  return k;
}

void poisson_draw_each(const double *mean, random_key key, int64_t step, size_t n, const uint64_t *index,
                       int64_t *count)
{
  assert(n <= POISSON_MAX_CELLS);
  uint32_t words[POISSON_MAX_CELLS];
  memset(count, 0, n * sizeof *count);
  bool more = true;
  for (unsigned part = 0; more; part++) {
    draw_words(key, step, part, n, index, words);
    more = false;
    for (size_t i = 0; i < n; i++) {
      const unsigned parts = 1 + (unsigned)(mean[i] / EACH_MAX_MEAN);
      if (part < parts) count[i] += invert(mean[i] / parts, words[i]);
      more |= part + 1 < parts;
    }
  }
}

/* The last words that mean 0, 1, ... by invert(). */
static void invert_bounds(double mean, uint32_t *bound)
{
  double p = vector_exp(-mean), sum = p;
  for (int k = 0; k < FEW_OUTCOMES; k++) {
    const double words = floor(sum * 0x1p32 - 0.5); /* u <= sum */
    bound[k] = words < 0 ? 0 : words > UINT32_MAX ? UINT32_MAX : (uint32_t)words;
    p *= mean / (k + 1);
    sum += p;
  }
}

void poisson_draw_same(double mean, random_key key, int64_t step, size_t n, const uint64_t *index, int32_t *count)
{
  assert(n <= POISSON_MAX_CELLS);
  uint32_t words[POISSON_MAX_CELLS], bound[FEW_OUTCOMES];
  if (mean > FEW_MEAN) {
    double means[POISSON_MAX_CELLS] = {0};
    int64_t found[POISSON_MAX_CELLS];
    for (size_t i = 0; i < n; i++) means[i] = mean;
    poisson_draw_each(means, key, step, n, index, found);
    for (size_t i = 0; i < n; i++) count[i] = (int32_t)found[i];
    return;
  }
  draw_words(key, step, 0, n, index, words);
  invert_bounds(mean, bound);
  if (!fill_first(bound, n, words, count)) return;
  for (size_t i = 0; i < n; i++)
    if (count[i] == FEW_OUTCOMES) count[i] = (int32_t)invert(mean, words[i]);
}
