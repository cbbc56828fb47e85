/*
 * A value in which cells differ is looked up from the last change backwards, to the first that is for the cell. What a
 * law brings is keyed by its step too, so that every change draws anew.
 */
#include "network/scheduled.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/random/distribution.h"
#include "base/random/random.h"
#include "network/cell_values.h"
#include "network/selection.h"

const scheduled_change *scheduled_for(const scheduled_values *values, size_t i, uint64_t index)
{
  for (size_t k = values ? values->latest[i] : 0; k > 0; k = values->before[k - 1]) {
    const scheduled_change *change = &values->changes[k - 1];
    if (change->of_input || selection_holds(&change->cells, index)) return change;
  }
  return NULL;
}

double scheduled_value(const loligo_network *network, const scheduled_change *change, const char *key, uint64_t index)
{
  enum { KEY_SIZE = 512 };
  const loligo_distribution *value = &change->value;
  char at[KEY_SIZE];
  if (value->kind == LOLIGO_LIST) return cell_values_at(value, selection_before(&change->cells, index));
  snprintf(at, sizeof at, "%s at %" PRId64, key, change->step);
  const char *population = network->populations[change->cells.population].name;
  const random_purpose purpose = change->of_input ? RANDOM_EACH : RANDOM_PARAMETER;
  return distribution_draw_one(value, random_key_make(network->seed, purpose, population, at), index);
}
