/**
 * The large part of a checkpoint: values of fields, lists and signals on their way, moved between a simulation and an
 * open file. Each rank moves stretches of each dataset, whoever owns the cells; the number of messages does not depend
 * on that of populations.
 */
#ifndef LOLIGO_IO_CONTENTS_H
#define LOLIGO_IO_CONTENTS_H

#include <stdint.h>

#include "io/checkpoint/catalog.h"
#include "io/hdf5/h5_file.h"
#include "loligo/snapshot.h"

/**
 * Fills the datasets of a draft.
 *
 * Collective. MACHINE error.
 *
 * @param digest  receives the digest of all values, the same on all ranks and for any number of them
 */
loligo_status contents_write(h5_file *file, const catalog *catalog, const loligo_simulation *simulation,
                             uint64_t *digest);

/** What is made of contents that are read. */
typedef struct restoring {
  loligo_simulation *simulation;
  const loligo_snapshot *snapshot;
} restoring;

/**
 * Reads them, and restores a simulation from them unless `restoring` is NULL.
 *
 * Collective. The catalog was matched with the file. MACHINE error, also where a signal on its way is none of the
 * network.
 *
 * @param digest  receives that of what was read
 */
loligo_status contents_read(h5_file *file, const catalog *catalog, const restoring *restoring, uint64_t *digest);

#endif
