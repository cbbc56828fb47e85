/**
 * The values of all fields, moved between the ranks that have the cells and the flat datasets of a checkpoint
 * (catalog.h).
 */
#ifndef LOLIGO_IO_VALUES_H
#define LOLIGO_IO_VALUES_H

#include <stdint.h>

#include "io/checkpoint/catalog.h"
#include "io/hdf5/h5_file.h"

/** Writes them. Collective. MACHINE error. @param digest  this rank's share of their digest is added */
loligo_status values_write(h5_file *file, const catalog *catalog, uint64_t *digest);

/** Reads them back into the fields. Collective. MACHINE error. */
loligo_status values_restore(h5_file *file, const catalog *catalog, uint64_t *digest);

/** Reads them for their digest alone. Collective. MACHINE error. */
loligo_status values_verify(h5_file *file, const catalog *catalog, uint64_t *digest);

#endif
