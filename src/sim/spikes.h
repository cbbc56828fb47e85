/** Spikes of local cells within one interval, and what ranks send each other of them. */
#ifndef LOLIGO_SIM_SPIKES_H
#define LOLIGO_SIM_SPIKES_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/simulation.h"
#include "loligo/status.h"

/** Spikes in the order in which they were found. A zeroed list is empty. */
typedef struct spike_list {
  loligo_spike *items; /* [n] */
  size_t n, capacity;
  loligo_spike *sorted; /* [sorted_capacity] result of spike_list_sort() */
  size_t sorted_capacity;
} spike_list;

loligo_status spike_list_add(spike_list *list, loligo_spike spike);
void spike_list_free(spike_list *list);

/** Points list->sorted at the spikes in ascending order of step, keeping the order within a step. Steps lie in [first,
 * first + n). */
loligo_status spike_list_sort(spike_list *list, int64_t first, int64_t n);

/** Hash of a spike; the sum over all spikes is the checksum of a run. */
uint64_t spike_hash(const loligo_spike *spike);

/**
 * What travels between ranks: source, kind and step in 64 bits.
 *
 *     bits 0-7   stamp - first step of the interval
 *     bits 8-15  kind (0: spike)
 *     bits 16-63 global id of the source
 */
typedef uint64_t spike_record;

static inline spike_record spike_record_make(uint64_t gid, int64_t offset)
{
  return gid << 16 | (uint64_t)offset;
}

static inline uint64_t spike_record_gid(spike_record record)
{
  return record >> 16;
}

static inline int64_t spike_record_offset(spike_record record)
{
  return (int64_t)(record & 0xff);
}

/** A growing list of records. A zeroed list is empty. */
typedef struct record_list {
  spike_record *items; /* [n] */
  size_t n, capacity;
} record_list;

loligo_status record_list_add(record_list *list, spike_record record);

/** Makes room for n records and sets list->n; the contents are kept as far as they go. */
loligo_status record_list_resize(record_list *list, size_t n);
void record_list_free(record_list *list);

#endif
