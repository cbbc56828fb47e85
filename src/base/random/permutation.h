/**
 * A random order of [0, n) of which any part can be asked for alone, in time proportional to that part. Not collective.
 */
#ifndef LOLIGO_BASE_RANDOM_PERMUTATION_H
#define LOLIGO_BASE_RANDOM_PERMUTATION_H

#include "base/random/random.h"
#include "loligo/status.h"

/** Longest order that is shuffled as a whole, so that all orders are equally likely. */
enum { PERMUTATION_SHUFFLED = 1 << 16, PERMUTATION_ROUNDS = 8 };

typedef struct random_permutation {
  uint64_t n;
  uint32_t *shuffled;           /* [n] the order, or NULL */
  unsigned low_bits, high_bits; /* of a longer one: halves of a number */
  uint32_t round_key[PERMUTATION_ROUNDS];
} random_permutation;

/** The order that belongs to `key`; n <= 2^53. random_permutation_free() also after a failure (MACHINE). */
loligo_status random_permutation_init(random_permutation *permutation, random_key key, uint64_t n);
void random_permutation_free(random_permutation *permutation);

/** Fills out[count] with the numbers at positions first ... first + count - 1. */
void random_permutation_part(const random_permutation *permutation, uint64_t first, size_t count, uint64_t *out);

#endif
