/** Where a program runs: its own duplicate of a communicator, on which MPI errors are fatal. */
#ifndef LOLIGO_CONTEXT_H
#define LOLIGO_CONTEXT_H

#include <mpi.h>

#include "loligo/status.h"

typedef struct loligo_context {
  MPI_Comm comm; /* owned duplicate */
  int rank;      /* of this process in comm */
  int size;      /* ranks in comm */
} loligo_context;

/** Duplicates `comm` into `context`. Collective over `comm`. */
void loligo_context_init(loligo_context *context, MPI_Comm comm);

/** Frees the duplicate. Collective over the context. */
void loligo_context_free(loligo_context *context);

/**
 * Makes all ranks hold the same outcome of work that each did alone. Collective over the context.
 *
 * @param status  outcome on this rank
 * @return        LOLIGO_OK if all ranks passed that; else on all ranks the status of the lowest failing rank, whose
 *                message replaces the local one
 */
loligo_status loligo_agree(const loligo_context *context, loligo_status status);

#endif
