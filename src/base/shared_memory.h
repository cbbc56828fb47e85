/**
 * Memory that the ranks of a machine share: one of them fills it, then all read it.
 *
 * Not by windows of MPI: these are freed by all ranks together, which one that has failed cannot do, and where there is
 * too little memory Open MPI's do not return on all of them.
 */
#ifndef LOLIGO_BASE_SHARED_MEMORY_H
#define LOLIGO_BASE_SHARED_MEMORY_H

#include <stddef.h>

#include "loligo/context.h"
#include "loligo/status.h"

typedef struct shared_memory {
  void *bytes; /* [size] aligned to pages, zero at first; NULL: none */
  size_t size;
} shared_memory;

/**
 * Makes one piece for each machine.
 *
 * Collective over the context.
 *
 * @param node    the ranks of this machine (node.h), the first of which may write until shared_memory_end_writing()
 * @param size    the same on all ranks
 * @param memory  filled; empty after a failure
 * @return        MACHINE without memory, the same on all ranks
 */
loligo_status shared_memory_create(const loligo_context *context, MPI_Comm node, size_t size, shared_memory *memory);

/** What was written stays as it is; the others may read it behind a barrier. Not collective: for who has written. */
void shared_memory_end_writing(const shared_memory *memory);

/** The piece goes with the last rank that frees it. An empty one is allowed. Not collective. */
void shared_memory_free(shared_memory *memory);

#endif
