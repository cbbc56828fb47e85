/*
 * Builds synapse rows, one signal of one source population after the other, in passes over the same generated synapses:
 * mark which sources have a row, count the words of each bundle of rows, append all to a draft, which is then sorted.
 * Tables whose narrow synapses are packed take two passes for these: count, put in place.
 *
 * Nothing is stored twice, and of what is needed only while a table is built there is least where the largest table
 * comes first; where it still would be much, the draft is made in turns, each of which generates all synapses.
 */
#include "sim/synapses/connect.h"

#include <math.h>
#include <stdlib.h>

#include "base/grid.h"
#include "base/grouping.h"
#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/random/distribution.h"
#include "base/vector.h"
#include "network/projection.h"
#include "network/rule/rule.h"
#include "sim/synapses/batch.h"
#include "sim/synapses/row_draft.h"

enum { MANY_PER_SOURCE = 16, TELL_EVERY = 1 << 20, PACKED_GROUP = 64 };

/* How much of the work of a synapse is done when it has been counted. */
static const double COUNTING_SHARE = 0.2;

/** A table to be built, and what comes into it. */
typedef struct assignment {
  row_table *table;
  const size_t *ways; /* [n_ways] numbers of its pathways */
  size_t n_ways;
  uint64_t n_sources;
  packed_shape packed;    /* of narrow synapses; no halves: they come into rows */
  double expected, words; /* synapses onto local cells, and their words */
  double in_rows;         /* of the expected ones */
} assignment;

/** Words of a batch on their way into the draft. */
typedef struct entries {
  uint64_t *row;
  uint32_t *slot, *word;
  size_t n, capacity;
} entries;

/** The synapses of one table under construction. */
typedef struct builder {
  const connect_plan *plan;
  const assignment *task;
  uint64_t n_synapses; /* built so far */
  uint64_t *load;      /* [narrow ports] sum of magnitudes in quanta */
  double expected;     /* synapses of all tables */
  double words, later; /* of all tables; of those to be built later */
  double done, share;  /* of `expected`; what a synapse adds to it in this pass */
  uint64_t untold;     /* synapses since the observer was told */
  batch_drawer drawer;
  slot_map slots;
  row_bundles bundles;
  size_t *bundle_words; /* [bundles.n] */
  row_draft draft;
  entries entries;

  const pathway *way; /* being generated */
  const cell_group *targets;
  bool wide;
} builder;

static const loligo_projection *projection_of(const connect_plan *plan, const pathway *way)
{
  return &plan->network->projections[way->projection];
}

static loligo_status generate_pathway(builder *b, const pathway *way, rule_sink sink, void *self)
{
  const connect_plan *plan = b->plan;
  const loligo_projection *projection = projection_of(plan, way);
  b->way = way;
  b->targets = &plan->cells->groups[way->target];
  b->wide = ports_are_wide(plan->ports, way);
  batch_drawer_bind(&b->drawer, plan->network, way, plan->ports->format);
  rule_context context = rule_context_of(plan->network, projection);
  rule_targets targets = {b->targets->index, b->targets->n};
  return projection->rule->generate(&context, targets, sink, self);
}

static const pathway *way_at(const connect_plan *plan, const assignment *task, size_t i)
{
  return &plan->ports->format->pathways[task->ways[i]];
}

static const pathway *way_of(const builder *b, size_t i)
{
  return way_at(b->plan, b->task, i);
}

static bool is_packed(const connect_plan *plan, const assignment *task, const pathway *way)
{
  return task->packed.halves && !ports_are_wide(plan->ports, way);
}

/* Generates all local synapses of the table that are packed, or those that are not, pathway by pathway. */
static loligo_status generate(builder *b, bool packed, rule_sink sink, double share)
{
  b->share = share;
  for (size_t i = 0; i < b->task->n_ways; i++)
    if (is_packed(b->plan, b->task, way_of(b, i)) == packed) LOLIGO_TRY(generate_pathway(b, way_of(b, i), sink, b));
  return LOLIGO_OK;
}

static inline uint64_t source_of(const rule_batch *batch, size_t k)
{
  return batch->source ? batch->source[k] : batch->one_source;
}

static inline uint64_t target_of(const rule_batch *batch, size_t k)
{
  return batch->target ? batch->target[k] : batch->one_target;
}

static loligo_status tell(builder *b, double fraction)
{
  heartbeat_doing("builds synapses");
  b->untold = 0;
  const loligo_build_observer *observer = b->plan->observer;
  return observer ? observer->progress(observer->self, fraction < 1 ? fraction : 1) : LOLIGO_OK;
}

/* Another n synapses went through a pass. */
static loligo_status get_on(builder *b, size_t n)
{
  b->done += (double)n * b->share;
  b->untold += n;
  return b->untold < TELL_EVERY ? LOLIGO_OK : tell(b, b->done / b->expected);
}

/* -- which sources have a row -- */

static loligo_status mark_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(get_on(b, batch->n));
  for (size_t k = 0; k < batch->n; k++)
    if (target_of(batch, k) != RULE_ELSEWHERE) row_index_mark(&b->task->table->index, source_of(batch, k));
  return LOLIGO_OK;
}

static loligo_status index_rows(builder *b)
{
  row_table *table = b->task->table;
  LOLIGO_TRY(row_index_init(&table->index, b->task->n_sources));
  if (b->task->in_rows >= (double)MANY_PER_SOURCE * (double)table->index.n)
    row_index_mark_all(&table->index);
  else
    LOLIGO_TRY(generate(b, false, mark_sink, 0));
  row_index_seal(&table->index);
  table->rows = memory_allocate(table->index.n_rows, sizeof *table->rows, "synapse rows");
  return table->rows ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* -- which slots can occur -- */

static double expected_of(const connect_plan *plan, const pathway *way)
{
  rule_context context = rule_context_of(plan->network, projection_of(plan, way));
  if (context.n_targets == 0) return 0;
  double local = (double)plan->cells->groups[way->target].n / (double)context.n_targets;
  return projection_of(plan, way)->rule->expected(&context) * local;
}

static int64_t steps_of(const connect_plan *plan, double ms)
{
  int64_t steps = grid_drawn_steps(ms, plan->network->dt);
  return steps < 1 ? 1 : steps;
}

/* Includes all blocks that an accumulator's ports lie in. */
static void include_range(slot_map *slots, const port_range *range, int64_t first, int64_t last)
{
  if (range->wide) {
    slot_map_include(slots, WIDE_KIND, first, last);
    return;
  }
  uint64_t block = port_block(range, range->first);
  const uint64_t last_block = port_block(range, range->first + range->n - 1);
  for (; block <= last_block; block++) slot_map_include(slots, (unsigned)block, first, last);
}

static void include_way(slot_map *slots, const connect_plan *plan, const pathway *way)
{
  const distribution_range delays = projection_delays(projection_of(plan, way));
  const int64_t first = steps_of(plan, delays.low), last = steps_of(plan, delays.high);
  for (int sign = 0; sign < SIGNS; sign++)
    for (size_t i = 0; i < way->sums[sign].n; i++)
      include_range(slots, &plan->ports->ranges[way->sums[sign].first + i], first, last);
}

/* The slots of those synapses of a table that are narrow, or wide, or both. */
static slot_map slots_of(const connect_plan *plan, const assignment *task, bool narrow, bool wide)
{
  slot_map slots = slot_map_empty();
  for (size_t i = 0; i < task->n_ways; i++) {
    const pathway *way = way_at(plan, task, i);
    const bool is_wanted = ports_are_wide(plan->ports, way) ? wide : narrow;
    if (is_wanted && expected_of(plan, way) > 0) include_way(&slots, plan, way);
  }
  return slots;
}

static loligo_status map_slots(builder *b)
{
  b->slots = slots_of(b->plan, b->task, b->task->packed.halves == 0, true);
  if (b->slots.n <= SLOTS_MAX) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "the delays from one population range from %g to %g ms, too far for dt = %g ms",
                     (double)b->slots.first_delay * b->plan->network->dt,
                     (double)b->slots.last_delay * b->plan->network->dt, b->plan->network->dt);
}

/* -- counting and filling -- */

static loligo_status count_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(get_on(b, batch->n));
  const row_index *index = &b->task->table->index;
  const unsigned words = synapse_words(b->wide);
  for (size_t k = 0; k < batch->n; k++) {
    if (target_of(batch, k) == RULE_ELSEWHERE) continue;
    uint64_t row = (uint64_t)row_index_find(index, source_of(batch, k));
    b->bundle_words[row_bundle(&b->bundles, row)] += words;
  }
  return LOLIGO_OK;
}

static loligo_status reserve_entries(entries *e, size_t n)
{
  const memory_column columns[] = {
      {(void **)&e->row, sizeof *e->row}, {(void **)&e->slot, sizeof *e->slot}, {(void **)&e->word, sizeof *e->word}};
  return memory_grow_columns(columns, 3, &e->capacity, n, "building synapses");
}

static void free_entries(entries *e)
{
  memory_free(e->row);
  memory_free(e->slot);
  memory_free(e->word);
}

static void enter(entries *e, uint64_t row, uint32_t slot, uint32_t word)
{
  e->row[e->n] = row;
  e->slot[e->n] = slot;
  e->word[e->n++] = word;
}

static const port_range *only_range(const builder *b)
{
  return &b->plan->ports->ranges[b->drawer.only - b->drawer.accumulators];
}

/* Ports of the k-th synapse's accumulator. */
static const port_range *range_of(const builder *b, size_t k)
{
  return b->drawer.only ? only_range(b) : &b->plan->ports->ranges[b->drawer.sum[k]];
}

static void enter_synapse(builder *b, uint64_t row, size_t k, uint64_t target)
{
  const port_range *range = range_of(b, k);
  const uint64_t port = port_of_cell(range, target);
  const int32_t steps = b->drawer.steps[k], quanta = b->drawer.quanta[k];
  if (b->wide) {
    const uint32_t slot = slot_number(&b->slots, steps, WIDE_KIND);
    enter(&b->entries, row, slot, (uint32_t)port);
    enter(&b->entries, row, slot, (uint32_t)quanta);
  } else {
    const uint32_t slot = slot_number(&b->slots, steps, (unsigned)port_block(range, port));
    enter(&b->entries, row, slot, narrow_pack(port_in_block(range, port), quanta));
  }
}

static void enter_each(builder *b, const rule_batch *batch)
{
  for (size_t k = 0; k < batch->n; k++) {
    if (target_of(batch, k) == RULE_ELSEWHERE) continue;
    uint64_t row = (uint64_t)row_index_find(&b->task->table->index, source_of(batch, k));
    enter_synapse(b, row, k, target_of(batch, k));
  }
}

VECTOR_CLONES static void pack(const slot_map *map, unsigned kind, uint32_t target, size_t n,
                               const int32_t *restrict steps, const int32_t *restrict quanta, uint32_t *restrict slot,
                               uint32_t *restrict word)
{
  for (size_t k = 0; k < n; k++) {
    slot[k] = slot_number(map, steps[k], kind);
    word[k] = narrow_pack(target, quanta[k]);
  }
}

/* Narrow synapses onto one port. */
static void enter_all(builder *b, const rule_batch *batch)
{
  entries *e = &b->entries;
  const port_range *range = only_range(b);
  const uint64_t port = port_of_cell(range, batch->one_target);
  for (size_t k = 0; k < batch->n; k++)
    e->row[k] = (uint64_t)row_index_find(&b->task->table->index, source_of(batch, k));
  pack(&b->slots, (unsigned)port_block(range, port), port_in_block(range, port), batch->n, b->drawer.steps,
       b->drawer.quanta, e->slot, e->word);
  e->n = batch->n;
}

static loligo_status append(builder *b, const rule_batch *batch)
{
  entries *e = &b->entries;
  LOLIGO_TRY(reserve_entries(e, batch->n << b->wide));
  e->n = 0;
  if (b->wide || batch->target || !b->drawer.only)
    enter_each(b, batch);
  else
    enter_all(b, batch);
  row_draft_append(&b->draft, &(row_words){e->n, e->row, e->slot, e->word});
  return LOLIGO_OK;
}

static uint64_t magnitude(int32_t quanta)
{
  return (uint64_t)(quanta < 0 ? -(int64_t)quanta : quanta);
}

static void add_load_of_each(builder *b, const rule_batch *batch)
{
  for (size_t k = 0; k < batch->n; k++)
    if (target_of(batch, k) != RULE_ELSEWHERE)
      b->load[port_of_cell(range_of(b, k), target_of(batch, k))] += magnitude(b->drawer.quanta[k]);
}

static void add_load(builder *b, const rule_batch *batch)
{
  uint64_t sum = 0;
  if (b->wide) return;
  if (batch->target || !b->drawer.only) {
    add_load_of_each(b, batch);
    return;
  }
  for (size_t k = 0; k < batch->n; k++) sum += magnitude(b->drawer.quanta[k]);
  b->load[port_of_cell(only_range(b), batch->one_target)] += sum;
}

/* What has one source, belongs to one turn. */
static bool is_of_another_turn(const builder *b, const rule_batch *batch)
{
  if (batch->source) return false;
  return !row_draft_takes(&b->draft, (uint64_t)row_index_find(&b->task->table->index, batch->one_source));
}

/* Counts what was appended, in one turn only. */
static void count_batch(builder *b, const rule_batch *batch)
{
  if (batch->source && !row_draft_is_first_turn(&b->draft)) return;
  if (b->way->number == 0) b->n_synapses += b->entries.n >> b->wide;
  add_load(b, batch);
}

static loligo_status fill_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(get_on(b, batch->n));
  if (is_of_another_turn(b, batch)) return LOLIGO_OK;
  LOLIGO_TRY(batch_draw_delays(&b->drawer, batch));
  LOLIGO_TRY(batch_draw_weights(&b->drawer, batch));
  LOLIGO_TRY(append(b, batch));
  count_batch(b, batch);
  return LOLIGO_OK;
}

/* -- packing -- */

static loligo_status count_packed_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(get_on(b, batch->n));
  for (size_t k = 0; k < batch->n; k++)
    if (target_of(batch, k) != RULE_ELSEWHERE) packed_count(&b->task->table->packed, source_of(batch, k));
  return LOLIGO_OK;
}

static packed_synapse packed_of(const builder *b, const rule_batch *batch, size_t k)
{
  const packed_rows *rows = &b->task->table->packed;
  const port_range *range = range_of(b, k);
  const uint64_t port = port_of_cell(range, target_of(batch, k));
  return (packed_synapse){.port = port_in_block(range, port),
                          .block = (unsigned)port_block(range, port) - rows->block,
                          .tag = packed_tag(rows, source_of(batch, k), b->drawer.steps[k]),
                          .quanta = b->drawer.quanta[k]};
}

/* Puts some synapses of a batch in their places: all of these are on their way before the first is written. */
static void put_packed(builder *b, const rule_batch *batch, size_t first, size_t last)
{
  packed_rows *rows = &b->task->table->packed;
  uint16_t *place[PACKED_GROUP];
  for (size_t k = first; k < last; k++)
    if (target_of(batch, k) != RULE_ELSEWHERE) packed_prefetch_place(rows, source_of(batch, k));
  for (size_t k = first; k < last; k++)
    place[k - first] = target_of(batch, k) == RULE_ELSEWHERE ? NULL : packed_place(rows, source_of(batch, k));
  for (size_t k = first; k < last; k++) {
    if (!place[k - first]) continue;
    packed_write(place[k - first], rows->shape.halves, packed_of(b, batch, k));
    b->n_synapses += b->way->number == 0;
  }
}

static loligo_status put_packed_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(get_on(b, batch->n));
  LOLIGO_TRY(batch_draw_delays(&b->drawer, batch));
  LOLIGO_TRY(batch_draw_weights(&b->drawer, batch));
  for (size_t first = 0; first < batch->n; first += PACKED_GROUP)
    put_packed(b, batch, first, first + PACKED_GROUP < batch->n ? first + PACKED_GROUP : batch->n);
  add_load(b, batch);
  return LOLIGO_OK;
}

static loligo_status build_packed(builder *b)
{
  const assignment *task = b->task;
  packed_rows *rows = &task->table->packed;
  const slot_map slots = slots_of(b->plan, task, true, false);
  LOLIGO_TRY(packed_init(rows, &task->packed, task->n_sources, &slots));
  LOLIGO_TRY(generate(b, true, count_packed_sink, COUNTING_SHARE));
  LOLIGO_TRY(packed_make_room(rows));
  return generate(b, true, put_packed_sink, 1 - COUNTING_SHARE);
}

/* -- driver -- */

static unsigned turns_of(const builder *b)
{
  return row_draft_turns(b->task->words * (double)row_draft_key_bytes(&b->slots), b->later, b->words);
}

static loligo_status start_draft(builder *b, unsigned n_turns)
{
  row_table *table = b->task->table;
  b->bundles = row_bundles_of(table->index.n_rows, b->task->in_rows / (double)table->index.n_rows, &b->slots);
  b->bundle_words = memory_allocate(b->bundles.n, sizeof *b->bundle_words, "counting synapses");
  if (!b->bundle_words) return LOLIGO_MACHINE_ERROR;
  loligo_status status = generate(b, false, count_sink, COUNTING_SHARE);
  if (status == LOLIGO_OK) status = row_draft_init(&b->draft, table, &b->slots, &b->bundles, b->bundle_words, n_turns);
  memory_free(b->bundle_words);
  return status;
}

static loligo_status fill_rows(builder *b, unsigned n_turns)
{
  while (!row_draft_is_done(&b->draft)) {
    LOLIGO_TRY(generate(b, false, fill_sink, (1 - COUNTING_SHARE) / n_turns));
    LOLIGO_TRY(row_draft_finish_turn(&b->draft));
  }
  return LOLIGO_OK;
}

static loligo_status build_rows(builder *b)
{
  LOLIGO_TRY(map_slots(b));
  if (b->slots.n == 0) return LOLIGO_OK;
  LOLIGO_TRY(index_rows(b));
  if (b->task->table->index.n_rows == 0) return LOLIGO_OK;
  const unsigned n_turns = turns_of(b);
  loligo_status status = start_draft(b, n_turns);
  if (status == LOLIGO_OK) status = fill_rows(b, n_turns);
  row_draft_free(&b->draft);
  return status;
}

static loligo_status build_table(builder *b, const assignment *task)
{
  b->task = task;
  b->later -= task->words;
  if (task->packed.halves) LOLIGO_TRY(build_packed(b));
  return build_rows(b);
}

static uint64_t largest_load(const builder *b)
{
  uint64_t most = 0;
  for (uint64_t port = 0; port < b->plan->ports->n_narrow; port++) most = b->load[port] > most ? b->load[port] : most;
  return most;
}

/* Asks for all the memory that local synapses will take, and gives it back: what can never be held is refused before
 * any work. */
static loligo_status try_memory(const builder *b)
{
  void *all = memory_allocate((size_t)fmin(b->words, 0x1p60), sizeof(uint32_t), "synapses");
  memory_free(all);
  return all ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static int by_size(const void *a, const void *b)
{
  const assignment *x = a, *y = b;
  if (x->words != y->words) return x->words < y->words ? 1 : -1;
  return (x->table > y->table) - (x->table < y->table);
}

static packed_shape shape_for(const connect_plan *plan, const table_load *load)
{
  if (plan->storage == CONNECT_ROWS || load->narrow == 0) return (packed_shape){0};
  if (plan->storage == CONNECT_SMALLEST) return synapses_best_shape(load);
  return packed_shape_of(load->n_sources, load->narrow, load->n_delays, load->n_blocks);
}

/* Decides how the synapses of a table are kept. */
static void plan_table(const connect_plan *plan, assignment *task)
{
  const slot_map slots = slots_of(plan, task, true, false);
  table_load load = {.n_sources = task->n_sources,
                     .n_delays = slots.n ? (uint64_t)(slots.last_delay - slots.first_delay + 1) : 0,
                     .n_blocks = slots.n_kinds};
  for (size_t i = 0; i < task->n_ways; i++) {
    const pathway *way = way_at(plan, task, i);
    *(ports_are_wide(plan->ports, way) ? &load.wide : &load.narrow) += expected_of(plan, way);
  }
  task->packed = shape_for(plan, &load);
  task->expected = load.narrow + load.wide;
  task->in_rows = task->packed.halves ? load.wide : task->expected;
  task->words = synapses_table_words(&load, &task->packed);
}

/* Lists all tables, the largest first. */
static void assign(const connect_plan *plan, const synapses *synapses, const grouping *ways, assignment *tasks)
{
  size_t t = 0;
  for (size_t p = 0; p < plan->network->n_populations; p++) {
    for (int signal = 0; signal < synapses_signals(synapses, p); signal++, t++) {
      tasks[t] = (assignment){.table = synapses_table(synapses, p, signal),
                              .ways = ways->item + ways->first[t],
                              .n_ways = ways->first[t + 1] - ways->first[t],
                              .n_sources = plan->network->populations[p].size};
      plan_table(plan, &tasks[t]);
    }
  }
  qsort(tasks, t, sizeof *tasks, by_size);
}

static loligo_status build_tables(builder *b, const assignment *tasks, size_t n)
{
  for (size_t t = 0; t < n; t++) {
    b->expected += tasks[t].expected;
    b->words += tasks[t].words;
  }
  b->later = b->words;
  LOLIGO_TRY(try_memory(b));
  for (size_t t = 0; t < n; t++) LOLIGO_TRY(build_table(b, &tasks[t]));
  return tell(b, 1);
}

static loligo_status build_from(builder *b, const synapses *synapses, const grouping *ways, size_t n_tables)
{
  assignment *tasks = memory_allocate(n_tables, sizeof *tasks, "synapse tables");
  if (!tasks) return LOLIGO_MACHINE_ERROR;
  assign(b->plan, synapses, ways, tasks);
  loligo_status status = build_tables(b, tasks, n_tables);
  memory_free(tasks);
  return status;
}

/* Groups the pathways by the table that they go into. */
static loligo_status group_ways(const connect_plan *plan, const synapses *synapses, size_t n_tables, grouping *ways)
{
  const fixed_point *format = plan->ports->format;
  size_t *table_of = memory_allocate(format->n_pathways, sizeof *table_of, "projections");
  if (!table_of) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < format->n_pathways; i++)
    table_of[i] = synapses->first[format->pathways[i].source] + (size_t)format->pathways[i].signal;
  loligo_status status = grouping_init(ways, format->n_pathways, table_of, n_tables, "projections");
  memory_free(table_of);
  return status;
}

static loligo_status build_all(builder *b, synapses *synapses)
{
  const size_t n_tables = synapses->first[b->plan->network->n_populations];
  grouping ways = {0};
  loligo_status status = group_ways(b->plan, synapses, n_tables, &ways);
  if (status == LOLIGO_OK) status = build_from(b, synapses, &ways, n_tables);
  grouping_free(&ways);
  synapses->n_synapses = b->n_synapses;
  synapses->max_load = largest_load(b);
  synapses->max_weight_error = b->drawer.max_error;
  return status;
}

loligo_status connect_build(const connect_plan *plan, synapses *synapses)
{
  LOLIGO_TRY(synapses_init(synapses, plan->network));
  builder b = {.plan = plan, .load = memory_allocate(plan->ports->n_narrow, sizeof *b.load, "sums of weights")};
  loligo_status status = b.load ? build_all(&b, synapses) : LOLIGO_MACHINE_ERROR;
  batch_drawer_free(&b.drawer);
  free_entries(&b.entries);
  memory_free(b.load);
  return status;
}

/* -- export -- */

typedef struct lister {
  builder *builder;
  size_t projection;
  loligo_synapse_sink sink;
  void *self;
} lister;

static double stored_weight(const batch_drawer *drawer, size_t k)
{
  const accumulator *sum = drawer->only ? drawer->only : &drawer->accumulators[drawer->sum[k]];
  return accumulator_value(sum, drawer->quanta[k]);
}

static loligo_status list_sink(void *self, const rule_batch *batch)
{
  const lister *list = self;
  batch_drawer *drawer = &list->builder->drawer;
  LOLIGO_TRY(batch_draw_delays(drawer, batch));
  LOLIGO_TRY(batch_draw_weights(drawer, batch));
  for (size_t k = 0; k < batch->n; k++) {
    uint64_t target = target_of(batch, k);
    if (target == RULE_ELSEWHERE) continue;
    loligo_synapse synapse = {.projection = list->projection,
                              .source = source_of(batch, k),
                              .target = list->builder->targets->index[target],
                              .weight = stored_weight(drawer, k),
                              .delay = drawer->steps[k]};
    LOLIGO_TRY(list->sink(list->self, &synapse));
  }
  return LOLIGO_OK;
}

loligo_status connect_list(const connect_plan *plan, size_t projection, loligo_synapse_sink sink, void *self)
{
  builder b = {.plan = plan};
  lister list = {&b, projection, sink, self};
  size_t i = 0;
  while (plan->ports->format->pathways[i].projection != projection) i++;
  loligo_status status = generate_pathway(&b, &plan->ports->format->pathways[i], list_sink, &list);
  batch_drawer_free(&b.drawer);
  return status;
}
