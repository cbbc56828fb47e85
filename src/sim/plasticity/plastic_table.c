/*
 * Storage of plastic synapses. plastic_build.c fills it, visit.c works on it.
 */
#include "sim/plasticity/plastic_table.h"

#include <string.h>

#include "base/lower_bound.h"
#include "base/memory.h"

weight_bounds plastic_bounds(const loligo_projection *projection)
{
  const double wmax = projection->plasticity->wmax;
  return (weight_bounds){projection->synapse->kind == SYNAPSE_DESCENT ? -wmax : 0, wmax};
}

size_t plastic_moments(const loligo_projection *projection)
{
  double constant[SYNAPSE_MAX_CONSTANTS];
  const synapse_model *model = projection->synapse;
  if (model->kind != SYNAPSE_DESCENT || model->derive(projection->plasticity->params, constant) != LOLIGO_OK) return 0;
  return model->n_moments(constant);
}

double plastic_table_bytes(const loligo_projection *projection, double synapses, double segments, double rows)
{
  const size_t each = sizeof(uint16_t) + sizeof(uint32_t) + (projection->synapse->modulator_trace ? sizeof(float) : 0) +
                      plastic_moments(projection) * sizeof(double);
  return synapses * (double)each + segments * sizeof(plastic_segment) + rows * sizeof(uint32_t);
}

void plastic_table_free(plastic_table *table)
{
  row_index_free(&table->index);
  memory_free(table->row);
  memory_free(table->segments);
  memory_free(table->target);
  memory_free(table->weight);
  memory_free(table->eligibility);
  spike_log_free(&table->log);
  for (size_t m = 0; m < SYNAPSE_MAX_MOMENTS; m++) memory_free(table->moment[m]);
  *table = (plastic_table){0};
}

/** Where a synapse of a row belongs. */
typedef struct segment_key {
  const plastic_segment *row;
  uint32_t delay, block;
} segment_key;

static bool is_before(const void *of_key, uint64_t place)
{
  const segment_key *key = of_key;
  const plastic_segment *segment = &key->row[place];
  return segment->delay < key->delay || (segment->delay == key->delay && segment->block < key->block);
}

plastic_segment *plastic_table_segment(const plastic_table *table, uint64_t source, int64_t delay, uint64_t target)
{
  const uint32_t *first = &table->row[row_index_find(&table->index, source)];
  plastic_segment *row = &table->segments[first[0]];
  const segment_key key = {row, (uint32_t)delay, (uint32_t)(target >> TARGET_BLOCK_BITS)};
  return row + lower_bound_where(first[1] - first[0], is_before, &key);
}

void plastic_table_begin(plastic_table *table, int64_t step)
{
  table->swept = step;
  table->log.n = 0;
  for (uint32_t s = 0; s < table->n_segments; s++) {
    plastic_segment *segment = &table->segments[s];
    segment->last = segment->done = step;
    segment->n_last = 0;
    segment->is_saved = false;
    segment->trace[0] = segment->trace[1] = 0;
    if (table->model->begin) table->model->begin(table->constant, segment->state);
  }
  if (table->eligibility) memset(table->eligibility, 0, table->n_synapses * sizeof *table->eligibility);
  for (size_t m = 0; m < table->n_moments && table->moment[m]; m++)
    memset(table->moment[m], 0, table->n_synapses * sizeof *table->moment[m]);
}
