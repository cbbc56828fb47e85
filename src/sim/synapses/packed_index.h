/**
 * Where the synapses of each bucket of sources begin among the packed ones.
 *
 * Two forms. Grouped, where buckets hold few: a number of 4 bytes for each group of buckets, and one byte for each
 * bucket in it, how many of its group lie before, so that the index of very many sources stays in the caches. Otherwise
 * 4 bytes for each bucket.
 *
 * Built by counting, then summing, then taking a place for each: sums are where buckets end, and every synapse that is
 * placed moves its own down towards where the bucket begins.
 */
#ifndef LOLIGO_SIM_SYNAPSES_PACKED_INDEX_H
#define LOLIGO_SIM_SYNAPSES_PACKED_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

enum { GROUP_BUCKETS = 28, GROUP_MOST = UINT8_MAX };

/** Half a cache line. */
typedef struct bucket_group {
  uint32_t first; /* synapses before the group */
  uint8_t before[GROUP_BUCKETS];
} bucket_group;

typedef struct packed_index {
  uint64_t n_buckets;   /* 0: there are none */
  bucket_group *groups; /* [n_buckets / GROUP_BUCKETS + 1], or NULL and */
  uint32_t *first;      /* [n_buckets + 1] */
  bool is_crowded;      /* groups hold more than they can tell: to be counted anew in the other form */
} packed_index;

/** Whether n synapses in so many buckets are to be grouped: hardly ever does a group hold too many. */
bool packed_index_groups(uint64_t n_buckets, double n);

/** Bytes of either form. */
double packed_index_bytes(uint64_t n_buckets, bool grouped);

/** Ready to count; packed_index_free() also after a failure. MACHINE without memory. */
loligo_status packed_index_init(packed_index *index, uint64_t n_buckets, bool grouped);
void packed_index_free(packed_index *index);

/** Makes places of counts; *n receives the sum of all. INPUT where they are more than can be numbered. */
loligo_status packed_index_sum(packed_index *index, uint64_t *n);

static inline void packed_index_count(packed_index *index, uint64_t bucket)
{
  if (!index->groups) {
    index->first[bucket]++;
    return;
  }
  uint8_t *count = &index->groups[bucket / GROUP_BUCKETS].before[bucket % GROUP_BUCKETS];
  index->is_crowded |= *count == GROUP_MOST;
  ++*count;
}

/** The place of one more of a bucket. */
static inline uint64_t packed_index_take(packed_index *index, uint64_t bucket)
{
  if (!index->groups) return --index->first[bucket];
  bucket_group *group = &index->groups[bucket / GROUP_BUCKETS];
  return (uint64_t)group->first + --group->before[bucket % GROUP_BUCKETS];
}

/** Where those of a bucket begin, once all are placed; of n_buckets: where the last ends. */
static inline uint64_t packed_index_begin(const packed_index *index, uint64_t bucket)
{
  if (!index->groups) return index->first[bucket];
  const bucket_group *group = &index->groups[bucket / GROUP_BUCKETS];
  return (uint64_t)group->first + group->before[bucket % GROUP_BUCKETS];
}

static inline void packed_index_prefetch(const packed_index *index, uint64_t bucket)
{
  const void *at =
      index->groups ? (const void *)&index->groups[bucket / GROUP_BUCKETS] : (const void *)&index->first[bucket];
  __builtin_prefetch(at, 0, 2);
}

#endif
