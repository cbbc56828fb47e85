/*
 * Uniform distribution on [low, high).
 */
#include <math.h>

#include "base/random/distribution.h"

static void draw(const loligo_distribution *of, random_key key, uint64_t item, size_t n, double *out)
{
  enum { CHUNK = 1024 };
  uint32_t words[CHUNK];
  for (size_t done = 0; done < n; done += CHUNK) {
    const size_t count = n - done < CHUNK ? n - done : CHUNK;
    random_words(key, item, done / 4, count, words);
    for (size_t k = 0; k < count; k++) {
      const double value = of->low + (of->high - of->low) * ((words[k] + 0.5) * 0x1p-32);
      out[done + k] = value < of->high ? value : of->low;
    }
  }
}

static distribution_range range_of(const loligo_distribution *of)
{
  return (distribution_range){.low = of->low, .high = of->high, .mean = 0.5 * (of->low + of->high)};
}

static double below(const loligo_distribution *of, double x)
{
  return (x - of->low) / (of->high - of->low);
}

static loligo_status check(const loligo_distribution *of, const char *key)
{
  LOLIGO_TRY(distribution_check_number(key, ": low", of->low));
  LOLIGO_TRY(distribution_check_number(key, ": high", of->high));
  LOLIGO_TRY(distribution_check_bounds(key, of->low, of->high));
  if (isfinite(of->high - of->low)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: low %g and high %g are too far apart", key, of->low, of->high);
}

static const loligo_param params[] = {
    {"low", LOLIGO_PARAM_REAL, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "lower bound", offsetof(loligo_distribution, low)},
    {"high", LOLIGO_PARAM_REAL, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "upper bound", offsetof(loligo_distribution, high)},
};

const distribution distribution_uniform = {
    .name = "uniform",
    .summary = "uniform law on [low, high)",
    .kind = LOLIGO_UNIFORM,
    .params = LOLIGO_PARAM_TABLE(params),
    .check = check,
    .draw = draw,
    .range = range_of,
    .below = below,
};
