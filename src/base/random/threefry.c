/*
 * Threefry4x32-20 (Salmon et al. 2011, 10.1145/2063384.2063405), one block for each of many items: additions, rotations
 * and exclusive ors of 32-bit words, which vectorise without loss where the wide products of Philox do not.
 */
#include <Random123/threefry.h>
#include <string.h>

#include "base/random/random.h"
#include "base/vector.h"

enum { LANES = 16 /* items served abreast */, ROUNDS = 20 };

static const unsigned char rotation[8][2] = {
    {R_32x4_0_0, R_32x4_0_1}, {R_32x4_1_0, R_32x4_1_1}, {R_32x4_2_0, R_32x4_2_1}, {R_32x4_3_0, R_32x4_3_1},
    {R_32x4_4_0, R_32x4_4_1}, {R_32x4_5_0, R_32x4_5_1}, {R_32x4_6_0, R_32x4_6_1}, {R_32x4_7_0, R_32x4_7_1}};

VECTOR_INLINE uint32_t rotate(uint32_t x, unsigned bits)
{
  return x << bits | x >> (32 - bits);
}

/* Unrolled loops over lanes would not vectorise. */
VECTOR_INLINE void mix(unsigned bits, uint32_t *restrict a, uint32_t *restrict b)
{
#pragma GCC unroll 1
  for (unsigned i = 0; i < LANES; i++) {
    a[i] += b[i];
    b[i] = rotate(b[i], bits) ^ a[i];
  }
}

/* Adds the key, as it stands the n-th time, to the state. */
VECTOR_INLINE void add_key(const uint32_t *key, unsigned n, uint32_t (*x)[LANES])
{
  for (unsigned w = 0; w < 4; w++) {
    const uint32_t word = key[(n + w) % 5] + (w == 3 ? n : 0);
#pragma GCC unroll 1
    for (unsigned i = 0; i < LANES; i++) x[w][i] += word;
  }
}

VECTOR_INLINE void run_rounds(random_key key, uint32_t (*x)[LANES])
{
  const uint32_t k0 = key.word[0], k1 = key.word[1];
  const uint32_t schedule[5] = {k0, k1, 0, 0, SKEIN_KS_PARITY32 ^ k0 ^ k1};
  add_key(schedule, 0, x);
#pragma GCC unroll 20
  for (unsigned r = 0; r < ROUNDS; r++) {
    const unsigned first = r % 2 == 0 ? 1 : 3;
    mix(rotation[r % 8][0], x[0], x[first]);
    mix(rotation[r % 8][1], x[2], x[4 - first]);
    if (r % 4 == 3) add_key(schedule, r / 4 + 1, x);
  }
}

VECTOR_INLINE void serve(random_key key, uint64_t block, const uint64_t *restrict item, size_t stride,
                         uint32_t *restrict words)
{
  uint32_t x[4][LANES];
#pragma GCC unroll 1
  for (unsigned i = 0; i < LANES; i++) {
    x[0][i] = (uint32_t)block;
    x[1][i] = (uint32_t)(block >> 32);
    x[2][i] = (uint32_t)item[i];
    x[3][i] = (uint32_t)(item[i] >> 32);
  }
  run_rounds(key, x);
  for (unsigned w = 0; w < 4; w++) memcpy(words + w * stride, x[w], sizeof x[w]);
}

VECTOR_CLONES
void random_blocks(random_key key, uint64_t block, size_t n, const uint64_t *item, size_t stride, uint32_t *words)
{
  size_t done = 0;
  for (; n - done >= LANES; done += LANES) serve(key, block, item + done, stride, words + done);
  if (done == n) return;
  uint64_t rest[LANES] = {0};
  uint32_t last[4 * LANES];
  memcpy(rest, item + done, (n - done) * sizeof *rest);
  serve(key, block, rest, LANES, last);
  for (unsigned w = 0; w < 4; w++)
    memcpy(words + w * stride + done, last + (size_t)w * LANES, (n - done) * sizeof *words);
}
