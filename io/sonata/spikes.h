/** Spike trains from files. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_SPIKES_H
#define LOLIGO_IO_SONATA_SPIKES_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

/** The spikes of one population. */
typedef struct spike_trains {
  double *times;    /* [n] ms; owned, as below */
  uint64_t *owners; /* [n] nodes */
  size_t n, capacity;
} spike_trains;

/**
 * Adds the spikes that a file holds for a population: /spikes/POPULATION/{timestamps, node_ids}, or the older
 * /spikes/{timestamps, gids} of one population; of a file NAME.csv the columns timestamps and node_ids, apart by
 * blanks, and of the population where it has that column.
 *
 * @param n_nodes  of the population
 * @param dt       ms; times before the end of the first step become that
 * @return         INPUT with file and row for what is not as it must be, a node that there is not, a time before 0
 */
loligo_status spikes_add(spike_trains *trains, const char *path, const char *population, uint64_t n_nodes, double dt);

void spikes_free(spike_trains *trains);

#endif
