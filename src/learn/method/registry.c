/*
 * Methods of learning: one line each.
 */
#include "learn/method.h"

#define METHODS(X)                                                                                                     \
  X(learn_method, adjoint)                                                                                             \
  X(learn_method, evolution)

REGISTRY(learn_method, "method of learning", METHODS);
