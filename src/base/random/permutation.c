/*
 * Random orders: a short one is shuffled (Fisher-Yates); of a longer one, position and number are the ends of an
 * alternating Feistel network (Luby and Rackoff 1988, 10.1137/0217022) on the least power of two that is not smaller,
 * which is walked until it leads back into the range (Black and Rogaway 2002, 10.1007/3-540-45760-7_9): at most two
 * steps on average. The function of a round is the finaliser of MurmurHash3 (public domain) of one half with a key.
 */
#include "base/random/permutation.h"

#include <assert.h>

#include "base/memory.h"
#include "base/vector.h"

enum { CHUNK = 256 };

static loligo_status shuffle(random_permutation *permutation, random_key key)
{
  random_stream stream;
  permutation->shuffled = memory_allocate(permutation->n, sizeof *permutation->shuffled, "a random order");
  if (!permutation->shuffled) return LOLIGO_MACHINE_ERROR;
  random_stream_init(&stream, key, 0, 0);
  for (uint32_t i = 0; i < permutation->n; i++) {
    const uint64_t j = random_stream_index(&stream, (uint64_t)i + 1);
    permutation->shuffled[i] = permutation->shuffled[j];
    permutation->shuffled[j] = i;
  }
  return LOLIGO_OK;
}

loligo_status random_permutation_init(random_permutation *permutation, random_key key, uint64_t n)
{
  assert(n <= UINT64_C(1) << 53);
  *permutation = (random_permutation){.n = n};
  if (n <= PERMUTATION_SHUFFLED) return shuffle(permutation, key);
  const unsigned bits = 64 - (unsigned)__builtin_clzll(n - 1);
  permutation->low_bits = bits / 2;
  permutation->high_bits = bits - bits / 2;
  random_words(key, 0, 0, PERMUTATION_ROUNDS, permutation->round_key);
  return LOLIGO_OK;
}

void random_permutation_free(random_permutation *permutation)
{
  memory_free(permutation->shuffled);
  *permutation = (random_permutation){0};
}

VECTOR_INLINE uint32_t mix(uint32_t x)
{
  x = (x ^ x >> 16) * UINT32_C(0x85ebca6b);
  x = (x ^ x >> 13) * UINT32_C(0xc2b2ae35);
  return x ^ x >> 16;
}

/* Half of a step, for one half of each number. */
VECTOR_CLONES
static void mix_into(size_t n, const uint32_t *restrict from, uint32_t key, uint32_t mask, uint32_t *restrict to)
{
  for (size_t i = 0; i < n; i++) to[i] ^= mix(from[i] ^ key) & mask;
}

/* One step of the walk for each of n numbers, at most CHUNK. */
static void step(const random_permutation *permutation, size_t n, uint64_t *number)
{
  uint32_t low[CHUNK], high[CHUNK];
  const unsigned low_bits = permutation->low_bits;
  const uint32_t low_mask = (UINT32_C(1) << low_bits) - 1, high_mask = (UINT32_C(1) << permutation->high_bits) - 1;
  for (size_t i = 0; i < n; i++) {
    low[i] = (uint32_t)number[i] & low_mask;
    high[i] = (uint32_t)(number[i] >> low_bits);
  }
  for (int round = 0; round < PERMUTATION_ROUNDS; round += 2) {
    mix_into(n, high, permutation->round_key[round], low_mask, low);
    mix_into(n, low, permutation->round_key[round + 1], high_mask, high);
  }
  for (size_t i = 0; i < n; i++) number[i] = (uint64_t)high[i] << low_bits | low[i];
}

/* Numbers beyond the range go on until they are within: each round of the loop takes those that are left. */
static void walk(const random_permutation *permutation, size_t n, uint64_t *number)
{
  uint64_t beyond[CHUNK];
  uint32_t at[CHUNK];
  step(permutation, n, number);
  size_t left = 0;
  for (size_t i = 0; i < n; i++) {
    beyond[left] = number[i];
    at[left] = (uint32_t)i;
    left += number[i] >= permutation->n;
  }
  while (left > 0) {
    step(permutation, left, beyond);
    size_t still = 0;
    for (size_t i = 0; i < left; i++) {
      number[at[i]] = beyond[still] = beyond[i];
      at[still] = at[i];
      still += beyond[i] >= permutation->n;
    }
    left = still;
  }
}

void random_permutation_part(const random_permutation *permutation, uint64_t first, size_t count, uint64_t *out)
{
  if (permutation->shuffled) {
    for (size_t i = 0; i < count; i++) out[i] = permutation->shuffled[first + i];
    return;
  }
  for (size_t i = 0; i < count; i++) out[i] = first + i;
  for (size_t done = 0; done < count; done += CHUNK)
    walk(permutation, count - done < CHUNK ? count - done : CHUNK, out + done);
}
