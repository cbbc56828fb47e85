/*
 * Constants and lists are looked at number by number, laws by their bounds.
 */
#include "sim/layout/weight_set.h"

#include <math.h>
#include <stdlib.h>

#include "base/random/distribution.h"
#include "network/rule/rule.h"

static int sign_of(double weight)
{
  return weight < 0 ? NEGATIVE : POSITIVE;
}

static weight_set set_of_one(double weight)
{
  weight_set set = {.kind = WEIGHTS_DECIMAL, .low = fabs(weight), .high = fabs(weight)};
  if (!decimal_grid_of(weight, &set.grid)) set.kind = WEIGHTS_ONE;
  return set;
}

/* A kind that can hold a listed weight too, given that it is not the first. */
static weight_kind kind_with(weight_set *set, const weight_set *one)
{
  if (set->kind == WEIGHTS_LISTED || one->kind != WEIGHTS_DECIMAL) return WEIGHTS_LISTED;
  if (set->kind == WEIGHTS_ONE) return set->high == one->high ? WEIGHTS_ONE : WEIGHTS_LISTED;
  if (set->kind == WEIGHTS_APART) return WEIGHTS_APART;
  const bool fits = decimal_grid_include(&set->grid, &one->grid) && decimal_grid_span(&set->grid) <= INT32_MAX;
  return fits ? WEIGHTS_DECIMAL : WEIGHTS_APART;
}

static void include_listed(weight_set *set, double weight)
{
  const weight_set one = set_of_one(weight);
  if (set->kind == WEIGHTS_NONE) {
    *set = one;
    return;
  }
  if (weight == 0 || (set->kind == WEIGHTS_ONE && set->high == one.high)) return;
  set->kind = kind_with(set, &one);
  set->low = set->low == 0 ? one.low : fmin(set->low, one.low);
  set->high = fmax(set->high, one.high);
}

static void include_law(weight_set sets[SIGNS], distribution_range bounds)
{
  if (bounds.high > 0) sets[POSITIVE] = (weight_set){WEIGHTS_LAW, .low = fmax(bounds.low, 0), .high = bounds.high};
  if (bounds.low < 0) sets[NEGATIVE] = (weight_set){WEIGHTS_LAW, .low = fmax(-bounds.high, 0), .high = -bounds.low};
}

static void include_constant(weight_set sets[SIGNS], double weight)
{
  sets[sign_of(weight)] = set_of_one(weight);
}

/* Zeros among negative weights need no accumulator of their own. */
static void drop_lonely_zeros(weight_set sets[SIGNS])
{
  if (sets[NEGATIVE].kind != WEIGHTS_NONE && sets[POSITIVE].high == 0) sets[POSITIVE].kind = WEIGHTS_NONE;
}

static void include_edges(weight_set sets[SIGNS], const loligo_projection *projection)
{
  for (uint64_t e = 0; e < projection->n_edges; e++) {
    const double weight = projection->edges[e].weight;
    include_listed(&sets[sign_of(weight)], weight);
  }
  drop_lonely_zeros(sets);
}

void weight_sets_of(const loligo_network *network, const loligo_projection *projection, double fixed,
                    weight_set sets[SIGNS])
{
  const rule_context context = rule_context_of(network, projection);
  sets[POSITIVE] = sets[NEGATIVE] = (weight_set){.kind = WEIGHTS_NONE};
  if (projection->rule->expected(&context) <= 0) return;
  if (projection->plasticity) {
    const double wmax = projection->plasticity->wmax;
    sets[sign_of(wmax)] = (weight_set){.kind = WEIGHTS_PLASTIC, .high = wmax != 0 ? fabs(wmax) : 1};
  } else if (fixed != 0) {
    include_constant(sets, fixed);
  } else if (projection->n_edges) {
    include_edges(sets, projection);
  } else {
    const distribution_range bounds = distribution_range_of(projection->weight);
    if (bounds.low == bounds.high)
      include_constant(sets, bounds.low);
    else
      include_law(sets, bounds);
  }
}

static int descending(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

size_t weight_list(const loligo_projection *projection, int sign, double *out)
{
  size_t n = 0;
  for (uint64_t e = 0; e < projection->n_edges; e++) {
    const double weight = projection->edges[e].weight;
    if (weight != 0 && sign_of(weight) == sign) out[n++] = fabs(weight);
  }
  qsort(out, n, sizeof *out, descending);
  return n;
}
