/**
 * Body of a Philox kernel in vectors of 64-bit lanes; included once for each instruction set, after the definition of
 *
 *     NAME           of the function
 *     ISA            that it is compiled for
 *     VECTOR_BYTES
 *     PRODUCT(x, m)  products of the low halves of the lanes of x with m
 *
 * A lane holds one word of one block. A product fills it; what the upper half holds after an exclusive or is never
 * read, so that no word has to be moved between lanes. Two vectors abreast hide the latency of the products.
 */
#define LANES (VECTOR_BYTES / 8)
#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define lanes JOIN(NAME, lanes)
#define fill_batch JOIN(NAME, batch)

typedef uint64_t lanes __attribute__((vector_size(VECTOR_BYTES)));

/* The 2 LANES blocks from first_block on of an item. */
__attribute__((target(ISA), always_inline)) static inline void fill_batch(random_key key, uint64_t item,
                                                                          uint64_t first_block, uint64_t *words)
{
  lanes blocks = {0}, a[2], b[2], c[2], d[2];
  for (unsigned i = 0; i < LANES; i++) blocks[i] = first_block + i;
  for (unsigned h = 0; h < 2; h++) {
    a[h] = blocks + h * LANES;
    b[h] = a[h] >> 32;
    c[h] = (lanes){0} + item;
    d[h] = c[h] >> 32;
  }
  uint32_t k0 = key.word[0], k1 = key.word[1];
#pragma GCC unroll 10
  for (unsigned round = 0; round < 10; round++, k0 += PHILOX_W32_0, k1 += PHILOX_W32_1) {
    for (unsigned h = 0; h < 2; h++) {
      const lanes p = PRODUCT(a[h], PHILOX_M4x32_0), q = PRODUCT(c[h], PHILOX_M4x32_1);
      a[h] = q >> 32 ^ b[h] ^ (uint64_t)k0;
      b[h] = q;
      c[h] = p >> 32 ^ d[h] ^ (uint64_t)k1;
      d[h] = p;
    }
  }
  for (unsigned h = 0; h < 2; h++, words += 2 * LANES) {
    const lanes first = (a[h] & UINT32_MAX) | b[h] << 32, second = (c[h] & UINT32_MAX) | d[h] << 32;
    for (unsigned i = 0; i < LANES; i++) {
      words[2 * i] = first[i];
      words[2 * i + 1] = second[i];
    }
  }
}

__attribute__((target(ISA))) static void NAME(random_key key, uint64_t item, uint64_t first_block, size_t n,
                                              uint32_t *words)
{
  enum { BATCH_WORDS = 8 * LANES };
  uint64_t batch[BATCH_WORDS / 2];
  for (; n >= BATCH_WORDS; n -= BATCH_WORDS, words += BATCH_WORDS, first_block += BATCH_WORDS / 4) {
    fill_batch(key, item, first_block, batch);
    memcpy(words, batch, sizeof batch);
  }
  if (n == 0) return;
  fill_batch(key, item, first_block, batch);
  memcpy(words, batch, n * sizeof *words);
}

#undef LANES
#undef JOIN_
#undef JOIN
#undef lanes
#undef fill_batch
#undef NAME
#undef ISA
#undef VECTOR_BYTES
#undef PRODUCT
