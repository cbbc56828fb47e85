/**
 * Synapses that are packed one by one (synapse_word.h): for sources of which hardly two have the same delay, or hardly
 * more than one is here, so that the headers and pointers of rows would take more than the synapses.
 *
 * Sources lie in buckets, 2^key_bits of them one after the other, and the synapses of a bucket side by side, in no
 * order; the tag of each tells which source of the bucket it is of (its key), and its delay.
 */
#ifndef LOLIGO_SIM_SYNAPSES_PACKED_ROWS_H
#define LOLIGO_SIM_SYNAPSES_PACKED_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "loligo/status.h"
#include "sim/synapses/packed_index.h"
#include "sim/synapses/slot_map.h"
#include "sim/synapses/synapse_word.h"

/** How the synapses of a table are packed. */
typedef struct packed_shape {
  unsigned halves;                           /* of a synapse; 0: such synapses cannot be packed */
  unsigned delay_bits, block_bits, key_bits; /* of a tag, from the lowest on; no block_bits: there is one block, or each
                                                synapse names its own beside the tag */
  bool grouped;                              /* the index of buckets */
} packed_shape;

/** Synapses that may be read behind the last one. */
enum { PACKED_SPARE = 8 };

typedef struct packed_rows {
  packed_shape shape;
  int64_t first_delay;         /* steps, that of a tag whose delay bits are 0 */
  uint8_t blocks[PORT_BLOCKS]; /* which block of ports a tag means by each number */
  packed_index index;          /* without buckets: there are no packed synapses */
  uint64_t n;                  /* synapses */
  uint16_t *halves;            /* [shape.halves * (n + PACKED_SPARE)] */
} packed_rows;

/**
 * The shape that takes the least for n synapses of so many sources, with delays from a range of n_delays steps onto
 * n_blocks blocks of ports. Not collective.
 */
packed_shape packed_shape_of(uint64_t n_sources, double n, uint64_t n_delays, uint64_t n_blocks);

/** Bytes of n synapses of so many sources. */
double packed_bytes(const packed_shape *shape, uint64_t n_sources, double n);

static inline uint64_t packed_bucket(const packed_rows *rows, uint64_t source)
{
  return source >> rows->shape.key_bits;
}

/** Number of a source within its bucket. */
static inline uint32_t packed_key(const packed_rows *rows, uint64_t source)
{
  return (uint32_t)(source & ((UINT64_C(1) << rows->shape.key_bits) - 1));
}

/* -- building: counting, one call for each synapse, then room, then a place for each -- */

/** Makes empty buckets, to be counted into; packed_free() also after a failure. MACHINE without memory. */
loligo_status packed_init(packed_rows *rows, const packed_shape *shape, uint64_t n_sources, const slot_map *slots);
void packed_free(packed_rows *rows);

static inline void packed_count(packed_rows *rows, uint64_t source)
{
  packed_index_count(&rows->index, packed_bucket(rows, source));
}

/** *anew: the sources differ too much for a grouped index, and all are to be counted once more. INPUT where the
 * synapses are more than can be numbered, MACHINE without memory. */
loligo_status packed_make_room(packed_rows *rows, bool *anew);

/** Takes the place of a synapse of a source, and fetches it. */
static inline uint16_t *packed_place(packed_rows *rows, uint64_t source)
{
  uint16_t *place = rows->halves + rows->shape.halves * packed_index_take(&rows->index, packed_bucket(rows, source));
  __builtin_prefetch(place, 1, 2);
  return place;
}

/** Where in a tag the key begins. */
static inline unsigned packed_key_bit(const packed_shape *shape)
{
  return shape->delay_bits + shape->block_bits;
}

/** The tag of a synapse of a source with a delay of so many steps, onto the block of ports of that number among those
 * that were given to packed_init(). */
static inline uint32_t packed_tag(const packed_rows *rows, uint64_t source, int64_t steps, unsigned block_number)
{
  const uint32_t number = block_number & ((UINT32_C(1) << rows->shape.block_bits) - 1);
  return packed_key(rows, source) << packed_key_bit(&rows->shape) | number << rows->shape.delay_bits |
         (uint32_t)(steps - rows->first_delay);
}

/* -- reading -- */

/** The bucket of a source, and what tells its synapses there. */
typedef struct packed_run {
  const uint16_t *at, *end; /* synapses of the bucket */
  uint32_t key;
} packed_run;

/** So many synapses of a bucket are looked at together; of few, less is read. */
enum { PACKED_ABREAST = 16, PACKED_FEW = 5 };

typedef uint16_t packed_lanes __attribute__((vector_size(16)));

static inline packed_lanes packed_load(const uint16_t *at)
{
  packed_lanes lanes;
  memcpy(&lanes, at, sizeof lanes);
  return lanes;
}

/* Bit of the synapse whose tag is in each lane of the tags below. */
static inline packed_lanes packed_lane_bits(void)
{
  return (packed_lanes){1 << 2, 1 << 5, 1 << 0, 1 << 3, 1 << 6, 1 << 1, 1 << 4, 1 << 7};
}

/* The tags of the first five near synapses: in lanes 2, 5, 0, 3 and 6. */
static inline packed_lanes packed_tags_of_five(const uint16_t *at)
{
  const packed_lanes a = {0, 0, UINT16_MAX, 0, 0, UINT16_MAX}, b = {UINT16_MAX, 0, 0, UINT16_MAX, 0, 0, UINT16_MAX};
  return (packed_load(at) & a) | (packed_load(at + 8) & b);
}

/* And of the next three: in lanes 1, 4 and 7. */
static inline packed_lanes packed_tags_of_eight(const uint16_t *at)
{
  const packed_lanes c = {0, UINT16_MAX, 0, 0, UINT16_MAX, 0, 0, UINT16_MAX};
  return packed_tags_of_five(at) | (packed_load(at + 16) & c);
}

static inline packed_lanes packed_lanes_of(packed_lanes tags, uint32_t key, unsigned key_bit)
{
  return (packed_lanes)(tags >> key_bit == (uint16_t)key);
}

static inline uint32_t packed_any_lane(packed_lanes lanes)
{
  uint64_t halves[2];
  memcpy(halves, &lanes, sizeof halves);
  uint64_t any = halves[0] | halves[1];
  any |= any >> 32;
  any |= any >> 16;
  return (uint32_t)any;
}

/* Bit k tells whether synapse k of the first n <= PACKED_ABREAST of a near run is of the source. Found without a
 * branch on any of them, which could not be foretold. */
static inline uint32_t packed_own_near(const packed_run *run, size_t n, unsigned key_bit)
{
  const packed_lanes bits = packed_lane_bits();
  const uint32_t all = (UINT32_C(1) << n) - 1;
  if (n <= PACKED_FEW)
    return packed_any_lane(packed_lanes_of(packed_tags_of_five(run->at), run->key, key_bit) & bits) & all;
  const uint16_t *more = n > 8 ? run->at + 8 * PACKED_HALVES : run->at;
  const packed_lanes low = packed_lanes_of(packed_tags_of_eight(run->at), run->key, key_bit) & bits;
  const packed_lanes high = packed_lanes_of(packed_tags_of_eight(more), run->key, key_bit) & bits << 8;
  return packed_any_lane(low | high) & all;
}

/* The same of a run of any form. */
static inline uint32_t packed_own_any(const packed_run *run, size_t n, unsigned halves, unsigned key_bit)
{
  uint32_t own = 0;
  for (size_t k = 0; k < n; k++)
    own |= (uint32_t)(packed_read(run->at + k * halves, halves).tag >> key_bit == run->key) << k;
  return own;
}

/** How many synapses of a run are looked at next. */
static inline size_t packed_group(const packed_run *run, unsigned halves)
{
  const size_t left = (size_t)(run->end - run->at);
  return left < PACKED_ABREAST * halves ? left / halves : PACKED_ABREAST;
}

/** Which of the first n <= PACKED_ABREAST synapses of a run are of its source: bit k tells of synapse k. */
static inline uint32_t packed_own(const packed_run *run, size_t n, unsigned halves, unsigned key_bit)
{
  return halves == PACKED_HALVES ? packed_own_near(run, n, key_bit) : packed_own_any(run, n, halves, key_bit);
}

/** Fetches where the bucket of a source begins; packed_prefetch() then the bucket itself. */
static inline void packed_prefetch_place(const packed_rows *rows, uint64_t source)
{
  packed_index_prefetch(&rows->index, packed_bucket(rows, source));
}

/** Fetches more of a run. */
void packed_prefetch_more(const packed_run *run);

static inline packed_run packed_find(const packed_rows *rows, uint64_t source)
{
  const uint64_t bucket = packed_bucket(rows, source);
  const size_t halves = rows->shape.halves;
  return (packed_run){rows->halves + halves * packed_index_begin(&rows->index, bucket),
                      rows->halves + halves * packed_index_begin(&rows->index, bucket + 1), packed_key(rows, source)};
}

/** Fetches the bucket of a source, of a long one the beginning. */
static inline void packed_prefetch(const packed_rows *rows, uint64_t source)
{
  const packed_run run = packed_find(rows, source);
  const bool is_few = run.end - run.at <= PACKED_FEW * PACKED_HALVES;
  __builtin_prefetch(run.at, 0, 3);
  __builtin_prefetch(run.at + (is_few ? 16 : 24) - 1, 0, 3);
  if (is_few) return;
  __builtin_prefetch(run.end, 0, 3);
  if (run.end - run.at > PACKED_ABREAST * PACKED_HALVES) packed_prefetch_more(&run);
}

/** Whether a source has any synapse. */
bool packed_has(const packed_rows *rows, uint64_t source);

#endif
