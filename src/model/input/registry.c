/*
 * The inputs from outside the network: one line each.
 */
#include "model/input/input_model.h"

#define INPUT_MODELS(X)                                                                                                \
  X(input_model, poisson)                                                                                              \
  X(input_model, dc)                                                                                                   \
  X(input_model, sine)                                                                                                 \
  X(input_model, square)                                                                                               \
  X(input_model, sawtooth)                                                                                             \
  X(input_model, triangle)                                                                                             \
  X(input_model, steps)                                                                                                \
  X(input_model, spikes)                                                                                               \
  X(input_model, noise_current)                                                                                        \
  X(input_model, poisson_steps)                                                                                        \
  X(input_model, poisson_sine)

REGISTRY(input_model, "input model", INPUT_MODELS);
