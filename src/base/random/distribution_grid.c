/*
 * Distributions rounded to a grid, by the alias method (Walker 1977, 10.1145/355744.355749) in whole numbers: the 2^32
 * words are shared out among the multiples of the step, then cut into columns of equally many words, each of which
 * holds the words of two multiples at most. One word and one look-up make a value, whatever the distribution.
 */
#include <math.h>

#include "base/random/distribution.h"
#include "base/vector.h"

enum { CHUNK = 1024, WORD_BITS = 32 };

/* Fills words[n_columns] with the number of words that mean multiple first, first + 1, ...; the sum is 2^32. */
static void share_words(const loligo_distribution *of, double step, int32_t first, size_t n_columns, uint64_t *words)
{
  uint64_t before = 0;
  for (size_t i = 0; i < n_columns; i++) {
    const double below = distribution_below(of, ((double)first + (double)i + 0.5) * step);
    const uint64_t upto = (uint64_t)(below * 0x1p32 + 0.5);
    words[i] = upto > before ? upto - before : 0;
    before += words[i];
  }
}

static size_t next_column(const uint64_t *words, size_t from, size_t n, uint64_t share, bool heavy)
{
  while (from < n && (words[from] > share) != heavy) from++;
  return from;
}

/* Columns with too few words are filled from the first one with too many, until that has too few itself. */
static void fill_columns(distribution_grid *grid, size_t n, const uint64_t *words)
{
  const uint64_t share = UINT64_C(1) << grid->rest_bits;
  for (size_t i = 0; i < n; i++) grid->limit[i] = (uint32_t)share;
  size_t light = next_column(words, 0, n, share, false), heavy = next_column(words, 0, n, share, true);
  uint64_t left = heavy < n ? words[heavy] : 0;
  while (heavy < n) {
    if (left > share) {
      grid->limit[light] = (uint32_t)words[light];
      grid->alias[light] = (uint16_t)heavy;
      left -= share - words[light];
      light = next_column(words, light + 1, n, share, false);
    } else {
      const size_t next = next_column(words, heavy + 1, n, share, true);
      grid->limit[heavy] = (uint32_t)left;
      grid->alias[heavy] = (uint16_t)next;
      left = next < n ? left + words[next] - share : 0;
      heavy = next;
    }
  }
}

bool distribution_grid_init(distribution_grid *grid, const loligo_distribution *of, double step)
{
  grid->rest_bits = 0;
  const distribution_range range = distribution_range_of(of);
  const double first = floor(range.low / step + 0.5), last = floor(range.high / step + 0.5);
  if (range.low == range.high || last - first >= DISTRIBUTION_GRID_MAX || fabs(first) > 0x1p30) return false;
  unsigned bits = 1;
  while ((double)(1u << bits) < last - first + 1) bits++;
  uint64_t words[DISTRIBUTION_GRID_MAX];
  grid->first = (int32_t)first;
  grid->rest_bits = WORD_BITS - bits;
  share_words(of, step, grid->first, (size_t)1 << bits, words);
  fill_columns(grid, (size_t)1 << bits, words);
  return true;
}

VECTOR_CLONES
static void look_up(const distribution_grid *grid, size_t n, const uint32_t *restrict words, int32_t *restrict out)
{
  const unsigned rest_bits = grid->rest_bits;
  const uint32_t mask = (1u << rest_bits) - 1;
  for (size_t k = 0; k < n; k++) {
    const uint32_t column = words[k] >> rest_bits;
    const uint32_t alias = grid->alias[column];
    out[k] = grid->first + (int32_t)((words[k] & mask) < grid->limit[column] ? column : alias);
  }
}

void distribution_grid_draw(const distribution_grid *grid, random_key key, uint64_t item, size_t n, int32_t *out)
{
  uint32_t words[CHUNK];
  for (size_t done = 0; done < n; done += CHUNK) {
    const size_t count = n - done < CHUNK ? n - done : CHUNK;
    random_words(key, item, done / 4, count, words);
    look_up(grid, count, words, out + done);
  }
}
