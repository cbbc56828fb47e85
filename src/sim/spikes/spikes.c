/*
 * Lists of signals and of records, and the hash that the checksum sums up.
 */
#include "sim/spikes/spikes.h"

#include "base/memory.h"
#include "base/text.h"

enum { MAX_INTERVAL = 256, INITIAL_CAPACITY = 256 };

loligo_status signal_list_add(signal_list *list, cell_signal signal)
{
  if (list->n == list->capacity)
    LOLIGO_TRY(
        memory_grow((void **)&list->items, &list->capacity, list->n + INITIAL_CAPACITY, sizeof signal, "spikes"));
  list->items[list->n++] = signal;
  return LOLIGO_OK;
}

void signal_list_free(signal_list *list)
{
  memory_free(list->items);
  memory_free(list->sorted);
  *list = (signal_list){0};
}

loligo_status signal_list_sort(signal_list *list, int64_t first, int64_t n)
{
  size_t position[MAX_INTERVAL + 1] = {0};
  if (list->n > list->sorted_capacity)
    LOLIGO_TRY(memory_grow((void **)&list->sorted, &list->sorted_capacity, list->n, sizeof *list->sorted, "spikes"));
  for (size_t i = 0; i < list->n; i++) position[list->items[i].at.step - first + 1]++;
  for (int64_t s = 0; s < n; s++) position[s + 1] += position[s];
  for (size_t i = 0; i < list->n; i++) list->sorted[position[list->items[i].at.step - first]++] = list->items[i];
  return LOLIGO_OK;
}

uint64_t spike_hash(const loligo_spike *spike)
{
  return hash_mix(hash_mix(hash_mix((uint64_t)spike->step) ^ spike->population) ^ spike->index);
}

loligo_status record_list_resize(record_list *list, size_t n)
{
  if (n > list->capacity)
    LOLIGO_TRY(memory_grow((void **)&list->items, &list->capacity, n, sizeof *list->items, "spike records"));
  list->n = n;
  return LOLIGO_OK;
}

void record_list_free(record_list *list)
{
  memory_free(list->items);
  *list = (record_list){0};
}
