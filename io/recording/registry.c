/*
 * The kinds of recordings: one line each.
 */
#include "io/model_file/recording_kind.h"

#define KINDS(X)                                                                                                       \
  X(recording_kind, spikes)                                                                                            \
  X(recording_kind, state)                                                                                             \
  X(recording_kind, connectivity)                                                                                      \
  X(recording_kind, positions)                                                                                         \
  X(recording_kind, weights)

REGISTRY(recording_kind, "recording", KINDS);
