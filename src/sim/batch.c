/*
 * Values of synapses: drawn in bulk by (projection, item, position), rounded to steps and to quanta.
 */
#include "sim/batch.h"

#include <math.h>

#include "base/memory.h"
#include "base/vector.h"
#include "model/model.h"

void batch_drawer_bind(batch_drawer *drawer, const loligo_network *network, const pathway *way, double quantum)
{
  const loligo_population *target = &network->populations[way->target];
  const loligo_projection *projection = &network->projections[way->projection];
  rule_context context = rule_context_of(network, projection);
  drawer->projection = projection;
  drawer->target_name = target->name;
  drawer->fixed = way->fixed;
  drawer->dt = network->dt;
  drawer->quantum = quantum;
  drawer->non_negative = target->model->receptors[way->receptor].kind == RECEPTOR_CONDUCTANCE;
  drawer->weight_key = rule_key(&context, RANDOM_WEIGHT);
  drawer->delay_key = rule_key(&context, RANDOM_DELAY);
  drawer->grid = projection->n_edges == 0 && sample_grid_init(&drawer->delays, &projection->delay, network->dt);
}

void batch_drawer_free(batch_drawer *drawer)
{
  memory_free(drawer->value);
  memory_free(drawer->steps);
  memory_free(drawer->quanta);
  *drawer = (batch_drawer){0};
}

static loligo_status reserve(batch_drawer *drawer, size_t n)
{
  const memory_column columns[] = {{(void **)&drawer->value, sizeof *drawer->value},
                                   {(void **)&drawer->steps, sizeof *drawer->steps},
                                   {(void **)&drawer->quanta, sizeof *drawer->quanta}};
  return memory_grow_columns(columns, 3, &drawer->capacity, n, "drawing synapses");
}

VECTOR_CLONES static void to_steps(size_t n, const double *restrict ms, double dt, int32_t *restrict steps)
{
  for (size_t k = 0; k < n; k++) steps[k] = (int32_t)(ms[k] / dt + 0.5);
}

VECTOR_CLONES static void to_quanta(size_t n, const double *restrict weight, double quantum, int32_t *restrict quanta)
{
  for (size_t k = 0; k < n; k++) {
    double q = weight[k] / quantum;
    quanta[k] = (int32_t)(q + (q < 0 ? -0.5 : 0.5));
  }
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
    sample_grid_sequence(&drawer->delays, drawer->delay_key, batch->item, batch->n, drawer->steps);
    return;
  }
  if (batch->edges)
    for (size_t k = 0; k < batch->n; k++) drawer->value[k] = batch->edges[k].delay;
  else
    sample_sequence(&drawer->projection->delay, drawer->delay_key, batch->item, batch->n, drawer->value);
  to_steps(batch->n, drawer->value, drawer->dt, drawer->steps);
}

loligo_status batch_draw_delays(batch_drawer *drawer, const rule_batch *batch)
{
  LOLIGO_TRY(reserve(drawer, batch->n));
  fill_delays(drawer, batch);
  if (smallest(batch->n, drawer->steps) >= 1) return LOLIGO_OK;
  return loligo_fail(
      LOLIGO_INPUT_ERROR,
      "projection %s onto %s: a drawn delay rounds below dt = %g ms; clip its distribution at low: %g ms",
      drawer->projection->name, drawer->target_name, drawer->dt, drawer->dt / 2);
}

/* Whether a relative error is larger than the worst so far; without a division or a branch. */
VECTOR_CLONES static int is_worse(size_t n, const double *weight, double quantum, const int32_t *quanta, double worst)
{
  int worse = 0;
  for (size_t k = 0; k < n; k++) worse |= fabs(quanta[k] * quantum - weight[k]) > worst * fabs(weight[k]);
  return worse;
}

static double relative_error(size_t n, const double *weight, double quantum, const int32_t *quanta, double worst)
{
  if (!is_worse(n, weight, quantum, quanta, worst)) return worst;
  for (size_t k = 0; k < n; k++) {
    double error = fabs(quanta[k] * quantum - weight[k]);
    worst = error > worst * fabs(weight[k]) ? error / fabs(weight[k]) : worst;
  }
  return worst;
}

static double lowest(size_t n, const double *values)
{
  double low = INFINITY;
  for (size_t k = 0; k < n; k++) low = values[k] < low ? values[k] : low;
  return low;
}

static void fill_weights(batch_drawer *drawer, const rule_batch *batch)
{
  if (drawer->fixed != 0)
    for (size_t k = 0; k < batch->n; k++) drawer->value[k] = drawer->fixed;
  else if (batch->edges)
    for (size_t k = 0; k < batch->n; k++) drawer->value[k] = batch->edges[k].weight;
  else
    sample_sequence(&drawer->projection->weight, drawer->weight_key, batch->item, batch->n, drawer->value);
}

loligo_status batch_draw_weights(batch_drawer *drawer, const rule_batch *batch)
{
  LOLIGO_TRY(reserve(drawer, batch->n));
  fill_weights(drawer, batch);
  to_quanta(batch->n, drawer->value, drawer->quantum, drawer->quanta);
  drawer->max_error = relative_error(batch->n, drawer->value, drawer->quantum, drawer->quanta, drawer->max_error);
  if (!drawer->non_negative || lowest(batch->n, drawer->value) >= 0) return LOLIGO_OK;
  return loligo_fail(
      LOLIGO_INPUT_ERROR,
      "projection %s onto %s: a drawn weight is negative, but a conductance cannot be; clip its distribution at low: 0",
      drawer->projection->name, drawer->target_name);
}
