/*
 * Rows: mark which sources have one, count the words of each bundle of rows, append all to a draft, which is then
 * sorted. Where a draft would be large it is made in turns, each of which generates all synapses.
 */
#include "base/memory.h"
#include "base/vector.h"
#include "sim/synapses/builder.h"

enum { MANY_PER_SOURCE = 16 };

/* -- which sources have a row -- */

static loligo_status mark_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(builder_get_on(b, batch->n));
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
    LOLIGO_TRY(builder_generate(b, false, mark_sink, 0));
  row_index_seal(&table->index);
  table->rows = memory_allocate(table->index.n_rows, sizeof *table->rows, "synapse rows");
  return table->rows ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* -- counting and filling -- */

static loligo_status count_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(builder_get_on(b, batch->n));
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

static void enter(entries *e, uint64_t row, uint32_t slot, uint32_t word)
{
  e->row[e->n] = row;
  e->slot[e->n] = slot;
  e->word[e->n++] = word;
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
  builder_add_load(b, batch);
}

static loligo_status fill_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(builder_get_on(b, batch->n));
  if (is_of_another_turn(b, batch)) return LOLIGO_OK;
  LOLIGO_TRY(batch_draw_delays(&b->drawer, batch));
  LOLIGO_TRY(batch_draw_weights(&b->drawer, batch));
  LOLIGO_TRY(append(b, batch));
  count_batch(b, batch);
  return LOLIGO_OK;
}

/* -- all passes -- */

static loligo_status map_slots(builder *b)
{
  b->slots = builder_slots(b->plan, b->task, b->task->packed.halves == 0, true);
  if (b->slots.n <= SLOTS_MAX) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "the delays from one population range from %g to %g ms, too far for dt = %g ms",
                     (double)b->slots.first_delay * b->plan->network->dt,
                     (double)b->slots.last_delay * b->plan->network->dt, b->plan->network->dt);
}

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
  loligo_status status = builder_generate(b, false, count_sink, COUNTING_SHARE);
  if (status == LOLIGO_OK) status = row_draft_init(&b->draft, table, &b->slots, &b->bundles, b->bundle_words, n_turns);
  memory_free(b->bundle_words);
  return status;
}

static loligo_status fill_rows(builder *b, unsigned n_turns)
{
  while (!row_draft_is_done(&b->draft)) {
    LOLIGO_TRY(builder_generate(b, false, fill_sink, (1 - COUNTING_SHARE) / n_turns));
    LOLIGO_TRY(row_draft_finish_turn(&b->draft));
  }
  return LOLIGO_OK;
}

loligo_status build_rows(builder *b)
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
