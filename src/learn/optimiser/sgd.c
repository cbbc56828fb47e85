/*
 * Stochastic gradient descent, with momentum as PyTorch has it: m <- momentum m + g; w <- w - rate m.
 */
#include "base/vector.h"
#include "learn/optimiser.h"

enum { RATE, MOMENTUM, WEIGHT_DECAY };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("rate", "", NULL, LOLIGO_RANGE_POSITIVE, "how far an update goes along the gradient"),
    LOLIGO_REAL_ROW("momentum", "", "0", LOLIGO_RANGE_FRACTION, "part of an update that the next one repeats"),
    LOLIGO_REAL_ROW("weight_decay", "", "0", LOLIGO_RANGE_NON_NEGATIVE, "times the weight is added to its gradient"),
};

#define STEP(name, real)                                                                                               \
  VECTOR_CLONES static void name(const double *param, double rate, uint64_t update, size_t n, const void *gradient,    \
                                 void *const *state, void *weight)                                                     \
  {                                                                                                                    \
    const real *restrict g = gradient, r = (real)rate, momentum = (real)param[MOMENTUM],                               \
                         decay = (real)param[WEIGHT_DECAY];                                                            \
    real *restrict m = state[0], *restrict w = weight;                                                                 \
    (void)update;                                                                                                      \
    for (size_t i = 0; i < n; i++) {                                                                                   \
      m[i] = momentum * m[i] + (g[i] + decay * w[i]);                                                                  \
      w[i] -= r * m[i];                                                                                                \
    }                                                                                                                  \
  }

STEP(step_single, float)
STEP(step_double, double)

const optimiser optimiser_sgd = {
    .name = "sgd",
    .summary = "gradient descent, with momentum if asked for",
    .params = LOLIGO_PARAM_TABLE(params),
    .states = {"m"},
    .step = {[LOLIGO_SINGLE] = step_single, [LOLIGO_DOUBLE] = step_double},
};
