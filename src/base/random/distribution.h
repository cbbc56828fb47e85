/**
 * Draws from a loligo_distribution: item k of a key always yields the same value. Not collective, all of it.
 *
 * A distribution is one file, src/base/random/NAME.c, and one line in include/loligo/distribution.h.
 */
#ifndef LOLIGO_BASE_RANDOM_DISTRIBUTION_H
#define LOLIGO_BASE_RANDOM_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/random/random.h"
#include "base/registry.h"
#include "loligo/distribution.h"
#include "loligo/status.h"

/** Bounds that no value exceeds (normal distributions end at RANDOM_NORMAL_MAX deviations), and the mean. */
typedef struct distribution_range {
  double low, high, mean;
} distribution_range;

typedef struct distribution {
  const char *name, *summary; /* name as in {normal: {...}} */
  loligo_distribution_kind kind;
  loligo_param_table params; /* into loligo_distribution; unit of the quantity */

  /** INPUT with a message that begins with `key` where these parameters are none. */
  loligo_status (*check)(const loligo_distribution *of, const char *key);

  /** Fills out[n] with the values at positions 0 ... n - 1 of `item`; none depends on n. */
  void (*draw)(const loligo_distribution *of, random_key key, uint64_t item, size_t n, double *out);

  distribution_range (*range)(const loligo_distribution *of);

  /** Probability of a value below x, which lies within the range. */
  double (*below)(const loligo_distribution *of, double x);
} distribution;

REGISTRY_OF(distribution);

/** Instead of a number of cells, where a list has no place. */
#define DISTRIBUTION_NO_LIST UINT64_MAX

/** One that can be drawn from: finite numbers, std >= 0, low < high, as many values in a list as there are `cells`.
 * INPUT errors name the key. What is `listed` is as its reader has checked it: finite, from low to high. */
loligo_status distribution_check(const loligo_distribution *of, const char *key, uint64_t cells);

/** INPUT unless the value is finite: "KEYWHAT must be a finite number ..."; unless low < high. */
loligo_status distribution_check_number(const char *key, const char *what, double value);
loligo_status distribution_check_bounds(const char *key, double low, double high);

/** Fills out[n] with the values at positions 0 ... n - 1 of `item` (synapses of one target, say). Not for LOLIGO_LIST.
 */
void distribution_draw(const loligo_distribution *of, random_key key, uint64_t item, size_t n, double *out);

/** The value of cell `index`; not for LOLIGO_LIST either (network/cell_values.h). */
double distribution_draw_one(const loligo_distribution *of, random_key key, uint64_t index);

distribution_range distribution_range_of(const loligo_distribution *of);

/** Probability of a value below x; not for LOLIGO_LIST. */
double distribution_below(const loligo_distribution *of, double x);

/** Copies with the list, which distribution_free() frees; MACHINE without memory, and the copy is unset. */
loligo_status distribution_copy(const loligo_distribution *of, loligo_distribution *copy);
void distribution_free(loligo_distribution *of);

enum { DISTRIBUTION_GRID_MAX = 4096 };

/** A distribution rounded to multiples of a step: alias columns, one for each high part of a 32-bit word. */
typedef struct distribution_grid {
  unsigned rest_bits;                    /* of a word, behind the number of its column */
  int32_t first;                         /* smallest multiple */
  uint32_t limit[DISTRIBUTION_GRID_MAX]; /* from this rest on, a word means the multiple of another column */
  uint16_t alias[DISTRIBUTION_GRID_MAX]; /* which one */
} distribution_grid;

/** Prepares for distribution_grid_draw(). False if there is one value only, or more than DISTRIBUTION_GRID_MAX
 * multiples of `step`; then distribution_draw() serves. */
bool distribution_grid_init(distribution_grid *grid, const loligo_distribution *of, double step);

/** Fills out[n] with multiples of the step, each with its probability within 2^-32: the one at position k from word k
 * of `item`. Vectorised. */
void distribution_grid_draw(const distribution_grid *grid, random_key key, uint64_t item, size_t n, int32_t *out);

#endif
