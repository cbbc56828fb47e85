/**
 * Digests that do not depend on how data are divided over ranks: sums mod 2^64 of a hash of each word with its place.
 * They find what a disk or a wire does to data, not what an adversary does. Not collective.
 */
#ifndef LOLIGO_IO_DIGEST_H
#define LOLIGO_IO_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/** Digest of the 64-bit words `first` ... first + n - 1 of the array that `key` names; digests of parts add up. */
static inline uint64_t digest_words(uint64_t key, uint64_t first, size_t n, const void *words)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t word;
    memcpy(&word, (const char *)words + i * sizeof word, sizeof word);
    sum += hash_mix(word ^ hash_mix(key + first + i));
  }
  return sum;
}

#endif
