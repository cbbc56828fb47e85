/**
 * The large part of a checkpoint: fields of cells and signals on their way, moved between a simulation and an open
 * file. Each rank moves one stretch of each dataset, whoever owns the cells.
 */
#ifndef LOLIGO_IO_CONTENTS_H
#define LOLIGO_IO_CONTENTS_H

#include <stdint.h>

#include "io/hdf5/h5.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "loligo/snapshot.h"

/** Adds empty datasets for all of it to a draft. Not collective. */
void contents_draft(h5_draft *draft, const loligo_network *network, const loligo_simulation *simulation);

/**
 * Fills them.
 *
 * Collective. MACHINE error.
 *
 * @param digest  receives the digest of all values, the same on all ranks and for any number of them
 */
loligo_status contents_write(h5_file *file, const loligo_network *network, const loligo_simulation *simulation,
                             uint64_t *digest);

/**
 * Reads them, and restores the simulation from them where `snapshot` is not NULL.
 *
 * Collective. The fields must be there and fit. MACHINE error, also where a signal on its way is none of the network.
 *
 * @param digest  receives that of what was read
 */
loligo_status contents_read(h5_file *file, const loligo_network *network, loligo_simulation *simulation,
                            const loligo_snapshot *snapshot, uint64_t *digest);

/** Type of a field's values. Not collective. */
hid_t contents_field_type(const loligo_field *field);

/** Path of a field's dataset into path[H5_PATH_SIZE]. Not collective. */
void contents_field_path(const loligo_network *network, const loligo_field *field, char *path);

#endif
