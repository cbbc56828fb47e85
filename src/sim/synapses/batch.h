/** Weights and delays of a batch of synapses that a rule has generated. */
#ifndef LOLIGO_SIM_SYNAPSES_BATCH_H
#define LOLIGO_SIM_SYNAPSES_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random/distribution.h"
#include "base/random/random.h"
#include "network/description.h"
#include "network/positions.h"
#include "network/rule/rule.h"
#include "sim/layout/fixed_point.h"

/** How the values of a projection's synapses are drawn and stored; scratch space included. */
typedef struct batch_drawer {
  const loligo_projection *projection;
  const char *target_name; /* population */
  const accumulator *accumulators;
  const pathway *way;
  const accumulator *only; /* where all weights go; NULL: to several */
  double dt;               /* ms */
  bool non_negative;       /* weights are conductances */
  random_key weight_key, delay_key;
  bool grid; /* delays are drawn from `delays`, in steps */
  distribution_grid delays;
  const projection_space *space; /* of weights or delays by distance; NULL: of neither */
  cell_space cells;
  const uint64_t *target_cell; /* [local targets] cells of the population */
  double *distance;            /* [distance_capacity] um, scratch */
  size_t distance_capacity;
  double *value;           /* [capacity] scratch */
  int32_t *steps, *quanta; /* [capacity] results of the last batch */
  size_t *sum;             /* [capacity] number of the accumulator of each; unused with `only` */
  size_t capacity;
  double max_error; /* largest relative error of a weight so far */
} batch_drawer;

/** Binds a drawer to a pathway onto some cells of the target population; scratch of a former binding is kept. A zeroed
 * drawer is a valid start. */
void batch_drawer_bind(batch_drawer *drawer, const loligo_network *network, const pathway *way,
                       const fixed_point *format, const uint64_t *target_cell);
void batch_drawer_free(batch_drawer *drawer);

/** Fills drawer->steps[batch->n]. INPUT where a delay rounds below one step. Not collective. */
loligo_status batch_draw_delays(batch_drawer *drawer, const rule_batch *batch);

/** Fills drawer->value[batch->n] with weights, receptor's base unit, of a batch whose delays were drawn just before if
 * they follow from distances. INPUT where a conductance is negative. Not collective. */
loligo_status batch_draw_values(batch_drawer *drawer, const rule_batch *batch);

/** The same, and fills drawer->quanta[batch->n] and drawer->sum[batch->n]. */
loligo_status batch_draw_weights(batch_drawer *drawer, const rule_batch *batch);

#endif
