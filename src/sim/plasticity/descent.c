/*
 * A segment's synapses share their arrivals. So the gradient of all of them is a sum of rows of credits, one for each
 * arrival, in the order of these: neither ranks nor schedules enter.
 */
#include "sim/plasticity/descent.h"

#include "base/vector.h"
#include "sim/plasticity/spike_log.h"

/* In units of Wmax. */
static const double SIGNED_QUANTA = (double)(UINT32_C(1) << (WEIGHT_BITS - 1));

void descent_deliver(const plastic_table *table, const plastic_segment *segment, int64_t *sums)
{
  const uint16_t *target = table->target + segment->first;
  const uint32_t *weight = table->weight + segment->first;
  int64_t *of_block = sums + table->first_port + ((size_t)segment->block << TARGET_BLOCK_BITS);
  for (uint32_t i = 0; i < segment->count; i++) of_block[target[i]] += 2 * (int64_t)weight[i] - (INT64_C(1) << 31);
}

VECTOR_CLONES static void load_weights(size_t n, const uint32_t *restrict quanta, double *restrict weight)
{
  /* at most 2^31, counted from there: signed integers are what all instruction sets convert */
  for (size_t i = 0; i < n; i++)
    weight[i] = ((double)(int32_t)(quanta[i] ^ 0x80000000u) + SIGNED_QUANTA) * (1 / SIGNED_QUANTA);
}

VECTOR_CLONES static void store_weights(size_t n, const double *restrict weight, uint32_t *restrict quanta)
{
  for (size_t i = 0; i < n; i++) {
    const double low = weight[i] > -1 ? weight[i] : -1, clipped = low < 1 ? low : 1;
    const double whole = clipped * SIGNED_QUANTA + VECTOR_ROUNDER - VECTOR_ROUNDER;
    quanta[i] = (uint32_t)(int32_t)(whole - SIGNED_QUANTA) ^ 0x80000000u;
  }
}

VECTOR_CLONES static void add_credits(size_t n, const uint16_t *restrict target, const double *restrict credit,
                                      double *restrict gradient)
{
  for (size_t i = 0; i < n; i++) gradient[i] += credit[target[i]];
}

void descent_change(plastic_table *table, const descent_part *part, const double *gradient)
{
  double weight[DESCENT_TILE];
  synapse_lesson lesson = {
      .n = part->n, .constant = table->constant, .trial = part->trial, .gradient = gradient, .weight = weight};
  for (size_t m = 0; m < table->store.n_moments; m++) lesson.moment[m] = table->moment[m] + part->first;
  load_weights(part->n, table->weight + part->first, weight);
  table->model->learn(&lesson);
  store_weights(part->n, weight, table->weight + part->first);
  table->n_changes += part->n;
}

/** Some synapses of a segment, and the spikes of its source. */
typedef struct tile {
  plastic_table *table;
  const plastic_segment *segment;
  uint64_t first; /* of its synapses in the table */
  size_t n;
  const int64_t *step; /* [n_spikes] stamps, ascending */
  size_t n_spikes;
} tile;

static void find_gradient(const tile *t, const descent_trial *trial, double *gradient)
{
  const uint16_t *target = t->table->target + t->first;
  const double *of_block = trial->credit + ((size_t)t->segment->block << TARGET_BLOCK_BITS);
  for (size_t i = 0; i < t->n; i++) gradient[i] = 0;
  for (size_t k = 0; k < t->n_spikes; k++) {
    const int64_t row = t->step[k] + t->segment->delay - trial->begin - 1;
    if (row >= 0 && row < trial->steps) add_credits(t->n, target, of_block + (size_t)row * trial->cells, gradient);
  }
}

static void learn_tile(const tile *t, const descent_trial *trial)
{
  double gradient[DESCENT_TILE];
  find_gradient(t, trial, gradient);
  descent_change(t->table, &(descent_part){t->first, t->n, trial->number}, gradient);
}

static void learn_row(plastic_table *table, const descent_trial *trial, const sorted_spikes *spikes, uint64_t row)
{
  tile t = {.table = table,
            .step = spikes->step + spikes->first[row],
            .n_spikes = spikes->first[row + 1] - spikes->first[row]};
  for (uint32_t s = table->row[row]; s < table->row[row + 1]; s++) {
    t.segment = &table->segments[s];
    for (uint32_t from = 0; from < t.segment->count; from += DESCENT_TILE) {
      t.first = t.segment->first + from;
      t.n = t.segment->count - from < DESCENT_TILE ? t.segment->count - from : DESCENT_TILE;
      learn_tile(&t, trial);
    }
  }
}

loligo_status descent_learn(plastic_table *table, const descent_trial *trial)
{
  sorted_spikes spikes;
  const loligo_status status = spike_log_sort(&table->log, table->index.n_rows, &spikes);
  for (uint64_t row = 0; status == LOLIGO_OK && row < table->index.n_rows; row++) learn_row(table, trial, &spikes, row);
  sorted_spikes_free(&spikes);
  return status;
}
