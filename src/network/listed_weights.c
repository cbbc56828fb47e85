/*
 * Number by number: a set holds what all of them have in common.
 */
#include "network/listed_weights.h"

#include <math.h>
#include <stdint.h>

weight_set weight_set_of_one(double weight)
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

void listed_weights_include(weight_set sets[SIGNS], double weight)
{
  const weight_set one = weight_set_of_one(weight);
  weight_set *set = &sets[weight_sign(weight)];
  if (set->kind == WEIGHTS_NONE || (set->high == 0 && weight != 0)) {
    *set = one;
    return;
  }
  if (weight == 0 || (set->kind == WEIGHTS_ONE && set->high == one.high)) return;
  set->kind = kind_with(set, &one);
  set->low = fmin(set->low, one.low);
  set->high = fmax(set->high, one.high);
}

/* Zeros among negative weights need no accumulator of their own. */
void listed_weights_end(weight_set sets[SIGNS])
{
  if (sets[NEGATIVE].kind != WEIGHTS_NONE && sets[POSITIVE].high == 0) sets[POSITIVE].kind = WEIGHTS_NONE;
}
