/*
 * Normal distribution between bounds: a value that falls outside is redrawn from a stream of its own, so that no
 * position depends on another.
 */
#include <math.h>

#include "base/random/normal.h"
#include "base/vector.h"

/* Below that probability of a value inside, redrawing would not end. */
static const double LEAST_MASS = 1e-6;

static bool is_inside(const loligo_distribution *of, double value)
{
  return value >= of->low && value <= of->high;
}

static bool is_feasible(const loligo_distribution *of)
{
  if (of->std == 0) return is_inside(of, of->mean);
  return normal_mass((of->low - of->mean) / of->std, (of->high - of->mean) / of->std) >= LEAST_MASS;
}

/* Blocks from (k + 1) << 32 on are far behind those of the first attempts. */
static double redraw(const loligo_distribution *of, random_key key, uint64_t item, uint64_t k)
{
  random_stream stream;
  random_stream_init(&stream, key, item, (k + 1) << 32);
  double value;
  do {
    value = of->mean + of->std * random_stream_normal(&stream);
  } while (!is_inside(of, value));
  return value;
}

static void draw(const loligo_distribution *of, random_key key, uint64_t item, size_t n, double *out)
{
  normal_draw(of, key, item, n, out);
  const distribution_range free = normal_range(of);
  if (is_inside(of, free.low) && is_inside(of, free.high)) return;
  for (size_t k = 0; k < n; k++) {
    if (!is_inside(of, out[k])) out[k] = redraw(of, key, item, k);
  }
}

static double normal_density(double z)
{
  return 0x1.9884533d43651p-2 * vector_exp(-0.5 * z * z);
}

static distribution_range range_of(const loligo_distribution *of)
{
  distribution_range range = normal_range(of);
  range.low = fmax(range.low, of->low);
  range.high = fmin(range.high, of->high);
  if (of->std == 0) return range;
  const double low = (of->low - of->mean) / of->std, high = (of->high - of->mean) / of->std;
  range.mean += of->std * (normal_density(low) - normal_density(high)) / normal_mass(low, high);
  return range;
}

static double below(const loligo_distribution *of, double x)
{
  return normal_below_within(of, range_of(of), x);
}

static loligo_status check(const loligo_distribution *of, const char *key)
{
  LOLIGO_TRY(normal_check_moments(of, key));
  LOLIGO_TRY(distribution_check_bounds(key, of->low, of->high));
  if (is_feasible(of)) return normal_check_reach(of, key, range_of(of));
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s: hardly any value of the normal law with mean %g and std %g lies between low %g and high %g; "
                     "widen the bounds",
                     key, of->mean, of->std, of->low, of->high);
}

static const loligo_param params[] = {
    NORMAL_MEAN,
    NORMAL_STD,
    {"low", LOLIGO_PARAM_REAL, NULL, "", LOLIGO_RANGE_ANY, NULL, "lower bound, none if left out",
     offsetof(loligo_distribution, low)},
    {"high", LOLIGO_PARAM_REAL, NULL, "", LOLIGO_RANGE_ANY, NULL, "upper bound, none if left out",
     offsetof(loligo_distribution, high)},
};

const distribution distribution_normal_clipped = {
    .name = "normal_clipped",
    .summary = "normal law, redrawn until inside the bounds",
    .kind = LOLIGO_NORMAL_CLIPPED,
    .params = LOLIGO_PARAM_TABLE(params),
    .check = check,
    .draw = draw,
    .range = range_of,
    .below = below,
};
