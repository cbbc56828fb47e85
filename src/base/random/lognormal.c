/*
 * Lognormal distribution by mean and std of the variable itself; one of negative mean is that of the positive variable,
 * negated.
 */
#include <math.h>

#include "base/random/normal.h"
#include "base/vector.h"

/* Normal law of the logarithm of the variable's size. */
typedef struct log_law {
  double mean, std;
  double sign; /* of the variable */
} log_law;

static log_law log_law_of(const loligo_distribution *of)
{
  const double ratio = of->std / of->mean;
  const double variance = vector_log1p(ratio * ratio);
  const double mean = vector_log(fabs(of->mean)) - 0.5 * variance;
  return (log_law){.mean = mean, .std = sqrt(variance), .sign = of->mean < 0 ? -1 : 1};
}

VECTOR_CLONES
static void exponentiate(log_law law, size_t n, double *out)
{
  for (size_t k = 0; k < n; k++) out[k] = law.sign * vector_exp(law.mean + law.std * out[k]);
}

static void draw(const loligo_distribution *of, random_key key, uint64_t item, size_t n, double *out)
{
  random_normals(key, item, n, out);
  exponentiate(log_law_of(of), n, out);
}

static distribution_range range_of(const loligo_distribution *of)
{
  const log_law log = log_law_of(of);
  const double reach = RANDOM_NORMAL_MAX * log.std;
  const double near = log.sign * vector_exp(log.mean - reach), far = log.sign * vector_exp(log.mean + reach);
  return (distribution_range){.low = fmin(near, far), .high = fmax(near, far), .mean = of->mean};
}

static double below(const loligo_distribution *of, double x)
{
  const log_law log = log_law_of(of);
  const double part = normal_below(-RANDOM_NORMAL_MAX, RANDOM_NORMAL_MAX, (vector_log(fabs(x)) - log.mean) / log.std);
  return log.sign < 0 ? 1 - part : part;
}

static loligo_status check(const loligo_distribution *of, const char *key)
{
  LOLIGO_TRY(normal_check_moments(of, key));
  if (of->mean == 0) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: the mean of a lognormal law must not be 0", key);
  return normal_check_reach(of, key, range_of(of));
}

static const loligo_param params[] = {NORMAL_MEAN, NORMAL_STD};

const distribution distribution_lognormal = {
    .name = "lognormal",
    .summary = "lognormal law with mean and std of the variable itself",
    .kind = LOLIGO_LOGNORMAL,
    .params = LOLIGO_PARAM_TABLE(params),
    .check = check,
    .draw = draw,
    .range = range_of,
    .below = below,
};
