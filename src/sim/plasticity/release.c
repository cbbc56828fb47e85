/*
 * One factor for all synapses of a segment; what each brings is rounded once, to quanta.
 */
#include "sim/plasticity/release.h"

#include <math.h>

#include "base/vector.h"

enum { TILE = 256 };

VECTOR_CLONES static void take_part(size_t n, const uint32_t *restrict weight, double part, int32_t *restrict brought)
{
  /* at most 2^31, counted from there: signed integers are what all instruction sets convert */
  for (size_t i = 0; i < n; i++) {
    const double whole = (double)(int32_t)(weight[i] ^ 0x80000000u) + 0x1p31;
    brought[i] = (int32_t)(whole * part + VECTOR_ROUNDER - VECTOR_ROUNDER - 0x1p31);
  }
}

static void add_part(const plastic_table *table, const plastic_segment *segment, double part, int64_t *sums)
{
  int32_t brought[TILE];
  for (uint32_t from = 0; from < segment->count; from += TILE) {
    const size_t n = segment->count - from < TILE ? segment->count - from : TILE;
    const uint16_t *target = table->target + segment->first + from;
    take_part(n, table->weight + segment->first + from, part, brought);
    for (size_t i = 0; i < n; i++) sums[target[i]] += table->sign * (brought[i] + INT64_C(0x80000000));
  }
}

double release_count(const plastic_table *table, plastic_segment *segment, int64_t arrival)
{
  const double since = segment->n_last ? (double)(arrival - segment->last) * table->dt : INFINITY;
  segment->last = arrival;
  segment->n_last = 1;
  return table->model->release(table->constant, since, segment->state);
}

void release_deliver(const plastic_table *table, plastic_segment *segment, int64_t arrival, int64_t *sums)
{
  const double part = release_count(table, segment, arrival);
  add_part(table, segment, part, sums + table->first_port + ((size_t)segment->block << TARGET_BLOCK_BITS));
}
