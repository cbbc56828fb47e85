/** A file that tells what a machine takes and has (network/machine.h). Not collective, all of it. */
#ifndef LOLIGO_IO_MACHINE_FILE_H
#define LOLIGO_IO_MACHINE_FILE_H

#include <stdio.h>

#include "loligo/status.h"
#include "network/machine.h"

/** Where a table was measured; texts may be NULL. */
typedef struct machine_origin {
  const char *host, *cpu, *version;
  int ranks;
} machine_origin;

/**
 * Reads a file; what it leaves out is as assumed.
 *
 * @param path  "-" for standard input
 * @return      INPUT with "path:line:column: what is wrong; how to mend it"; MACHINE without memory
 */
loligo_status machine_file_read(const char *path, machine *machine);

/** The same of an open file, between mistakes_begin() and mistakes_settle() (base/mistakes.h); `path` is for messages.
 */
loligo_status machine_stream_read(FILE *stream, const char *path, machine *machine);

/** Prints a table as such a file, with units and comments. `origin`: NULL where nothing was measured. */
void machine_file_print(FILE *out, const machine *machine, const machine_origin *origin);

#endif
