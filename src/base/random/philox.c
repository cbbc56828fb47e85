/*
 * Kernels of Philox. Products of 32-bit words that fill 64-bit lanes are one instruction on x86-64 which the compiler
 * does not find in plain C: it moves the halves of each product to lanes of their own and back, at twice the time.
 */
#include "base/random/philox.h"

#include <Random123/philox.h>
#include <string.h>

#include "base/vector.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define X86_KERNELS
#include <immintrin.h>

#define NAME fill_avx512
#define ISA "arch=x86-64-v4,prefer-vector-width=512"
#define VECTOR_BYTES 64
#define PRODUCT(x, m) (lanes) _mm512_mul_epu32((__m512i)(x), _mm512_set1_epi64(m))
#include "base/random/philox_kernel.h"

#define NAME fill_avx2
#define ISA "arch=x86-64-v3"
#define VECTOR_BYTES 32
#define PRODUCT(x, m) (lanes) _mm256_mul_epu32((__m256i)(x), _mm256_set1_epi64x(m))
#include "base/random/philox_kernel.h"

static bool has_avx512(void)
{
  return __builtin_cpu_supports("x86-64-v4");
}

static bool has_avx2(void)
{
  return __builtin_cpu_supports("x86-64-v3");
}
#endif

enum { LANES = 16 /* blocks computed abreast */, BATCH_WORDS = 4 * LANES };

/* Unrolled loops over lanes would not vectorise. */
static void portable_batch(random_key key, uint64_t item, uint64_t first_block, uint32_t *restrict words)
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
  for (size_t i = 0; i < LANES; i++) {
    words[4 * i] = a[i];
    words[4 * i + 1] = b[i];
    words[4 * i + 2] = c[i];
    words[4 * i + 3] = d[i];
  }
}

static void fill_portable(random_key key, uint64_t item, uint64_t first_block, size_t n, uint32_t *words)
{
  size_t done = 0;
  for (; n - done >= BATCH_WORDS; done += BATCH_WORDS) portable_batch(key, item, first_block + done / 4, words + done);
  if (done == n) return;
  uint32_t last[BATCH_WORDS];
  portable_batch(key, item, first_block + done / 4, last);
  memcpy(words + done, last, (n - done) * sizeof *words);
}

static bool always(void)
{
  return true;
}

const philox_kernel philox_kernels[] = {
#ifdef X86_KERNELS
    {"avx512", has_avx512, fill_avx512},
    {"avx2", has_avx2, fill_avx2},
#endif
    {"portable", always, fill_portable},
    {0}};

void random_words(random_key key, uint64_t item, uint64_t first_block, size_t n, uint32_t *words)
{
  const philox_kernel *kernel = philox_kernels;
  while (!kernel->runs()) kernel++;
  kernel->fill(key, item, first_block, n, words);
}
