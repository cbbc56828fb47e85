/*
 * Values of synapses: drawn in bulk by (projection, item, position), rounded to steps and to quanta.
 */
#include "sim/synapses/batch.h"

#include <math.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/vector.h"
#include "model/neuron/model.h"
#include "network/kernel.h"
#include "network/projection.h"

/* All receptors that weights of a projection go to are of one kind. */
static bool is_conductance(const loligo_population *target, const accumulator *sum)
{
  return target->model->receptors[sum->receptor].kind == LOLIGO_RECEPTOR_CONDUCTANCE;
}

static bool has_conduction(const batch_drawer *drawer)
{
  return drawer->space && drawer->space->delay.speed > 0;
}

static void bind_space(batch_drawer *drawer, const loligo_network *network, const uint64_t *target_cell)
{
  const projection_space *space = drawer->projection->space;
  const bool asks = space && (space->weight.kernel || space->delay.speed > 0);
  drawer->space = asks ? space : NULL;
  drawer->target_cell = target_cell;
  if (asks) drawer->cells = cell_space_of(network, drawer->projection);
}

void batch_drawer_bind(batch_drawer *drawer, const loligo_network *network, const pathway *way,
                       const fixed_point *format, const uint64_t *target_cell)
{
  const loligo_population *target = &network->populations[way->target];
  const loligo_projection *projection = &network->projections[way->projection];
  const accumulator_range *some = &way->sums[way->sums[POSITIVE].n ? POSITIVE : NEGATIVE];
  rule_context context = rule_context_of(network, projection);
  drawer->projection = projection;
  drawer->target_name = target->name;
  drawer->accumulators = format->accumulators;
  drawer->way = way;
  drawer->only = fixed_point_only(format, way);
  drawer->dt = network->dt;
  drawer->non_negative = some->n > 0 && is_conductance(target, &format->accumulators[some->first]);
  drawer->weight_key = rule_key(&context, RANDOM_WEIGHT);
  drawer->delay_key = rule_key(&context, RANDOM_DELAY);
  bind_space(drawer, network, target_cell);
  drawer->grid = !projection->rule->lists_edges && !has_conduction(drawer) &&
                 distribution_grid_init(&drawer->delays, projection->delay, network->dt);
}

void batch_drawer_free(batch_drawer *drawer)
{
  memory_free(drawer->value);
  memory_free(drawer->distance);
  memory_free(drawer->steps);
  memory_free(drawer->quanta);
  memory_free(drawer->sum);
  *drawer = (batch_drawer){0};
}

static loligo_status reserve(batch_drawer *drawer, size_t n)
{
  const memory_column columns[] = {{(void **)&drawer->value, sizeof *drawer->value},
                                   {(void **)&drawer->steps, sizeof *drawer->steps},
                                   {(void **)&drawer->quanta, sizeof *drawer->quanta},
                                   {(void **)&drawer->sum, sizeof *drawer->sum}};
  LOLIGO_TRY(memory_grow_columns(columns, 4, &drawer->capacity, n, "drawing synapses"));
  if (!drawer->space) return LOLIGO_OK;
  return memory_grow((void **)&drawer->distance, &drawer->distance_capacity, n, sizeof *drawer->distance,
                     "drawing synapses");
}

/* Of up to PLACES_AT_ONCE synapses from number `from` on; one onto another rank's cell has any. */
static void find_some_distances(batch_drawer *drawer, const rule_batch *batch, size_t from, size_t n)
{
  uint64_t source[PLACES_AT_ONCE], target[PLACES_AT_ONCE];
  place_columns there, here;
  for (size_t k = 0; k < n; k++) {
    const uint64_t local = batch->target ? batch->target[from + k] : batch->one_target;
    source[k] = batch->source ? batch->source[from + k] : batch->one_source;
    target[k] = local == RULE_ELSEWHERE ? 0 : drawer->target_cell[local];
  }
  cell_places_find(&drawer->cells.source, n, source, there);
  cell_places_find(&drawer->cells.target, n, target, here);
  cell_space_displace(&drawer->cells, n, there, here);
  cell_space_lengths(&drawer->cells, n, there, drawer->distance + from);
}

static void find_distances(batch_drawer *drawer, const rule_batch *batch)
{
  for (size_t from = 0; from < batch->n; from += PLACES_AT_ONCE) {
    const size_t left = batch->n - from;
    find_some_distances(drawer, batch, from, left < PLACES_AT_ONCE ? left : PLACES_AT_ONCE);
  }
}

/* The distances are there where the delays have asked for them. */
static void fill_weights_by_distance(batch_drawer *drawer, const rule_batch *batch)
{
  const projection_space *space = drawer->space;
  if (!has_conduction(drawer)) find_distances(drawer, batch);
  for (size_t k = 0; k < batch->n; k++)
    drawer->distance[k] = fmin(fmax(drawer->distance[k], space->nearest), space->farthest);
  kernel_values(&space->weight, batch->n, drawer->distance, drawer->value);
}

static void fill_delays_by_distance(batch_drawer *drawer, const rule_batch *batch)
{
  find_distances(drawer, batch);
  conduction_delays(drawer->space, batch->n, drawer->distance, drawer->value);
}

VECTOR_CLONES static void to_steps(size_t n, const double *restrict ms, double dt, int32_t *restrict steps)
{
  for (size_t k = 0; k < n; k++) steps[k] = (int32_t)(ms[k] / dt + 0.5);
}

static int32_t smallest(size_t n, const int32_t *values)
{
  int32_t low = INT32_MAX;
  for (size_t k = 0; k < n; k++) low = values[k] < low ? values[k] : low;
  return low;
}

static void fill_delays(batch_drawer *drawer, const rule_batch *batch)
{
  if (drawer->grid) {
    distribution_grid_draw(&drawer->delays, drawer->delay_key, batch->item, batch->n, drawer->steps);
    return;
  }
  if (has_conduction(drawer))
    fill_delays_by_distance(drawer, batch);
  else if (batch->edges)
    for (size_t k = 0; k < batch->n; k++) drawer->value[k] = batch->edges[k].delay;
  else
    distribution_draw(drawer->projection->delay, drawer->delay_key, batch->item, batch->n, drawer->value);
  to_steps(batch->n, drawer->value, drawer->dt, drawer->steps);
}

loligo_status batch_draw_delays(batch_drawer *drawer, const rule_batch *batch)
{
  LOLIGO_TRY(reserve(drawer, batch->n));
  fill_delays(drawer, batch);
  if (smallest(batch->n, drawer->steps) >= 1) return LOLIGO_OK;
  char projection[PROJECTION_TEXT_BYTES];
  projection_print(drawer->projection, projection);
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s onto %s: a drawn delay rounds below dt = %g ms; clip its distribution at low: %g ms",
                     projection, drawer->target_name, drawer->dt, drawer->dt / 2);
}

VECTOR_CLONES static void to_quanta(size_t n, const double *restrict weight, double quantum, int32_t *restrict quanta)
{
  for (size_t k = 0; k < n; k++) {
    double q = weight[k] / quantum;
    quanta[k] = (int32_t)(q + (q < 0 ? -0.5 : 0.5));
  }
}

/* Whether a relative error is larger than the worst so far; without a division or a branch. */
VECTOR_CLONES static int is_worse(size_t n, const double *weight, double quantum, double rest, const int32_t *quanta,
                                  double worst)
{
  int worse = 0;
  for (size_t k = 0; k < n; k++)
    worse |= fabs(quanta[k] * quantum + quanta[k] * rest - weight[k]) > worst * fabs(weight[k]);
  return worse;
}

static double worse_error(double worst, double stored, double weight)
{
  const double error = fabs(stored - weight);
  return error > worst * fabs(weight) ? error / fabs(weight) : worst;
}

static void store_in_one(batch_drawer *drawer, size_t n)
{
  const accumulator *only = drawer->only;
  to_quanta(n, drawer->value, accumulator_quantum(only), drawer->quanta);
  if (!is_worse(n, drawer->value, only->quantum, only->rest, drawer->quanta, drawer->max_error)) return;
  for (size_t k = 0; k < n; k++)
    drawer->max_error = worse_error(drawer->max_error, accumulator_value(only, drawer->quanta[k]), drawer->value[k]);
}

static size_t accumulator_of(const batch_drawer *drawer, double weight)
{
  const pathway *way = drawer->way;
  const accumulator_range *range = &way->sums[weight < 0 || way->sums[POSITIVE].n == 0 ? NEGATIVE : POSITIVE];
  size_t i = range->first;
  while (fabs(weight) > drawer->accumulators[i].limit) i++;
  return i;
}

/* Rounded; what is not 0 stays so. */
static int32_t quanta_of(double weight, double quantum)
{
  const double q = fmin(fmax(nearbyint(fabs(weight) / quantum), weight != 0), WIDE_MAX);
  return (int32_t)(weight < 0 ? -q : q);
}

static void store_in_several(batch_drawer *drawer, size_t n)
{
  for (size_t k = 0; k < n; k++) {
    const double weight = drawer->value[k];
    if (!drawer->only) drawer->sum[k] = accumulator_of(drawer, weight);
    const accumulator *sum = drawer->only ? drawer->only : &drawer->accumulators[drawer->sum[k]];
    drawer->quanta[k] = quanta_of(weight, accumulator_quantum(sum));
    drawer->max_error = worse_error(drawer->max_error, accumulator_value(sum, drawer->quanta[k]), weight);
  }
}

static double lowest(size_t n, const double *values)
{
  double low = INFINITY;
  for (size_t k = 0; k < n; k++) low = values[k] < low ? values[k] : low;
  return low;
}

static void fill_weights(batch_drawer *drawer, const rule_batch *batch)
{
  const double fixed = drawer->way->fixed;
  if (fixed != 0)
    for (size_t k = 0; k < batch->n; k++) drawer->value[k] = fixed;
  else if (batch->edges)
    for (size_t k = 0; k < batch->n; k++) drawer->value[k] = batch->edges[k].weight;
  else if (drawer->space && drawer->space->weight.kernel)
    fill_weights_by_distance(drawer, batch);
  else
    distribution_draw(drawer->projection->weight, drawer->weight_key, batch->item, batch->n, drawer->value);
}

static loligo_status fail_negative(const batch_drawer *drawer)
{
  char projection[PROJECTION_TEXT_BYTES];
  projection_print(drawer->projection, projection);
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s onto %s: a drawn weight is negative, but a conductance cannot be; clip its distribution at "
                     "low: 0",
                     projection, drawer->target_name);
}

loligo_status batch_draw_values(batch_drawer *drawer, const rule_batch *batch)
{
  LOLIGO_TRY(reserve(drawer, batch->n));
  fill_weights(drawer, batch);
  return drawer->non_negative && lowest(batch->n, drawer->value) < 0 ? fail_negative(drawer) : LOLIGO_OK;
}

loligo_status batch_draw_weights(batch_drawer *drawer, const rule_batch *batch)
{
  LOLIGO_TRY(batch_draw_values(drawer, batch));
  if (drawer->only && !drawer->only->wide)
    store_in_one(drawer, batch->n);
  else
    store_in_several(drawer, batch->n);
  return LOLIGO_OK;
}
