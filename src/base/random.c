/*
 * Keys, and numbers in bulk: Philox4x32-10 (Salmon et al. 2011, 10.1145/2063384.2063405) for many blocks abreast in
 * plain C that the compiler vectorises; word for word what Random123 gives for one block. Normal variates by Box &
 * Muller (1958, 10.1214/aoms/1177706645), which takes the same words whatever they are, so that position k never
 * depends on other positions.
 */
#include "base/random.h"

#include <Random123/philox.h>
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/vector.h"

enum {
  LANES = 16,                    /* blocks computed abreast */
  BATCH_WORDS = 4 * LANES,       /* words of one such batch */
  CHUNK_WORDS = 16 * BATCH_WORDS /* a buffer that stays in the first cache */
};

random_key random_key_make(uint64_t seed, random_purpose purpose, const char *name, const char *part)
{
  uint64_t hash = hash_mix(hash_mix(seed) ^ (uint64_t)purpose);
  hash = hash_mix(hash ^ text_hash(name));
  hash = hash_mix(hash ^ text_hash(part));
  return (random_key){{(uint32_t)hash, (uint32_t)(hash >> 32)}};
}

/* The LANES blocks from first_block on of an item. Unrolled loops over lanes would not vectorise. */
VECTOR_INLINE void philox_batch(random_key key, uint64_t item, uint64_t first_block, uint32_t *restrict words)
{
  uint32_t a[LANES], b[LANES], c[LANES], d[LANES];
#pragma GCC unroll 1
  for (unsigned i = 0; i < LANES; i++) {
    a[i] = (uint32_t)(first_block + i);
    b[i] = (uint32_t)((first_block + i) >> 32);
    c[i] = (uint32_t)item;
    d[i] = (uint32_t)(item >> 32);
  }
  uint32_t k0 = key.word[0], k1 = key.word[1];
  for (unsigned round = 0; round < 10; round++, k0 += PHILOX_W32_0, k1 += PHILOX_W32_1) {
#pragma GCC unroll 1
    for (unsigned i = 0; i < LANES; i++) {
      const uint64_t p = (uint64_t)PHILOX_M4x32_0 * a[i], q = (uint64_t)PHILOX_M4x32_1 * c[i];
      a[i] = (uint32_t)(q >> 32) ^ b[i] ^ k0;
      b[i] = (uint32_t)q;
      c[i] = (uint32_t)(p >> 32) ^ d[i] ^ k1;
      d[i] = (uint32_t)p;
    }
  }
#pragma GCC unroll 1
  for (unsigned i = 0; i < LANES; i++) {
    words[4 * i] = a[i];
    words[4 * i + 1] = b[i];
    words[4 * i + 2] = c[i];
    words[4 * i + 3] = d[i];
  }
}

VECTOR_CLONES
void random_words(random_key key, uint64_t item, uint64_t first_block, size_t n, uint32_t *words)
{
  size_t done = 0;
  for (; n - done >= BATCH_WORDS; done += BATCH_WORDS) philox_batch(key, item, first_block + done / 4, words + done);
  if (done == n) return;
  uint32_t last[BATCH_WORDS];
  philox_batch(key, item, first_block + done / 4, last);
  memcpy(words + done, last, (n - done) * sizeof *words);
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

void random_indices(random_key key, uint64_t item, uint64_t range, size_t n, uint64_t *out)
{
  assert(range >= 1);
  uint32_t words[CHUNK_WORDS];
  for (size_t done = 0; done < n; done += CHUNK_WORDS / 2) {
    const size_t count = n - done < CHUNK_WORDS / 2 ? n - done : CHUNK_WORDS / 2;
    random_words(key, item, done / 2, 2 * count, words);
    scale_words(count, words, range, out + done);
  }
}
