/** What is in the output directory of a run: what `loligo info` prints. */
#ifndef LOLIGO_IO_RESULT_INFO_H
#define LOLIGO_IO_RESULT_INFO_H

#include <stdio.h>

#include "loligo/status.h"

/**
 * Prints status, populations with spikes and rates, the contents of each HDF5 file, and the provenance; of a run that
 * is not finished also what its segments hold, taken together.
 *
 * Not collective; one process, no MPI needed. Works on the result of a run that was killed, as far as files can be
 * read: what can is printed, whatever is wrong with the rest.
 *
 * @return  INPUT error if the directory cannot be read or holds no result; MACHINE error with the first file that
 *          cannot be read or does not hold what it should
 */
loligo_status result_info_print(const char *directory, FILE *out);

#endif
