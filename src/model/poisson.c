/*
 * Poisson numbers from one 32-bit word each, by the alias method (Walker 1977, 10.1145/355744.355749) in integers: of
 * the 2^32 words each outcome gets its probability rounded to 2^-32, exactly. A large mean is a sum of several draws.
 *
 * The words of one step lie in the order of the cells' indices, four to a block, so that neighbours share the work of a
 * block.
 */
#include "model/poisson.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/vector.h"

enum {
  TABLE_MAX_MEAN = 512, /* of one draw by table */
  TABLE_COLUMNS = 1024, /* more outcomes no such mean has, down to 2^-40 */
  EACH_MAX_MEAN = 32,   /* of one draw by inversion */
  WINDOW_BLOCKS = 64,
  PART_BITS = 40 /* blocks from one draw of a sum to the next */
};

struct poisson_table {
  unsigned parts; /* draws that are added */
  int64_t low;    /* smallest outcome */
  unsigned shift; /* a word's high bits choose the column, the `shift` low bits are compared with its cut */
  int64_t entry[TABLE_COLUMNS]; /* cut << 32 | other: column c means low + c below the cut, low + other from it on */
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

/* Shares the 2^32 words out in proportion to weight[n]. */
static void share_words(const double *weight, size_t n, uint64_t *share)
{
  double total = 0, sum = 0;
  for (size_t k = 0; k < n; k++) total += weight[k];
  uint64_t given = 0;
  for (size_t k = 0; k < n; k++) {
    sum += weight[k];
    const uint64_t upto = k + 1 < n ? (uint64_t)(sum / total * 0x1p32 + 0.5) : (uint64_t)1 << 32;
    share[k] = upto - given;
    given = upto;
  }
}

/* Fills columns of equal height with at most two outcomes each; share[] is used up. */
static void fill_columns(uint64_t *share, size_t columns, uint64_t height, int64_t *entry)
{
  size_t small[TABLE_COLUMNS], large[TABLE_COLUMNS], n_small = 0, n_large = 0;
  for (size_t c = 0; c < columns; c++) {
    entry[c] = (int64_t)(height << 32);
    if (share[c] < height)
      small[n_small++] = c;
    else
      large[n_large++] = c;
  }
  while (n_small > 0) {
    const size_t giver = large[n_large - 1], taker = small[--n_small];
    entry[taker] = (int64_t)(share[taker] << 32 | giver);
    share[giver] -= height - share[taker];
    if (share[giver] >= height) continue;
    small[n_small++] = giver;
    n_large--;
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
  double weight[TABLE_COLUMNS];
  const size_t outcomes = fill_weights(mean / table->parts, weight, &table->low);
  uint64_t share[TABLE_COLUMNS] = {0};
  share_words(weight, outcomes, share);
  unsigned bits = 1;
  while (((size_t)1 << bits) < outcomes) bits++;
  table->shift = 32 - bits;
  fill_columns(share, (size_t)1 << bits, (uint64_t)1 << table->shift, table->entry);
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

VECTOR_CLONES
static void add_outcomes(const poisson_table *table, size_t n, const uint32_t *restrict words, int64_t *restrict count)
{
  const unsigned shift = table->shift;
  const int64_t low = table->low, mask = ((int64_t)1 << shift) - 1;
  for (size_t i = 0; i < n; i++) {
    const int64_t word = words[i], column = word >> shift, entry = table->entry[column];
    count[i] += low + ((word & mask) < entry >> 32 ? column : entry & 0xffffffff);
  }
}

void poisson_draw(const poisson_table *table, random_key key, int64_t step, size_t n, const uint64_t *index,
                  int64_t *count)
{
  assert(n <= POISSON_MAX_CELLS);
  uint32_t words[POISSON_MAX_CELLS];
  memset(count, 0, n * sizeof *count);
  for (unsigned part = 0; part < table->parts; part++) {
    draw_words(key, step, part, n, index, words);
    add_outcomes(table, n, words, count);
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
