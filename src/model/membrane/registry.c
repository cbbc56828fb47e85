/*
 * The membranes of compartments: one line each.
 */
#include "model/membrane/membrane.h"

#define MEMBRANES(X)                                                                                                   \
  X(membrane, passive)                                                                                                 \
  X(membrane, hh)                                                                                                      \
  X(membrane, traub)

REGISTRY(membrane, "membrane", MEMBRANES);
