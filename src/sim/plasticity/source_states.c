/*
 * A rank knows which sources it has rows of, and the decomposition whose cells they are: rows ask their owners.
 */
#include "sim/plasticity/source_states.h"

#include "base/comm.h"
#include "base/memory.h"

static const char WHAT[] = "states of plastic synapses";

/** The states of a table's rows, or of the cells that others have rows of, ordered by rank. */
typedef struct ranked_states {
  source_state *items; /* [sum of n] */
  uint64_t *n;         /* [ranks] */
} ranked_states;

static void ranked_states_free(ranked_states *ranked)
{
  memory_free(ranked->items);
  memory_free(ranked->n);
}

static loligo_status ranked_states_init(ranked_states *ranked, int ranks)
{
  *ranked = (ranked_states){.n = memory_allocate((size_t)ranks, sizeof *ranked->n, WHAT)};
  return ranked->n ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status ranked_states_reserve(ranked_states *ranked, int ranks)
{
  uint64_t n = 0;
  for (int r = 0; r < ranks; r++) n += ranked->n[r];
  ranked->items = memory_allocate(n, sizeof *ranked->items, WHAT);
  return ranked->items ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

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

static void place_rows(const plastic_table *table, const source_owners *owners, uint64_t *next, source_state *items)
{
  for (uint64_t source = 0; source < table->index.n; source++)
    if (row_index_has(&table->index, source))
      items[next[owner_of(table, owners, source)]++] = state_of_row(table, source);
}

/* Not collective. */
static loligo_status rank_rows(const plastic_table *table, const source_owners *owners, ranked_states *rows)
{
  const int ranks = owners->context->size;
  LOLIGO_TRY(ranked_states_init(rows, ranks));
  for (uint64_t source = 0; source < table->index.n; source++)
    if (row_index_has(&table->index, source)) rows->n[owner_of(table, owners, source)]++;
  LOLIGO_TRY(ranked_states_reserve(rows, ranks));
  uint64_t *next = memory_allocate((size_t)ranks, sizeof *next, WHAT);
  if (!next) return LOLIGO_MACHINE_ERROR;
  for (int r = 1; r < ranks; r++) next[r] = next[r - 1] + rows->n[r - 1];
  place_rows(table, owners, next, rows->items);
  memory_free(next);
  return LOLIGO_OK;
}

/* Hands the rows to the owners of their sources. Collective. */
static loligo_status hand_over(const source_owners *owners, ranked_states *rows, ranked_states *asked)
{
  const loligo_context *context = owners->context;
  LOLIGO_TRY(loligo_agree(context, ranked_states_init(asked, context->size)));
  comm_swap_counts(context, rows->n, asked->n);
  LOLIGO_TRY(loligo_agree(context, ranked_states_reserve(asked, context->size)));
  return comm_swap(context, sizeof *rows->items, (comm_items){rows->items, rows->n},
                   (comm_items){asked->items, asked->n});
}

static uint64_t count(const ranked_states *ranked, int ranks)
{
  uint64_t n = 0;
  for (int r = 0; r < ranks; r++) n += ranked->n[r];
  return n;
}

static void keep_longest(const source_owners *owners, const ranked_states *asked, source_state *states)
{
  const uint64_t n = count(asked, owners->context->size);
  for (uint64_t i = 0; i < n; i++) {
    source_state *own = &states[cell_group_lower_bound(owners->group, asked->items[i].source)];
    if (asked->items[i].delay > own->delay) *own = asked->items[i];
  }
}

static void answer(const source_owners *owners, ranked_states *asked, const source_state *states)
{
  const uint64_t n = count(asked, owners->context->size);
  for (uint64_t i = 0; i < n; i++) {
    source_state *item = &asked->items[i];
    const uint64_t source = item->source;
    *item = states[cell_group_lower_bound(owners->group, source)];
    item->source = source;
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

/* Rows, and those of all ranks at the owners of their sources; both are to be freed, also after a failure. Collective.
 */
static loligo_status meet(const plastic_table *table, const source_owners *owners, ranked_states *rows,
                          ranked_states *asked)
{
  *asked = (ranked_states){0};
  LOLIGO_TRY(loligo_agree(owners->context, rank_rows(table, owners, rows)));
  return hand_over(owners, rows, asked);
}

loligo_status source_states_gather(const plastic_table *table, const source_owners *owners, source_state *states)
{
  ranked_states rows, asked;
  const loligo_status status = meet(table, owners, &rows, &asked);
  for (uint64_t c = 0; c < owners->group->n; c++) states[c] = (source_state){.source = owners->group->index[c]};
  if (status == LOLIGO_OK) keep_longest(owners, &asked, states);
  ranked_states_free(&rows);
  ranked_states_free(&asked);
  return status;
}

static loligo_status give_back(const plastic_table *table, const source_owners *owners, const ranked_states *asked,
                               ranked_states *rows)
{
  LOLIGO_TRY(comm_swap(owners->context, sizeof *rows->items, (comm_items){asked->items, asked->n},
                       (comm_items){rows->items, rows->n}));
  const uint64_t n = count(rows, owners->context->size);
  for (uint64_t i = 0; i < n; i++) set_row(table, &rows->items[i]);
  return LOLIGO_OK;
}

loligo_status source_states_spread(const plastic_table *table, const source_owners *owners, const source_state *states)
{
  ranked_states rows, asked;
  loligo_status status = meet(table, owners, &rows, &asked);
  if (status == LOLIGO_OK) {
    answer(owners, &asked, states);
    status = give_back(table, owners, &asked, &rows);
  }
  ranked_states_free(&rows);
  ranked_states_free(&asked);
  return status;
}
