/*
 * Writing of delay runs.
 */
#include "sim/synapses/synapse_word.h"

uint32_t *delay_run_write(uint32_t *at, const delay_run *s)
{
  const uint32_t count = s->count < DELAY_RUN_MAX_COUNT ? s->count : DELAY_RUN_MAX_COUNT;
  const uint32_t gap = s->gap < DELAY_RUN_MAX_GAP ? s->gap : DELAY_RUN_MAX_GAP;
  *at++ = count | gap << GAP_BIT | (uint32_t)s->block << BLOCK_BIT | (uint32_t)s->wide << WIDE_BIT |
          (uint32_t)s->last << LAST_BIT;
  if (s->count >= DELAY_RUN_MAX_COUNT) *at++ = s->count;
  if (s->gap >= DELAY_RUN_MAX_GAP) *at++ = s->gap;
  return at;
}
