/*
 * Writing of segments.
 */
#include "sim/synapses/synapse_word.h"

uint32_t *segment_write(uint32_t *at, const segment *s)
{
  const uint32_t count = s->count < SEGMENT_MAX_COUNT ? s->count : SEGMENT_MAX_COUNT;
  const uint32_t gap = s->gap < SEGMENT_MAX_GAP ? s->gap : SEGMENT_MAX_GAP;
  *at++ = count | gap << GAP_BIT | (uint32_t)s->block << BLOCK_BIT | (uint32_t)s->wide << WIDE_BIT |
          (uint32_t)s->last << LAST_BIT;
  if (s->count >= SEGMENT_MAX_COUNT) *at++ = s->count;
  if (s->gap >= SEGMENT_MAX_GAP) *at++ = s->gap;
  return at;
}
