/** What all SONATA files share. Layout: developer guide of github.com/AllenInstitute/sonata. */
#ifndef LOLIGO_IO_SONATA_H
#define LOLIGO_IO_SONATA_H

#include <stdbool.h>

#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"

/** Adds the attributes `magic` and `version` to the root. Not collective. */
void sonata_root(h5_draft *draft);

/** Adds `sorting` = by_time to a population of spikes. Not collective. */
void sonata_sorting(h5_draft *draft, const char *population_path);

/**
 * Closes a file, if it is open, and marks it complete if `complete` and all went well. Collective, also after an error.
 * MACHINE error if the file may not hold all that was written.
 */
loligo_status sonata_close(h5_file *file, bool complete);

#endif
