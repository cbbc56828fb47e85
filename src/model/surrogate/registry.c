/*
 * The surrogates: one line each.
 */
#include "model/surrogate/surrogate.h"

#define SURROGATES(X)                                                                                                  \
  X(surrogate, rectangle)                                                                                              \
  X(surrogate, triangle)                                                                                               \
  X(surrogate, fast_sigmoid)                                                                                           \
  X(surrogate, multi_gaussian)

REGISTRY(surrogate, "surrogate", SURROGATES);
