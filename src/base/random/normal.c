/*
 * Normal distribution, to RANDOM_NORMAL_MAX deviations.
 */
#include "base/random/normal.h"

#include <math.h>

loligo_status normal_check_moments(const loligo_distribution *of, const char *key)
{
  LOLIGO_TRY(distribution_check_number(key, ": mean", of->mean));
  LOLIGO_TRY(distribution_check_number(key, ": std", of->std));
  if (of->std >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: std must be >= 0, not %g", key, of->std);
}

loligo_status normal_check_reach(const loligo_distribution *of, const char *key, distribution_range range)
{
  if (isfinite(range.low) && isfinite(range.high) && isfinite(range.mean)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s: values of a law with mean %g and std %g leave the range of numbers; reduce std", key,
                     of->mean, of->std);
}

void normal_draw(const loligo_distribution *of, random_key key, uint64_t item, size_t n, double *out)
{
  random_normals(key, item, n, out);
  for (size_t k = 0; k < n; k++) out[k] = of->mean + of->std * out[k];
}

distribution_range normal_range(const loligo_distribution *of)
{
  const double reach = RANDOM_NORMAL_MAX * of->std;
  return (distribution_range){.low = of->mean - reach, .high = of->mean + reach, .mean = of->mean};
}

double normal_mass(double low, double high)
{
  const double root = sqrt(0.5);
  return low > 0 ? 0.5 * (erfc(low * root) - erfc(high * root)) : 0.5 * (erfc(-high * root) - erfc(-low * root));
}

double normal_below(double low, double high, double x)
{
  return normal_mass(low, x) / normal_mass(low, high);
}

double normal_below_within(const loligo_distribution *of, distribution_range range, double x)
{
  return normal_below((range.low - of->mean) / of->std, (range.high - of->mean) / of->std, (x - of->mean) / of->std);
}

static loligo_status check(const loligo_distribution *of, const char *key)
{
  LOLIGO_TRY(normal_check_moments(of, key));
  return normal_check_reach(of, key, normal_range(of));
}

static double below(const loligo_distribution *of, double x)
{
  return normal_below_within(of, normal_range(of), x);
}

static const loligo_param params[] = {NORMAL_MEAN, NORMAL_STD};

const distribution distribution_normal = {
    .name = "normal",
    .summary = "normal law",
    .kind = LOLIGO_NORMAL,
    .params = LOLIGO_PARAM_TABLE(params),
    .check = check,
    .draw = normal_draw,
    .range = normal_range,
    .below = below,
};
