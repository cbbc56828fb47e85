/** Which ranks share a machine. */
#ifndef LOLIGO_BASE_NODE_H
#define LOLIGO_BASE_NODE_H

#include "loligo/context.h"

/** A rank among those of its machine. */
typedef struct node_place {
  int rank, size;
} node_place;

/** Collective over the context. */
node_place node_place_of(const loligo_context *context);

#endif
