/*
 * Methods of learning: one line each.
 */
#include "learn/method.h"

#define METHODS(X) X(learn_method, adjoint)

REGISTRY(learn_method, "method of learning", METHODS);
