/*
 * Packed synapses: count those of each bucket of sources, then put each in its place.
 */
#include "sim/synapses/builder.h"

enum { PACKED_GROUP = 64 };

static loligo_status count_packed_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(builder_get_on(b, batch->n));
  for (size_t k = 0; k < batch->n; k++)
    if (target_of(batch, k) != RULE_ELSEWHERE) packed_count(&b->task->table->packed, source_of(batch, k));
  return LOLIGO_OK;
}

static packed_synapse packed_of(const builder *b, const rule_batch *batch, size_t k)
{
  const packed_rows *rows = &b->task->table->packed;
  const port_range *range = range_of(b, k);
  const uint64_t port = port_of_cell(range, target_of(batch, k));
  const unsigned block = (unsigned)port_block(range, port);
  return (packed_synapse){
      .port = port_in_block(range, port),
      .block = block,
      .tag = packed_tag(rows, source_of(batch, k), b->drawer.steps[k], (unsigned)b->slots.number_of[block]),
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
  LOLIGO_TRY(builder_get_on(b, batch->n));
  LOLIGO_TRY(batch_draw_delays(&b->drawer, batch));
  LOLIGO_TRY(batch_draw_weights(&b->drawer, batch));
  for (size_t first = 0; first < batch->n; first += PACKED_GROUP)
    put_packed(b, batch, first, first + PACKED_GROUP < batch->n ? first + PACKED_GROUP : batch->n);
  builder_add_load(b, batch);
  return LOLIGO_OK;
}

loligo_status build_packed(builder *b)
{
  const assignment *task = b->task;
  packed_rows *rows = &task->table->packed;
  b->slots = builder_slots(b->plan, task, true, false);
  LOLIGO_TRY(packed_init(rows, &task->packed, task->n_sources, &b->slots));
  bool anew;
  LOLIGO_TRY(builder_generate(b, true, count_packed_sink, COUNTING_SHARE));
  LOLIGO_TRY(packed_make_room(rows, &anew));
  if (anew) {
    LOLIGO_TRY(builder_generate(b, true, count_packed_sink, 0));
    LOLIGO_TRY(packed_make_room(rows, &anew));
  }
  return builder_generate(b, true, put_packed_sink, 1 - COUNTING_SHARE);
}
