/**
 * The words that synapses are stored in: the only place that knows their bits.
 *
 * Synapses of a source of which several have one delay lie in a row, others are packed.
 *
 * A row, all synapses of one source, is a run of 32-bit words: delay runs in ascending order of delay, each the
 * synapses of one delay, one block of ports and one format. A delay run is a header and its synapses. A narrow synapse
 * is one word, its port within the block and its weight; a wide one is two, its port and its weight.
 *
 * A packed synapse stands for itself: port, weight, and a tag that tells its delay and its source. It takes three
 * half-words of 16 bits, or four, where it names the block of its port too and the tag has no room for that. Not
 * collective, all of it.
 */
#ifndef LOLIGO_SIM_SYNAPSES_SYNAPSE_WORD_H
#define LOLIGO_SIM_SYNAPSES_SYNAPSE_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/layout/ports.h"

/* clang-format off */
enum {
  /* header: bits  what */
  COUNT_BITS = 12,                         /* synapses of the delay run; all ones: the next word */
  GAP_BITS   = 10, GAP_BIT   = COUNT_BITS, /* steps since the delay run before, or the spike; all ones: the next word */
  BLOCK_BITS =  8, BLOCK_BIT = GAP_BIT + GAP_BITS,
  WIDE_BIT   = 30,                         /* synapses of two words */
  LAST_BIT   = 31,                         /* of the row */

  /* narrow synapse */
  PORT_BITS  = 16,                         /* within the block; above it the weight in quanta, signed */

  /* packed synapse: half-words     port within the block; weight in quanta, signed; tag; more of the tag, and block */
  PACKED_HALVES = 3, PACKED_TAG_BITS = 16,
  FAR_PACKED_HALVES = 4, FAR_PACKED_TAG_BITS = 24, /* with the block */

  DELAY_RUN_MAX_COUNT = (1 << COUNT_BITS) - 1,
  DELAY_RUN_MAX_GAP   = (1 << GAP_BITS) - 1
};
/* clang-format on */

_Static_assert(BLOCK_BIT + BLOCK_BITS == WIDE_BIT && 1 << BLOCK_BITS == PORT_BLOCKS, "a header names all blocks");
_Static_assert(FAR_PACKED_TAG_BITS + BLOCK_BITS == 2 * PACKED_TAG_BITS, "a packed synapse names all blocks");
_Static_assert(1 << PORT_BITS == BLOCK_PORTS, "a narrow synapse counts through a block");

/** A delay run header, unpacked. */
typedef struct delay_run {
  uint32_t count, gap;
  unsigned block;
  bool wide, last;
  const uint32_t *synapses; /* first word behind the header */
  const uint32_t *end;      /* behind the last synapse: where the next header is */
} delay_run;

/** Words that the header of a delay run takes. */
static inline unsigned delay_run_header_words(uint32_t count, uint32_t gap)
{
  return 1u + (count >= DELAY_RUN_MAX_COUNT) + (gap >= DELAY_RUN_MAX_GAP);
}

/** Writes a header; returns the word behind it. */
uint32_t *delay_run_write(uint32_t *at, const delay_run *delay_run);

/** Makes the delay run whose header is at `at` the last of its row. */
static inline void delay_run_mark_last(uint32_t *at)
{
  *at |= UINT32_C(1) << LAST_BIT;
}

static inline delay_run delay_run_read(const uint32_t *at)
{
  const uint32_t word = *at++;
  delay_run s = {.count = word & DELAY_RUN_MAX_COUNT,
                 .gap = (word >> GAP_BIT) & DELAY_RUN_MAX_GAP,
                 .block = (word >> BLOCK_BIT) & (PORT_BLOCKS - 1),
                 .wide = (word >> WIDE_BIT) & 1,
                 .last = word >> LAST_BIT};
  if (s.count == DELAY_RUN_MAX_COUNT) s.count = *at++;
  if (s.gap == DELAY_RUN_MAX_GAP) s.gap = *at++;
  s.synapses = at;
  s.end = at + ((size_t)s.count << s.wide);
  return s;
}

/** Words of a synapse. */
static inline unsigned synapse_words(bool wide)
{
  return 1u + wide;
}

static inline uint32_t narrow_pack(uint32_t port_in_block, int32_t quanta)
{
  return port_in_block | (uint32_t)quanta << PORT_BITS;
}

static inline uint32_t narrow_port(uint32_t word)
{
  return word & (BLOCK_PORTS - 1);
}

static inline int32_t narrow_quanta(uint32_t word)
{
  return (int32_t)word >> PORT_BITS;
}

/** Port and weight of the wide synapse whose first word is at `at`. */
static inline uint32_t wide_port(const uint32_t *at)
{
  return at[0];
}

static inline int32_t wide_quanta(const uint32_t *at)
{
  return (int32_t)at[1];
}

/** A packed synapse, unpacked. */
typedef struct packed_synapse {
  uint32_t port, tag; /* port: within the block */
  unsigned block;     /* 0 where it is not named */
  int32_t quanta;
} packed_synapse;

static inline void packed_write(uint16_t *at, unsigned halves, packed_synapse s)
{
  at[0] = (uint16_t)s.port;
  at[1] = (uint16_t)s.quanta;
  at[2] = (uint16_t)s.tag;
  if (halves == FAR_PACKED_HALVES) at[3] = (uint16_t)(s.tag >> PACKED_TAG_BITS | s.block << BLOCK_BITS);
}

static inline packed_synapse packed_read(const uint16_t *at, unsigned halves)
{
  const uint32_t more = halves == FAR_PACKED_HALVES ? at[3] : 0;
  return (packed_synapse){.port = at[0],
                          .tag = at[2] | (more & ((1u << BLOCK_BITS) - 1)) << PACKED_TAG_BITS,
                          .block = more >> BLOCK_BITS,
                          .quanta = (int16_t)at[1]};
}

#endif
