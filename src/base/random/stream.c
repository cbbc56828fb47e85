/*
 * Numbers in sequence, for draws that need an unknown number of them: blocks of Philox4x32-10 by Random123, read word
 * by word. Unbiased integers by multiplication and rejection (Lemire 2019, 10.1145/3230636).
 */
#include "base/random/random.h"

#include <Random123/philox.h>
#include <assert.h>
#include <math.h>

#include "base/vector.h"

__extension__ typedef unsigned __int128 uint128;

void random_stream_init(random_stream *stream, random_key key, uint64_t item, uint64_t first_block)
{
  *stream = (random_stream){.key = key, .item = item, .block = first_block, .used = 4};
}

static void next_block(random_stream *stream)
{
  const uint64_t block = stream->block++, item = stream->item;
  const philox4x32_ctr_t counter = {{(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)item, (uint32_t)(item >> 32)}};
  const philox4x32_key_t key = {{stream->key.word[0], stream->key.word[1]}};
  const philox4x32_ctr_t words = philox4x32(counter, key);
  for (unsigned i = 0; i < 4; i++) stream->word[i] = words.v[i];
  stream->used = 0;
}

uint32_t random_stream_u32(random_stream *stream)
{
  if (stream->used == 4) next_block(stream);
  return stream->word[stream->used++];
}

uint64_t random_stream_u64(random_stream *stream)
{
  const uint64_t low = random_stream_u32(stream);
  return (uint64_t)random_stream_u32(stream) << 32 | low;
}

double random_stream_uniform(random_stream *stream)
{
  return ((double)(random_stream_u64(stream) >> 12) + 0.5) * 0x1p-52;
}

VECTOR_CLONES
double random_stream_normal(random_stream *stream)
{
  const double radius = sqrt(-2 * vector_log((random_stream_u32(stream) + 1.0) * 0x1p-32));
  return radius * vector_cos2pi(random_stream_u32(stream) * 0x1p-32);
}

uint64_t random_stream_index(random_stream *stream, uint64_t range)
{
  assert(range >= 1);
  const uint64_t surplus = -range % range; /* of 2^64 over the multiples of range */
  uint128 product;
  do {
    product = (uint128)random_stream_u64(stream) * range;
  } while ((uint64_t)product < surplus);
  return (uint64_t)(product >> 64);
}
