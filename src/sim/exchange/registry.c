/*
 * The methods of exchange: one line each.
 */
#include "sim/exchange/exchange.h"

#define METHODS(X)                                                                                                     \
  X(exchange_method, allgather)                                                                                        \
  X(exchange_method, alltoall)                                                                                         \
  X(exchange_method, neighbor)

REGISTRY(exchange_method, "exchange method", METHODS);
