/*
 * Buckets are filled from their ends, so building needs no memory besides what is kept, and no sorting.
 */
#include "sim/synapses/packed_rows.h"

#include "base/memory.h"

enum { LINE_HALVES = 32, MAX_LINES = 8, MAX_KEY_BITS = 16 };

/* Synapses of a bucket, at most: where it begins costs little by then, and a spike finds all in hardly more than a
 * line.
 */
static const double BUCKET_SYNAPSES = 4;

static unsigned bits_for(uint64_t n)
{
  unsigned bits = 0;
  while (bits < 64 && n > UINT64_C(1) << bits) bits++;
  return bits;
}

static uint64_t buckets_of(const packed_shape *shape, uint64_t n_sources)
{
  return (n_sources >> shape->key_bits) + 1;
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
  shape.grouped = packed_index_groups(buckets_of(&shape, n_sources), n);
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

double packed_bytes(const packed_shape *shape, uint64_t n_sources, double n)
{
  return n * shape->halves * sizeof(uint16_t) + packed_index_bytes(buckets_of(shape, n_sources), shape->grouped);
}

loligo_status packed_init(packed_rows *rows, const packed_shape *shape, uint64_t n_sources, const slot_map *slots)
{
  *rows = (packed_rows){.shape = *shape, .first_delay = slots->first_delay};
  for (unsigned i = 0; i < slots->n_kinds; i++) rows->blocks[i] = (uint8_t)slots->kind[i];
  return packed_index_init(&rows->index, buckets_of(shape, n_sources), shape->grouped);
}

void packed_free(packed_rows *rows)
{
  packed_index_free(&rows->index);
  memory_free(rows->halves);
  *rows = (packed_rows){0};
}

loligo_status packed_make_room(packed_rows *rows, bool *anew)
{
  LOLIGO_TRY(packed_index_sum(&rows->index, &rows->n));
  *anew = rows->index.is_crowded;
  if (*anew) {
    const uint64_t n_buckets = rows->index.n_buckets;
    packed_index_free(&rows->index);
    rows->shape.grouped = false;
    return packed_index_init(&rows->index, n_buckets, false);
  }
  rows->halves =
      memory_allocate((size_t)rows->n + PACKED_SPARE, rows->shape.halves * sizeof *rows->halves, "packed synapses");
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
