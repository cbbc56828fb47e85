/** Whether two results are the same: what `loligo compare` prints. */
#ifndef LOLIGO_IO_RESULT_COMPARE_H
#define LOLIGO_IO_RESULT_COMPARE_H

#include <stdbool.h>
#include <stdio.h>

#include "loligo/status.h"

/**
 * Prints where two results differ, or "same": in their used parameters, key by key (but for those that cannot change
 * any number: partition, exchange, output, checkpoint, watchdog); in the checksum of all spikes; in the first of the
 * recorded spikes; in the first frame of each state; in the first synapse of each projection. Numbers are compared bit
 * for bit. Of a run that is not finished what it has recorded so far is compared.
 *
 * Not collective; one process, no MPI needed. Takes memory for the used parameters and for pieces of the files.
 *
 * @param directories  of the two results; called A and B in what is printed
 * @param same         receives whether no difference was found
 * @return             INPUT error if a directory cannot be read or holds no result; MACHINE error if a file cannot be
 *                     read or does not hold what it should
 */
loligo_status result_compare_print(const char *const directories[2], FILE *out, bool *same);

#endif
