/*
 * Environments: one line each.
 */
#include "learn/environment.h"

#define ENVIRONMENTS(X) X(environment, cart_pole)

REGISTRY(environment, "environment", ENVIRONMENTS);
