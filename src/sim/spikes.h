/** Spikes of local cells within one interval, and what ranks send each other of them. */
#ifndef LOLIGO_SIM_SPIKES_H
#define LOLIGO_SIM_SPIKES_H

#include <stdbool.h>
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
 * What travels between ranks: source, signal and step in 64 bits.
 *
 *     bits 0-7   stamp - first step of the interval
 *     bits 8-14  signal of the source's model (0: spike)
 *     bit  15    negative: the end of a level
 *     bits 16-63 global id of the source
 */
typedef uint64_t spike_record;

static inline spike_record spike_record_make(uint64_t gid, int signal, bool negative, int64_t offset)
{
  return gid << 16 | (uint64_t)negative << 15 | (uint64_t)signal << 8 | (uint64_t)offset;
}

static inline int spike_record_signal(spike_record record)
{
  return (int)(record >> 8 & 0x7f);
}

static inline bool spike_record_is_negative(spike_record record)
{
  return record >> 15 & 1;
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

/** Makes room for n records and sets list->n; the contents are kept as far as they go. */
loligo_status record_list_resize(record_list *list, size_t n);
void record_list_free(record_list *list);

/** Changes of signals other than spikes, in the order in which they were found. A zeroed list is empty. */
typedef struct signal_change {
  int64_t step; /* stamp */
  size_t population;
  uint64_t lid, index;
  int signal;
  bool negative;
} signal_change;

typedef struct signal_list {
  signal_change *items; /* [n] */
  size_t n, capacity;
} signal_list;

loligo_status signal_list_add(signal_list *list, signal_change change);
void signal_list_free(signal_list *list);

#endif
