/*
 * What all distributions share, and the two that are not drawn from: a constant and a list.
 */
#include "base/random/distribution.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

REGISTRY(distribution, "distribution", LOLIGO_DISTRIBUTIONS);

static const distribution *drawn(const loligo_distribution *of)
{
  const size_t first = LOLIGO_LIST + 1;
  assert(of->kind >= first);
  return distribution_at(of->kind - first);
}

loligo_status distribution_check_number(const char *key, const char *what, double value)
{
  if (isfinite(value)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s%s must be a finite number, not %g", key, what, value);
}

loligo_status distribution_check_bounds(const char *key, double low, double high)
{
  if (low < high) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: low must be below high, but they are %g and %g", key, low, high);
}

static loligo_status check_list(const loligo_distribution *of, const char *key, uint64_t cells)
{
  if (cells == DISTRIBUTION_NO_LIST)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s cannot be a list; give a value or a distribution", key);
  if (of->n_values != cells)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s lists %llu values for %llu cells; give one value per cell", key,
                       (unsigned long long)of->n_values, (unsigned long long)cells);
  if (of->listed) return LOLIGO_OK;
  for (uint64_t i = 0; i < cells; i++) LOLIGO_TRY(distribution_check_number(key, "", of->values[i]));
  return LOLIGO_OK;
}

loligo_status distribution_check(const loligo_distribution *of, const char *key, uint64_t cells)
{
  switch (of->kind) {
  case LOLIGO_UNSET:
    return loligo_fail(LOLIGO_INPUT_ERROR, "missing key '%s'", key);
  case LOLIGO_CONSTANT:
    return distribution_check_number(key, "", of->mean);
  case LOLIGO_LIST:
    return check_list(of, key, cells);
  default:
    return drawn(of)->check(of, key);
  }
}

void distribution_draw(const loligo_distribution *of, random_key key, uint64_t item, size_t n, double *out)
{
  if (of->kind != LOLIGO_CONSTANT) {
    drawn(of)->draw(of, key, item, n, out);
    return;
  }
  for (size_t k = 0; k < n; k++) out[k] = of->mean;
}

double distribution_draw_one(const loligo_distribution *of, random_key key, uint64_t index)
{
  double value;
  distribution_draw(of, key, index, 1, &value);
  return value;
}

static distribution_range list_range(const loligo_distribution *of)
{
  distribution_range range = {.low = INFINITY, .high = -INFINITY, .mean = 0};
  if (of->listed) return (distribution_range){.low = of->low, .high = of->high, .mean = of->mean};
  for (uint64_t i = 0; i < of->n_values; i++) {
    range.low = fmin(range.low, of->values[i]);
    range.high = fmax(range.high, of->values[i]);
    range.mean += of->values[i] / (double)of->n_values;
  }
  return range;
}

distribution_range distribution_range_of(const loligo_distribution *of)
{
  if (of->kind == LOLIGO_LIST) return list_range(of);
  if (of->kind == LOLIGO_CONSTANT) return (distribution_range){.low = of->mean, .high = of->mean, .mean = of->mean};
  return drawn(of)->range(of);
}

double distribution_below(const loligo_distribution *of, double x)
{
  const distribution_range range = distribution_range_of(of);
  if (x <= range.low) return 0;
  if (x >= range.high) return 1;
  return drawn(of)->below(of, x);
}

loligo_status distribution_copy(const loligo_distribution *of, loligo_distribution *copy)
{
  double *values = NULL;
  *copy = (loligo_distribution){.kind = LOLIGO_UNSET};
  if (of->kind == LOLIGO_LIST && !of->listed) {
    values = memory_allocate(of->n_values, sizeof *values, "list of values");
    if (!values) return LOLIGO_MACHINE_ERROR;
    if (of->n_values > 0) memcpy(values, of->values, of->n_values * sizeof *values);
  }
  *copy = *of;
  copy->values = values;
  return LOLIGO_OK;
}

void distribution_free(loligo_distribution *of)
{
  if (of->kind == LOLIGO_LIST) memory_free((void *)of->values);
  *of = (loligo_distribution){.kind = LOLIGO_UNSET};
}
