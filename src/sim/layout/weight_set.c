/*
 * Constants are looked at as numbers, laws by their bounds; lists were looked at when they were read.
 */
#include "sim/layout/weight_set.h"

#include <math.h>
#include <string.h>

#include "base/random/distribution.h"
#include "network/edge_list.h"
#include "network/rule/rule.h"

static void include_law(weight_set sets[SIGNS], distribution_range bounds)
{
  if (bounds.high > 0) sets[POSITIVE] = (weight_set){WEIGHTS_LAW, .low = fmax(bounds.low, 0), .high = bounds.high};
  if (bounds.low < 0) sets[NEGATIVE] = (weight_set){WEIGHTS_LAW, .low = fmax(-bounds.high, 0), .high = -bounds.low};
}

static void include_constant(weight_set sets[SIGNS], double weight)
{
  sets[weight_sign(weight)] = weight_set_of_one(weight);
}

void weight_sets_of(const loligo_network *network, const loligo_projection *projection, double fixed,
                    weight_set sets[SIGNS])
{
  const rule_context context = rule_context_of(network, projection);
  sets[POSITIVE] = sets[NEGATIVE] = (weight_set){.kind = WEIGHTS_NONE};
  if (projection->rule->expected(&context) <= 0) return;
  if (projection->plasticity) {
    const double wmax = projection->plasticity->wmax;
    sets[weight_sign(wmax)] = (weight_set){.kind = WEIGHTS_PLASTIC, .high = wmax != 0 ? fabs(wmax) : 1};
  } else if (fixed != 0) {
    include_constant(sets, fixed);
  } else if (projection->list) {
    memcpy(sets, projection->list->sets, sizeof projection->list->sets);
  } else {
    const distribution_range bounds = distribution_range_of(projection->weight);
    if (bounds.low == bounds.high)
      include_constant(sets, bounds.low);
    else
      include_law(sets, bounds);
  }
}
