/*
 * Losses: one line each.
 */
#include "learn/loss.h"

#define LOSSES(X)                                                                                                      \
  X(loss, cross_entropy)                                                                                               \
  X(loss, mean_square)

REGISTRY(loss, "loss", LOSSES);
