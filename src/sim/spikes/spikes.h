/** Spikes and other signals of local cells within one interval, and what ranks send each other of them. */
#ifndef LOLIGO_SIM_SPIKES_SPIKES_H
#define LOLIGO_SIM_SPIKES_SPIKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/spike.h"
#include "loligo/status.h"

/** A spike or another change of a signal of a local cell. */
typedef struct cell_signal {
  loligo_spike at; /* stamp and cell */
  uint64_t lid;
  int signal; /* of the cell's model; 0: a spike */
  bool negative;
} cell_signal;

/** Signals in the order in which they were found. A zeroed list is empty. */
typedef struct signal_list {
  cell_signal *items; /* [n] */
  size_t n, capacity;
  cell_signal *sorted; /* [n] result of signal_list_sort() */
  size_t sorted_capacity;
} signal_list;

loligo_status signal_list_add(signal_list *list, cell_signal signal);
void signal_list_free(signal_list *list);

/** Points list->sorted at the signals in ascending order of stamp, keeping the order within a step. Stamps lie in
 * [first, first + n). */
loligo_status signal_list_sort(signal_list *list, int64_t first, int64_t n);

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

#endif
