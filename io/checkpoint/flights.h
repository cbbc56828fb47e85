/** Signals on their way, moved between a simulation and the columns of a checkpoint: each rank moves a stretch. */
#ifndef LOLIGO_IO_FLIGHTS_H
#define LOLIGO_IO_FLIGHTS_H

#include <stdint.h>

#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "loligo/snapshot.h"

enum { FLIGHTS_AT_ONCE = 1 << 16, FLIGHTS_OF_ALL = 1 << 22 }; /* that a rank, and all of them, hand over together */

/** Adds empty columns to a draft. Not collective. */
void flights_draft(h5_draft *draft);

/** Fills them. Collective. MACHINE error. @param digest  this rank's share of their digest is added */
loligo_status flights_write(h5_file *file, const loligo_simulation *simulation, uint64_t *digest);

/**
 * Reads them, and enters them into the simulation unless it is NULL, whose cells were restored.
 *
 * Collective. MACHINE error, also where a signal is none of the network, or later than the step of the simulation.
 */
loligo_status flights_read(h5_file *file, const loligo_network *network, loligo_simulation *simulation,
                           uint64_t *digest);

#endif
