/*
 * A rank knows which sources it has rows of, and the decomposition whose cells they are: rows ask their owners.
 */
#include "sim/plasticity/source_states.h"

#include "base/ranked_items.h"

static const char WHAT[] = "states of plastic synapses";

static int owner_of(const plastic_table *table, const source_owners *owners, uint64_t source)
{
  return loligo_decomposition_rank(owners->decomposition, table->source, source);
}

/* That of the segment with the longest delay of a row. */
static source_state state_of_row(const plastic_table *table, uint64_t source)
{
  const int64_t row = row_index_find(&table->index, source);
  const plastic_segment *segment = &table->segments[table->row[row + 1] - 1];
  source_state state = {.source = source, .delay = segment->delay, .n = segment->n_last};
  state.stamp = segment->last - segment_act(table, segment, 0);
  for (size_t k = 0; k < plastic_table_values(table); k++) state.value[k] = segment->state[k];
  return state;
}

/* Not collective. */
static loligo_status rank_rows(const plastic_table *table, const source_owners *owners, ranked_items *rows)
{
  for (uint64_t source = 0; source < table->index.n; source++)
    if (row_index_has(&table->index, source)) rows->n[owner_of(table, owners, source)]++;
  LOLIGO_TRY(ranked_items_make_room(rows));
  for (uint64_t source = 0; source < table->index.n; source++)
    if (row_index_has(&table->index, source))
      *(source_state *)ranked_items_place(rows, owner_of(table, owners, source)) = state_of_row(table, source);
  return LOLIGO_OK;
}

static void keep_longest(const source_owners *owners, const ranked_items *asked, source_state *states)
{
  const source_state *items = asked->items;
  const uint64_t n = ranked_items_count(asked);
  for (uint64_t i = 0; i < n; i++) {
    source_state *own = &states[cell_group_lower_bound(owners->group, items[i].source)];
    if (items[i].delay > own->delay) *own = items[i];
  }
}

static void answer(const source_owners *owners, const ranked_items *asked, const source_state *states)
{
  source_state *items = asked->items;
  const uint64_t n = ranked_items_count(asked);
  for (uint64_t i = 0; i < n; i++) {
    const uint64_t source = items[i].source;
    items[i] = states[cell_group_lower_bound(owners->group, source)];
    items[i].source = source;
  }
}

static void set_row(const plastic_table *table, const source_state *state)
{
  const int64_t row = row_index_find(&table->index, state->source);
  for (uint32_t s = table->row[row]; state->n > 0 && s < table->row[row + 1]; s++) {
    plastic_segment *segment = &table->segments[s];
    segment->last = segment_act(table, segment, state->stamp);
    segment->n_last = (uint32_t)state->n;
    segment->is_saved = true;
    for (size_t k = 0; k < plastic_table_values(table); k++) segment->state[k] = state->value[k];
  }
}

static loligo_status begin(const plastic_table *table, const source_owners *owners, ranked_items *rows,
                           ranked_items *asked)
{
  const int ranks = owners->context->size;
  const loligo_status status = ranked_items_init(rows, ranks, sizeof(source_state), WHAT);
  LOLIGO_TRY(ranked_items_init(asked, ranks, sizeof(source_state), WHAT));
  return status == LOLIGO_OK ? rank_rows(table, owners, rows) : status;
}

/* Rows, and those of all ranks at the owners of their sources; both are to be freed, also after a failure. Collective.
 */
static loligo_status meet(const plastic_table *table, const source_owners *owners, ranked_items *rows,
                          ranked_items *asked)
{
  LOLIGO_TRY(loligo_agree(owners->context, begin(table, owners, rows, asked)));
  return ranked_items_hand_over(owners->context, rows, asked);
}

loligo_status source_states_gather(const plastic_table *table, const source_owners *owners, source_state *states)
{
  ranked_items rows, asked;
  const loligo_status status = meet(table, owners, &rows, &asked);
  for (uint64_t c = 0; c < owners->group->n; c++) states[c] = (source_state){.source = owners->group->index[c]};
  if (status == LOLIGO_OK) keep_longest(owners, &asked, states);
  ranked_items_free(&rows);
  ranked_items_free(&asked);
  return status;
}

static loligo_status give_back(const plastic_table *table, const source_owners *owners, const ranked_items *asked,
                               ranked_items *rows)
{
  const source_state *items = rows->items;
  LOLIGO_TRY(ranked_items_give_back(owners->context, asked, rows));
  const uint64_t n = ranked_items_count(rows);
  for (uint64_t i = 0; i < n; i++) set_row(table, &items[i]);
  return LOLIGO_OK;
}

loligo_status source_states_spread(const plastic_table *table, const source_owners *owners, const source_state *states)
{
  ranked_items rows, asked;
  loligo_status status = meet(table, owners, &rows, &asked);
  if (status == LOLIGO_OK) {
    answer(owners, &asked, states);
    status = give_back(table, owners, &asked, &rows);
  }
  ranked_items_free(&rows);
  ranked_items_free(&asked);
  return status;
}
