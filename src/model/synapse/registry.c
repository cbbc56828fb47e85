/*
 * The synapse models: one line each.
 */
#include "model/synapse/synapse_model.h"

#define SYNAPSE_MODELS(X)                                                                                              \
  X(synapse_model, static)                                                                                             \
  X(synapse_model, s_lif2hh)                                                                                           \
  X(synapse_model, lif4)

REGISTRY(synapse_model, "synapse model", SYNAPSE_MODELS);
