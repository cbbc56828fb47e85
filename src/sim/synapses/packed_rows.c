/*
 * Buckets are filled from their ends: each count, summed up, is where its bucket ends, and every synapse that is added
 * moves it towards where the bucket begins. So building needs no memory besides what is kept, and no sorting.
 */
#include "sim/synapses/packed_rows.h"

#include "base/memory.h"

enum { LINE_HALVES = 32, MAX_LINES = 8, MAX_KEY_BITS = 16 };

/* Synapses of a bucket, about: where it begins costs little by then, and a spike still finds all in two lines. */
static const double BUCKET_SYNAPSES = 8;

static unsigned bits_for(uint64_t n)
{
  unsigned bits = 0;
  while (bits < 64 && n > UINT64_C(1) << bits) bits++;
  return bits;
}

/* Of so many half-words and bits for the tag, block_bits of which tell the block. */
static packed_shape shape_with(unsigned halves, unsigned tag_bits, unsigned block_bits, uint64_t n_sources, double n,
                               uint64_t n_delays)
{
  packed_shape shape = {.delay_bits = bits_for(n_delays), .block_bits = block_bits};
  const unsigned used = packed_key_bit(&shape);
  if (used > tag_bits) return shape;
  const unsigned left = tag_bits - used, most = left < MAX_KEY_BITS ? left : MAX_KEY_BITS;
  shape.halves = halves;
  while (shape.key_bits < most && n * (double)(2 << shape.key_bits) <= BUCKET_SYNAPSES * (double)n_sources)
    shape.key_bits++;
  return shape;
}

packed_shape packed_shape_of(uint64_t n_sources, double n, uint64_t n_delays, uint64_t n_blocks)
{
  const packed_shape near = shape_with(PACKED_HALVES, PACKED_TAG_BITS, bits_for(n_blocks), n_sources, n, n_delays);
  const packed_shape far = shape_with(FAR_PACKED_HALVES, FAR_PACKED_TAG_BITS, 0, n_sources, n, n_delays);
  if (n > UINT32_MAX / 2) return (packed_shape){0};
  if (near.halves == 0) return far;
  return packed_bytes(&near, n_sources, n) <= packed_bytes(&far, n_sources, n) ? near : far;
}

static uint64_t buckets_of(const packed_shape *shape, uint64_t n_sources)
{
  return (n_sources >> shape->key_bits) + 1;
}

double packed_bytes(const packed_shape *shape, uint64_t n_sources, double n)
{
  return n * shape->halves * sizeof(uint16_t) + (double)(buckets_of(shape, n_sources) + 1) * sizeof(uint32_t);
}

loligo_status packed_init(packed_rows *rows, const packed_shape *shape, uint64_t n_sources, const slot_map *slots)
{
  *rows = (packed_rows){.shape = *shape, .first_delay = slots->first_delay, .n_buckets = buckets_of(shape, n_sources)};
  for (unsigned i = 0; i < slots->n_kinds; i++) rows->blocks[i] = (uint8_t)slots->kind[i];
  rows->first = memory_allocate(rows->n_buckets + 1, sizeof *rows->first, "packed synapses");
  return rows->first ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void packed_free(packed_rows *rows)
{
  memory_free(rows->first);
  memory_free(rows->halves);
  *rows = (packed_rows){0};
}

loligo_status packed_make_room(packed_rows *rows)
{
  uint64_t n = 0;
  for (uint64_t bucket = 0; bucket <= rows->n_buckets; bucket++) {
    n += rows->first[bucket];
    rows->first[bucket] = (uint32_t)n;
  }
  if (n > UINT32_MAX)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%llu synapses of one population on one rank are more than can be numbered; use more ranks",
                       (unsigned long long)n);
  rows->halves =
      memory_allocate((size_t)n + PACKED_SPARE, rows->shape.halves * sizeof *rows->halves, "packed synapses");
  return rows->halves ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void packed_prefetch_more(const packed_run *run)
{
  const uint16_t *most = run->at + (size_t)MAX_LINES * LINE_HALVES, *end = run->end < most ? run->end : most;
  for (const uint16_t *at = run->at + LINE_HALVES; at < end; at += LINE_HALVES) __builtin_prefetch(at, 0, 3);
}

bool packed_has(const packed_rows *rows, uint64_t source)
{
  packed_run run = packed_find(rows, source);
  if (rows->shape.key_bits == 0) return run.at < run.end;
  for (size_t n; run.at < run.end; run.at += n * rows->shape.halves) {
    n = packed_group(&run, rows->shape.halves);
    if (packed_own(&run, n, rows->shape.halves, packed_key_bit(&rows->shape))) return true;
  }
  return false;
}
