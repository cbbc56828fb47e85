/*
 * The groups' bytes are counts first, then sums within the group.
 */
#include "sim/synapses/packed_index.h"

#include "base/memory.h"

/* Synapses of a group, on average: the most that it can tell are more than 11 standard deviations of a random network
 * away. */
static const double GROUP_MEAN = 128;

static uint64_t groups_of(uint64_t n_buckets)
{
  return n_buckets / GROUP_BUCKETS + 1;
}

bool packed_index_groups(uint64_t n_buckets, double n)
{
  return n * GROUP_BUCKETS <= GROUP_MEAN * (double)n_buckets;
}

double packed_index_bytes(uint64_t n_buckets, bool grouped)
{
  return grouped ? (double)(groups_of(n_buckets) * sizeof(bucket_group)) : (double)((n_buckets + 1) * sizeof(uint32_t));
}

loligo_status packed_index_init(packed_index *index, uint64_t n_buckets, bool grouped)
{
  *index = (packed_index){.n_buckets = n_buckets};
  if (grouped)
    index->groups = memory_allocate(groups_of(n_buckets), sizeof *index->groups, "packed synapses");
  else
    index->first = memory_allocate(n_buckets + 1, sizeof *index->first, "packed synapses");
  return index->groups || index->first ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void packed_index_free(packed_index *index)
{
  memory_free(index->groups);
  memory_free(index->first);
  *index = (packed_index){0};
}

/* Sums up the counts of a group; returns the sum of all. */
static unsigned sum_group(bucket_group *group)
{
  unsigned n = 0;
  for (size_t i = 0; i < GROUP_BUCKETS; i++) {
    n += group->before[i];
    group->before[i] = (uint8_t)n;
  }
  return n;
}

static uint64_t sum_groups(packed_index *index)
{
  uint64_t n = 0;
  for (uint64_t g = 0; g < groups_of(index->n_buckets); g++) {
    index->groups[g].first = (uint32_t)n;
    const unsigned in_group = sum_group(&index->groups[g]);
    index->is_crowded |= in_group > GROUP_MOST;
    n += in_group;
  }
  return n;
}

static uint64_t sum_buckets(packed_index *index)
{
  uint64_t n = 0;
  for (uint64_t bucket = 0; bucket <= index->n_buckets; bucket++) {
    n += index->first[bucket];
    index->first[bucket] = (uint32_t)n;
  }
  return n;
}

loligo_status packed_index_sum(packed_index *index, uint64_t *n)
{
  *n = index->groups ? sum_groups(index) : sum_buckets(index);
  if (*n <= UINT32_MAX) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%llu synapses of one population on one rank are more than can be numbered; use more ranks",
                     (unsigned long long)*n);
}
