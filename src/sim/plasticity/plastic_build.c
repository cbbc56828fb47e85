/*
 * Mark which sources have a row, count the synapses of each segment, then put each synapse in its place. Every pass
 * gets the synapses in the same order, so the k-th of a segment is the same synapse in each.
 */
#include "sim/plasticity/plastic_build.h"

#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "sim/plasticity/visit.h"
#include "sim/synapses/builder.h"

/** Delays and blocks of targets that a table can have. */
typedef struct slot_range {
  int64_t first_delay;
  uint64_t n_delays, n_blocks;
} slot_range;

/** A pass over the synapses of a table. */
typedef struct pass {
  builder *builder;
  plastic_table *table;
  slot_range slots;
  uint32_t *count; /* [rows][n_delays][n_blocks] synapses */
  uint32_t *next;  /* [segments] synapses of each that came by */
  const loligo_projection *projection;
  double wmax;
  int64_t known; /* step at which weights are told */
  loligo_synapse_sink sink;
  void *self;
} pass;

/** The k-th synapse of a batch is one of a segment. */
typedef struct placing {
  const rule_batch *batch;
  size_t k;
  const plastic_segment *segment;
  uint32_t at; /* number within the segment */
} placing;

static const pathway *way_of(const connect_plan *plan, const plastic_table *table)
{
  return &plan->ports->format->pathways[table->way];
}

static loligo_status generate(const connect_plan *plan, pass *p, rule_sink sink)
{
  builder b = {.plan = plan, .expected = 1};
  p->builder = &b;
  p->projection = &plan->network->projections[p->table->projection];
  p->wmax = p->projection->plasticity->wmax;
  const loligo_status status = builder_generate_pathway(&b, way_of(plan, p->table), sink, p);
  batch_drawer_free(&b.drawer);
  return status;
}

/* -- rows -- */

static loligo_status mark_sink(void *self, const rule_batch *batch)
{
  const pass *p = self;
  for (size_t k = 0; k < batch->n; k++)
    if (target_of(batch, k) != RULE_ELSEWHERE) row_index_mark(&p->table->index, source_of(batch, k));
  return LOLIGO_OK;
}

static loligo_status index_rows(const connect_plan *plan, pass *p)
{
  plastic_table *table = p->table;
  LOLIGO_TRY(row_index_init(&table->index, plan->network->populations[table->source].size));
  LOLIGO_TRY(generate(plan, p, mark_sink));
  row_index_seal(&table->index);
  table->row = memory_allocate(table->index.n_rows + 1, sizeof *table->row, "plastic synapses");
  return table->row ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* -- segments -- */

static uint64_t slots_of_row(const pass *p)
{
  return p->slots.n_delays * p->slots.n_blocks;
}

static loligo_status count_sink(void *self, const rule_batch *batch)
{
  pass *p = self;
  batch_drawer *drawer = &p->builder->drawer;
  LOLIGO_TRY(batch_draw_delays(drawer, batch));
  for (size_t k = 0; k < batch->n; k++) {
    const uint64_t target = target_of(batch, k);
    if (target == RULE_ELSEWHERE) continue;
    const uint64_t row = (uint64_t)row_index_find(&p->table->index, source_of(batch, k));
    const uint64_t delay = (uint64_t)(drawer->steps[k] - p->slots.first_delay);
    p->count[row * slots_of_row(p) + delay * p->slots.n_blocks + (target >> TARGET_BLOCK_BITS)]++;
  }
  return LOLIGO_OK;
}

static uint32_t count_segments(const pass *p)
{
  uint32_t n = 0;
  for (uint64_t i = 0; i < p->table->index.n_rows * slots_of_row(p); i++) n += p->count[i] > 0;
  return n;
}

static void add_segment(const pass *p, uint64_t slot, uint32_t count)
{
  plastic_table *table = p->table;
  table->segments[table->n_segments++] =
      (plastic_segment){.first = table->n_synapses,
                        .count = count,
                        .delay = (uint32_t)(p->slots.first_delay + (int64_t)(slot / p->slots.n_blocks)),
                        .block = (uint16_t)(slot % p->slots.n_blocks)};
  table->n_synapses += count;
}

static void lay_segments(const pass *p)
{
  const uint32_t *count = p->count;
  for (uint64_t row = 0; row < p->table->index.n_rows; row++) {
    p->table->row[row] = p->table->n_segments;
    for (uint64_t slot = 0; slot < slots_of_row(p); slot++, count++)
      if (*count > 0) add_segment(p, slot, *count);
    p->table->segments[p->table->n_segments - 1].is_last = true;
  }
  p->table->row[p->table->index.n_rows] = p->table->n_segments;
}

static slot_range slots_of(const connect_plan *plan, const plastic_table *table)
{
  const assignment task = {.ways = &table->way, .n_ways = 1};
  const slot_map delays = builder_slots(plan, &task, true, true);
  const uint64_t n_cells = plan->cells->groups[way_of(plan, table)->target].n;
  return (slot_range){.first_delay = delays.first_delay,
                      .n_delays = (uint64_t)(delays.last_delay - delays.first_delay + 1),
                      .n_blocks = (n_cells + (1 << TARGET_BLOCK_BITS) - 1) >> TARGET_BLOCK_BITS};
}

static loligo_status make_segments(const connect_plan *plan, pass *p)
{
  plastic_table *table = p->table;
  p->slots = slots_of(plan, table);
  p->count = memory_allocate(table->index.n_rows * slots_of_row(p), sizeof *p->count, "counting plastic synapses");
  if (!p->count) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(generate(plan, p, count_sink));
  table->segments = memory_allocate(count_segments(p), sizeof *table->segments, "plastic synapses");
  if (!table->segments) return LOLIGO_MACHINE_ERROR;
  lay_segments(p);
  return LOLIGO_OK;
}

/* -- synapses -- */

static loligo_status check_weight(const pass *p, double weight)
{
  const double part = weight / p->wmax;
  const bool has_signs = p->table->bounds.low < 0;
  if ((part >= (has_signs ? -1 : 0) && part <= 1) || weight == 0) return LOLIGO_OK;
  char place[FAULT_PLACE_BYTES];
  fault_place_print(p->projection->place, place);
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%sprojection %s: a drawn weight, %g, lies not between %s and " SYNAPSE_WMAX
                     " = %g; clip its distribution",
                     place, p->projection->name, weight, has_signs ? "-" SYNAPSE_WMAX : "0", p->wmax);
}

/* Draws a batch, and hands each of its local synapses to `take`. */
static loligo_status for_each(pass *p, const rule_batch *batch, loligo_status (*take)(pass *p, const placing *placing))
{
  batch_drawer *drawer = &p->builder->drawer;
  LOLIGO_TRY(batch_draw_delays(drawer, batch));
  LOLIGO_TRY(batch_draw_values(drawer, batch));
  for (size_t k = 0; k < batch->n; k++) {
    const uint64_t target = target_of(batch, k);
    if (target == RULE_ELSEWHERE) continue;
    const plastic_segment *segment = plastic_table_segment(p->table, source_of(batch, k), drawer->steps[k], target);
    LOLIGO_TRY(check_weight(p, drawer->value[k]));
    LOLIGO_TRY(take(p, &(placing){batch, k, segment, p->next[segment - p->table->segments]++}));
  }
  return LOLIGO_OK;
}

static loligo_status put(pass *p, const placing *placing)
{
  const uint64_t at = placing->segment->first + placing->at;
  p->table->target[at] = (uint16_t)target_of(placing->batch, placing->k);
  p->table->weight[at] = weight_to_quanta(p->builder->drawer.value[placing->k], p->table->bounds);
  return LOLIGO_OK;
}

static loligo_status put_sink(void *self, const rule_batch *batch)
{
  return for_each(self, batch, put);
}

static loligo_status tell(pass *p, const placing *placing)
{
  const batch_drawer *drawer = &p->builder->drawer;
  const rule_batch *batch = placing->batch;
  const size_t k = placing->k;
  const uint32_t begin = weight_to_quanta(drawer->value[k], p->table->bounds);
  const uint32_t now = visit_weight(p->table, placing->segment, placing->at, p->known);
  const loligo_synapse synapse = {.projection = p->table->projection,
                                  .source = source_of(batch, k),
                                  .target = p->builder->targets->index[target_of(batch, k)],
                                  .weight = weight_of_quanta(begin, p->table->bounds),
                                  .weight_now = weight_of_quanta(now, p->table->bounds),
                                  .delay = drawer->steps[k]};
  return p->sink(p->self, &synapse);
}

static loligo_status tell_sink(void *self, const rule_batch *batch)
{
  return for_each(self, batch, tell);
}

static loligo_status walk(const connect_plan *plan, pass *p, rule_sink sink)
{
  p->next = memory_allocate(p->table->n_segments, sizeof *p->next, "plastic synapses");
  if (!p->next) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = generate(plan, p, sink);
  memory_free(p->next);
  return status;
}

loligo_status plastic_table_reset_weights(const connect_plan *plan, plastic_table *table)
{
  pass p = {.table = table};
  return table->n_synapses ? walk(plan, &p, put_sink) : LOLIGO_OK;
}

loligo_status plastic_table_list(const connect_plan *plan, const plastic_table *table, int64_t known,
                                 loligo_synapse_sink sink, void *self)
{
  plastic_table seen = *table;
  pass p = {.table = &seen, .known = known, .sink = sink, .self = self};
  return table->n_synapses ? walk(plan, &p, tell_sink) : LOLIGO_OK;
}

static void *numbers_of(const plastic_table *table, size_t size)
{
  return memory_allocate(table->n_synapses, size, "plastic synapses");
}

/* What is kept of each synapse. */
static loligo_status make_synapses(plastic_table *table)
{
  const synapse_store *store = &table->store;
  table->target = numbers_of(table, sizeof *table->target);
  table->weight = numbers_of(table, sizeof *table->weight);
  bool has_all = table->target && table->weight;
  if (store->has_eligibility) has_all &= (table->eligibility = numbers_of(table, sizeof *table->eligibility)) != NULL;
  for (size_t m = 0; m < store->n_moments; m++)
    has_all &= (table->moment[m] = numbers_of(table, sizeof *table->moment[m])) != NULL;
  if (store->has_filtered) has_all &= (table->filtered = numbers_of(table, sizeof *table->filtered)) != NULL;
  if (store->has_begun) has_all &= (table->begun = numbers_of(table, sizeof *table->begun)) != NULL;
  LOLIGO_TRY(has_all ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  return table->learns_at_spikes ? spike_log_link(&table->log, table->index.n_rows) : LOLIGO_OK;
}

loligo_status plastic_table_build(const connect_plan *plan, plastic_table *table)
{
  pass p = {.table = table};
  if (builder_expected(plan, way_of(plan, table)) <= 0) return LOLIGO_OK;
  LOLIGO_TRY(index_rows(plan, &p));
  if (table->index.n_rows == 0) return LOLIGO_OK;
  const loligo_status status = make_segments(plan, &p);
  memory_free(p.count);
  LOLIGO_TRY(status);
  LOLIGO_TRY(make_synapses(table));
  plastic_table_begin(table, 0);
  return plastic_table_reset_weights(plan, table);
}
