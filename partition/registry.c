/*
 * The ways to split a network: one line each.
 */
#include "partition/partitioner.h"

#define PARTITIONERS(X)                                                                                                \
  X(partitioner, block)                                                                                                \
  X(partitioner, round_robin)                                                                                          \
  X(partitioner, balanced)                                                                                             \
  X(partitioner, graph)

REGISTRY(partitioner, "partition method", PARTITIONERS);
