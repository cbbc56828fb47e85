/*
 * Adam (Kingma and Ba 2014, arXiv 1412.6980), operation by operation as PyTorch has it; weight_decay goes through the
 * gradient.
 */
#include "base/vector.h"
#include "learn/optimiser.h"

enum { RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("rate", "", "1e-3", LOLIGO_RANGE_POSITIVE, "bound of an update, but for the first ones"),
    LOLIGO_REAL_ROW("beta1", "", "0.9", LOLIGO_RANGE_FRACTION, "what the mean of the gradient keeps in an update"),
    LOLIGO_REAL_ROW("beta2", "", "0.999", LOLIGO_RANGE_FRACTION, "what the mean of its square keeps in an update"),
    LOLIGO_REAL_ROW("epsilon", "", "1e-8", LOLIGO_RANGE_POSITIVE, "is added to the root of that mean"),
    LOLIGO_REAL_ROW("weight_decay", "", "0", LOLIGO_RANGE_NON_NEGATIVE, "times the weight is added to its gradient"),
};

/* x^n, by a fixed sequence of products whatever the machine. */
static double power(double x, uint64_t n)
{
  double result = 1;
  for (; n > 0; n >>= 1, x *= x)
    if (n & 1) result *= x;
  return result;
}

#define STEP(name, real, root)                                                                                         \
  VECTOR_CLONES static void name(const double *param, double rate, uint64_t update, size_t n, const void *gradient,    \
                                 void *const *state, void *weight)                                                     \
  {                                                                                                                    \
    const real *restrict g = gradient, b1 = (real)param[BETA1], b2 = (real)param[BETA2], e = (real)param[EPSILON],     \
                         decay = (real)param[WEIGHT_DECAY], a1 = (real)(1 - param[BETA1]),                             \
                         a2 = (real)(1 - param[BETA2]), stride = (real)(rate / (1 - power(param[BETA1], update))),     \
                         whole = (real)sqrt(1 - power(param[BETA2], update));                                          \
    real *restrict m = state[0], *restrict v = state[1], *restrict w = weight;                                         \
    for (size_t i = 0; i < n; i++) {                                                                                   \
      const real slope = g[i] + decay * w[i];                                                                          \
      m[i] = b1 * m[i] + a1 * slope;                                                                                   \
      v[i] = b2 * v[i] + a2 * (slope * slope);                                                                         \
      w[i] -= stride * (m[i] / (root(v[i]) / whole + e));                                                              \
    }                                                                                                                  \
  }

STEP(step_single, float, sqrtf)
STEP(step_double, double, sqrt)

const optimiser optimiser_adam = {
    .name = "adam",
    .summary = "Adam: steps of about the rate whatever the size of the gradient (Kingma and Ba 2014, arXiv 1412.6980)",
    .params = LOLIGO_PARAM_TABLE(params),
    .states = {"m", "v"},
    .step = {[LOLIGO_SINGLE] = step_single, [LOLIGO_DOUBLE] = step_double},
};
