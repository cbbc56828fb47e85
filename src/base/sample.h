/** Draws from loligo_distribution: item k of a key always yields the same value. Not collective. */
#ifndef LOLIGO_BASE_SAMPLE_H
#define LOLIGO_BASE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/random.h"
#include "loligo/distribution.h"

/** Fills out[n] with the values at positions 0..n-1 of `item` (synapses of one target, say). Not for LOLIGO_LIST. */
void sample_sequence(const loligo_distribution *law, random_key key, uint64_t item, size_t n, double *out);

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
