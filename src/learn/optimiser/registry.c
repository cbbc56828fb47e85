/*
 * Optimisers: one line each.
 */
#include "learn/optimiser.h"

#define OPTIMISERS(X)                                                                                                  \
  X(optimiser, sgd)                                                                                                    \
  X(optimiser, adam)

REGISTRY(optimiser, "optimiser", OPTIMISERS);
