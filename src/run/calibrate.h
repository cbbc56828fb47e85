/** Measures what this machine takes for each piece of work, with small simulations. */
#ifndef LOLIGO_RUN_CALIBRATE_H
#define LOLIGO_RUN_CALIBRATE_H

#include "loligo/context.h"
#include "network/machine.h"

/**
 * Fills a table. What takes more than is here, as a network between nodes or a second rank, stays as assumed.
 *
 * Collective: all ranks work at once, as in a run, and the mean of them counts. Less than a minute, less than a GiB on
 * each rank.
 *
 * @param folder   where results would go; a file is written there and removed
 * @return         MACHINE for a folder that cannot be written to, or memory that is not there
 */
loligo_status calibrate(const loligo_context *context, const char *folder, machine *machine);

#endif
