/*
 * Keys, and numbers in bulk from the words of philox.c. Normal variates by Box & Muller (1958,
 * 10.1214/aoms/1177706645), which takes the same words whatever they are, so that position k never depends on other
 * positions.
 */
#include "base/random/random.h"

#include <assert.h>
#include <math.h>

#include "base/text.h"
#include "base/vector.h"

enum { CHUNK_WORDS = 1024 /* a buffer that stays in the first cache */ };

random_key random_key_make(uint64_t seed, random_purpose purpose, const char *name, const char *part)
{
  uint64_t hash = hash_mix(hash_mix(seed) ^ (uint64_t)purpose);
  hash = hash_mix(hash ^ text_hash(name));
  hash = hash_mix(hash ^ text_hash(part));
  return random_key_of(hash);
}

random_key random_key_within(random_key key, uint64_t part)
{
  return random_key_of(hash_mix(random_key_bits(key) ^ hash_mix(part)));
}

/* Two words make two values; the radius is at most sqrt(2 ln 2^32) = 6.66. */
VECTOR_CLONES
static void normal_pairs(size_t pairs, const uint32_t *restrict words, double *restrict out)
{
  for (size_t i = 0; i < pairs; i++) {
    const double radius = sqrt(-2 * vector_log((words[2 * i] + 1.0) * 0x1p-32));
    const double turn = words[2 * i + 1] * 0x1p-32;
    out[2 * i] = radius * vector_cos2pi(turn);
    out[2 * i + 1] = radius * vector_sin2pi(turn);
  }
}

void random_normals(random_key key, uint64_t item, size_t n, double *out)
{
  uint32_t words[CHUNK_WORDS];
  for (size_t done = 0; done < n; done += CHUNK_WORDS) {
    const size_t count = n - done < CHUNK_WORDS ? n - done : CHUNK_WORDS;
    random_words(key, item, done / 4, count + count % 2, words);
    normal_pairs(count / 2, words, out + done);
    if (count % 2 == 0) continue;
    double last[2];
    normal_pairs(1, words + count - 1, last);
    out[done + count - 1] = last[0];
  }
}

/* High half of the 128-bit product. */
VECTOR_INLINE uint64_t multiply_high(uint64_t a, uint64_t b)
{
  const uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
  const uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
  const uint64_t cross = a_low * b_high + (uint32_t)middle;
  return a_high * b_high + (middle >> 32) + (cross >> 32);
}

VECTOR_CLONES
static void scale_words(size_t n, const uint32_t *restrict words, uint64_t range, uint64_t *restrict out)
{
  for (size_t i = 0; i < n; i++) out[i] = multiply_high((uint64_t)words[2 * i + 1] << 32 | words[2 * i], range);
}

/* The same for a range below 2^32, where two of the four partial products are zero. */
VECTOR_CLONES
static void scale_words_little(size_t n, const uint32_t *restrict words, uint64_t range, uint64_t *restrict out)
{
  for (size_t i = 0; i < n; i++) out[i] = (words[2 * i + 1] * range + (words[2 * i] * range >> 32)) >> 32;
}

void random_indices(random_key key, uint64_t item, uint64_t range, size_t n, uint64_t *out)
{
  assert(range >= 1);
  uint32_t words[CHUNK_WORDS];
  for (size_t done = 0; done < n; done += CHUNK_WORDS / 2) {
    const size_t count = n - done < CHUNK_WORDS / 2 ? n - done : CHUNK_WORDS / 2;
    random_words(key, item, done / 2, 2 * count, words);
    if (range <= UINT32_MAX)
      scale_words_little(count, words, range, out + done);
    else
      scale_words(count, words, range, out + done);
  }
}
