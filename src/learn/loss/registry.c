/*
 * Losses: one line each.
 */
#include "learn/loss.h"

#define LOSSES(X)                                                                                                      \
  X(loss, cross_entropy)                                                                                               \
  X(loss, mean_square)                                                                                                 \
  X(loss, information)

REGISTRY(loss, "loss", LOSSES);
