/** Which ranks share a machine. */
#ifndef LOLIGO_BASE_NODE_H
#define LOLIGO_BASE_NODE_H

#include <stddef.h>

#include "loligo/context.h"

/** The ranks of this machine in the order of the context; free it with MPI_Comm_free(). Collective over the context. */
MPI_Comm node_ranks(const loligo_context *context);

/** A rank among those of its machine. */
typedef struct node_place {
  int rank, size;
} node_place;

/** Collective over the context. */
node_place node_place_of(const loligo_context *context);

/** What the machine calls its processors, in text[size]; "" where it does not tell. Not collective. */
void node_processor_name(char *text, size_t size);

#endif
