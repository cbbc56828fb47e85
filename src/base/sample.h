/** Draws from loligo_distribution: item k of a key always yields the same value. Not collective. */
#ifndef LOLIGO_BASE_SAMPLE_H
#define LOLIGO_BASE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "loligo/distribution.h"

/** Fills out[n] with the values at positions 0..n-1 of `item` (synapses of one target, say). Not for LOLIGO_LIST. */
void sample_sequence(const loligo_distribution *law, random_key key, uint64_t item, size_t n, double *out);

/** Probability of a value below x; not for LOLIGO_LIST. */
double sample_probability_below(const loligo_distribution *law, double x);

enum { SAMPLE_GRID_MAX = 4096 };

/** A law rounded to multiples of a step: alias columns, one for each high part of a 32-bit word. */
typedef struct sample_grid {
  unsigned rest_bits;              /* of a word, behind the number of its column */
  int32_t first;                   /* smallest multiple */
  uint32_t limit[SAMPLE_GRID_MAX]; /* from this rest on, a word means the multiple of another column */
  uint16_t alias[SAMPLE_GRID_MAX]; /* which one */
} sample_grid;

/** Prepares a law for sample_grid_sequence(). False if it has one value only, or more than SAMPLE_GRID_MAX multiples of
 * `step`; then sample_sequence() serves. */
bool sample_grid_init(sample_grid *grid, const loligo_distribution *law, double step);

/** Fills out[n] with multiples of the step, each with its probability under the law within 2^-32: the one at position k
 * from word k of `item`. Vectorised. */
void sample_grid_sequence(const sample_grid *grid, random_key key, uint64_t item, size_t n, int32_t *out);

/** The value of cell `index`; LOLIGO_LIST yields values[index]. */
double sample_one(const loligo_distribution *law, random_key key, uint64_t index);

/** Bounds that no drawn value exceeds (normal laws end at RANDOM_NORMAL_MAX deviations), and the mean. */
typedef struct sample_range {
  double low, high, mean;
} sample_range;
sample_range sample_bounds(const loligo_distribution *law);

/**
 * False where clipping leaves so little of a normal law that redrawing would not end (probability below 1e-6), and for
 * a lognormal law of mean 0. A lognormal law of negative mean is that of the positive variable, negated.
 */
bool sample_is_feasible(const loligo_distribution *law);

#endif
