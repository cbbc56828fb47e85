/** Where a result comes from: written into every file. */
#ifndef LOLIGO_IO_PROVENANCE_H
#define LOLIGO_IO_PROVENANCE_H

#include <stdbool.h>

#include "loligo/context.h"

typedef struct provenance {
  const char *given; /* model file as written; owned elsewhere */
  const char *used;  /* used parameters; owned elsewhere */
  const char
      *models; /* "PATH DIGEST" of each shared object with models, a line each; NULL or "": none; owned elsewhere */
  const char *data;   /* "NAME DIGEST" of each set of samples to learn from, likewise */
  char *command_line; /* owned */
  char version[64];   /* "0.1.0" */
  char revision[64];  /* git describe, or "unknown" */
  char compiler[128];
  char mpi[128]; /* first line of MPI_Get_library_version */
  char hdf5[32];
  char mpi_io[64];  /* which MPI-IO component was chosen, and by whom */
  char host[256];   /* of rank 0 */
  char started[32]; /* ISO 8601, UTC */
  int ranks;
} provenance;

/**
 * Fills all but given and used.
 *
 * Not collective; the same on all ranks but for host and time, of which rank 0's counts. `context` may be NULL in a
 * program without MPI. Fails (MACHINE) without memory.
 */
loligo_status provenance_init(provenance *provenance, int argc, char **argv, const loligo_context *context);
void provenance_free(provenance *provenance);

/** Adds the group /provenance to a file that is being created, with `complete` = 0. Not collective. */
struct h5_draft;
void provenance_write(const provenance *provenance, struct h5_draft *draft);

/** Whether a file can be read and has the group /provenance. Not collective. */
bool provenance_is_in(const char *path);

/** Sets /provenance/complete to 1 in a file that is closed and holds all it should. Not collective. MACHINE error. */
loligo_status provenance_complete(const char *path);

#endif
