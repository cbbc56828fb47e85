/** Where a program runs: its own duplicate of a communicator, on which MPI errors are fatal. */
#ifndef LOLIGO_CONTEXT_H
#define LOLIGO_CONTEXT_H

/* The C interface is enough: the old C++ one, which mpi.h may bring into C++, wants a library of its own. */
#ifndef OMPI_SKIP_MPICXX
#define OMPI_SKIP_MPICXX 1
#endif
#ifndef MPICH_SKIP_MPICXX
#define MPICH_SKIP_MPICXX 1
#endif
#include <mpi.h>

#include "loligo/status.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

#endif
