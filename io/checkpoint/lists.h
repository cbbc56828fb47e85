/**
 * Lists, numbers that some cells have more of than others, moved between a simulation and a checkpoint. In the file
 * they follow one another; of each first how many numbers each cell has, then these, in the order of the cells' index.
 */
#ifndef LOLIGO_IO_LISTS_H
#define LOLIGO_IO_LISTS_H

#include <stdint.h>

#include "io/checkpoint/catalog.h"
#include "io/hdf5/h5_file.h"
#include "loligo/snapshot.h"

/** Writes those of a simulation, one at a time. Collective. MACHINE error. @param digest  this rank's share of their
 * digest is added */
loligo_status lists_write(h5_file *file, const catalog *catalog, const loligo_simulation *simulation, uint64_t *digest);

/** Reads them back into a simulation whose cells and step were restored. Collective. INPUT where it has other synapses;
 * MACHINE error. */
loligo_status lists_restore(h5_file *file, const catalog *catalog, loligo_simulation *simulation, uint64_t *digest);

/** Reads them for their digest alone. Collective. MACHINE error. */
loligo_status lists_verify(h5_file *file, const catalog *catalog, uint64_t *digest);

#endif
