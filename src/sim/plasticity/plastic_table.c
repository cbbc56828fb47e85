/*
 * Storage of plastic synapses. plastic_build.c fills it, visit.c works on it.
 */
#include "sim/plasticity/plastic_table.h"

#include <math.h>
#include <string.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "network/trials.h"

weight_bounds plastic_bounds(const loligo_projection *projection)
{
  const double wmax = projection->plasticity->wmax;
  return (weight_bounds){projection->synapse->kind == SYNAPSE_DESCENT ? -wmax : 0, wmax};
}

synapse_store plastic_store(const loligo_network *network, const loligo_projection *projection)
{
  double constant[SYNAPSE_MAX_CONSTANTS];
  const synapse_model *model = projection->synapse;
  synapse_store store = {.has_eligibility = model->modulator_trace};
  if (model->kind != SYNAPSE_DESCENT || model->derive(projection->plasticity->params, constant) != LOLIGO_OK)
    return store;
  const bool is_read_out = trials_read_out(network, projection->target), at_spikes = model->learns_at_spikes(constant);
  store.n_moments = model->n_moments(constant);
  store.has_filtered = at_spikes && !is_read_out;
  store.has_begun = at_spikes && is_read_out && isnan(model->drawn_feedback(constant));
  return store;
}

static size_t bytes_each(const synapse_store *store)
{
  return sizeof(uint16_t) + sizeof(uint32_t) + (store->has_eligibility ? sizeof(float) : 0) +
         store->n_moments * sizeof(double) + (store->has_filtered ? sizeof(double) : 0) +
         (store->has_begun ? sizeof(uint32_t) : 0);
}

double plastic_table_bytes(const loligo_network *network, const loligo_projection *projection, double synapses,
                           double segments, double rows)
{
  const synapse_store store = plastic_store(network, projection);
  const size_t each = bytes_each(&store);
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
  memory_free(table->filtered);
  memory_free(table->begun);
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
  spike_log_clear(&table->log);
  for (uint32_t s = 0; s < table->n_segments; s++) {
    plastic_segment *segment = &table->segments[s];
    segment->last = segment->done = step;
    segment->n_last = 0;
    segment->is_saved = false;
    segment->trace[0] = segment->trace[1] = 0;
    if (table->model->begin) table->model->begin(table->constant, segment->state);
  }
  if (table->eligibility) memset(table->eligibility, 0, table->n_synapses * sizeof *table->eligibility);
  for (size_t m = 0; m < table->store.n_moments && table->moment[m]; m++)
    memset(table->moment[m], 0, table->n_synapses * sizeof *table->moment[m]);
  if (table->filtered) memset(table->filtered, 0, table->n_synapses * sizeof *table->filtered);
}
