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

/* A kind that can hold what another set holds too, given that both hold something. */
static weight_kind kind_with(weight_set *set, const weight_set *other)
{
  const bool has_one = set->kind == WEIGHTS_ONE || other->kind == WEIGHTS_ONE;
  if (has_one) return set->kind == other->kind && set->high == other->high ? WEIGHTS_ONE : WEIGHTS_LISTED;
  if (set->kind == WEIGHTS_LISTED || other->kind == WEIGHTS_LISTED) return WEIGHTS_LISTED;
  if (set->kind == WEIGHTS_APART || other->kind == WEIGHTS_APART) return WEIGHTS_APART;
  const bool fits = decimal_grid_include(&set->grid, &other->grid) && decimal_grid_span(&set->grid) <= INT32_MAX;
  return fits ? WEIGHTS_DECIMAL : WEIGHTS_APART;
}

static void merge(weight_set *set, const weight_set *other)
{
  if (other->kind == WEIGHTS_NONE) return;
  if (set->kind == WEIGHTS_NONE || (set->high == 0 && other->high != 0)) {
    *set = *other;
    return;
  }
  if (other->high == 0) return;
  set->kind = kind_with(set, other);
  set->low = fmin(set->low, other->low);
  set->high = fmax(set->high, other->high);
}

void listed_weights_include(weight_set sets[SIGNS], double weight)
{
  const weight_set one = weight_set_of_one(weight);
  merge(&sets[weight_sign(weight)], &one);
}

void listed_weights_merge(weight_set sets[SIGNS], const weight_set others[SIGNS])
{
  for (int sign = 0; sign < SIGNS; sign++) merge(&sets[sign], &others[sign]);
}

/* Zeros among negative weights need no accumulator of their own. */
void listed_weights_end(weight_set sets[SIGNS])
{
  if (sets[NEGATIVE].kind != WEIGHTS_NONE && sets[POSITIVE].high == 0) sets[POSITIVE].kind = WEIGHTS_NONE;
}
