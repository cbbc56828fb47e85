/** The spikes of a result, read back. */
#ifndef LOLIGO_IO_SPIKE_LIST_H
#define LOLIGO_IO_SPIKE_LIST_H

#include <stddef.h>

#include "loligo/network.h"
#include "loligo/spike.h"
#include "loligo/status.h"

/** Spikes in ascending order of (step, population, index). A zeroed list is empty. */
typedef struct spike_list {
  loligo_flight *items; /* [n] */
  size_t n, capacity;
} spike_list;

/**
 * Reads from a spikes.h5 what the sources of a network's projections fired. Not collective; spike_list_free() also
 * after a failure.
 *
 * @return  INPUT where the file cannot be opened, lacks a population that projects, or has a spike that no cell of the
 *          network can have fired, or not at that time; MACHINE where it cannot be read, or without memory
 */
loligo_status spike_list_read(spike_list *list, const char *path, const loligo_network *network);
void spike_list_free(spike_list *list);

#endif
