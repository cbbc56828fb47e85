/*
 * Builds synapse rows, one signal of one source population after the other, in passes over the same generated synapses:
 * mark which sources have a row, count synapses per (row, delay, kind), lay the rows out, fill them. Nothing is stored
 * twice. Where the table of counts would be large against the synapses, it covers a window of the rows at a time and
 * the passes are repeated.
 */
#include "sim/connect.h"

#include <math.h>

#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/sample.h"
#include "network/rule.h"
#include "sim/batch.h"

enum { WIDE_KIND = PORT_BLOCKS, MANY_PER_SOURCE = 16, GROUP = 256, TELL_EVERY = 1 << 20, COUNTS_MIN_BYTES = 64 << 20 };

/** The synapses set off by one signal of one source population, under construction. A kind is a block of narrow
 * targets, or "wide". */
typedef struct builder {
  const connect_plan *plan;
  size_t source; /* population */
  int signal;
  row_table *table;
  uint64_t n_synapses; /* built so far */
  uint64_t *load;      /* [ports] sum of magnitudes in quanta that could arrive in one step */
  double expected;     /* synapses of all tables */
  double done, share;  /* of `expected`; what a synapse adds to it in one pass */
  uint64_t untold;     /* synapses since the observer was told */
  batch_drawer drawer;

  int8_t kind_of[PORT_BLOCKS + 1]; /* number of a block's kind; the last is that of wide synapses; -1: unused */
  unsigned block_of[PORT_BLOCKS + 1];
  unsigned n_kinds;
  int64_t first_delay, last_delay; /* steps */
  size_t n_slots;                  /* delays x kinds */
  uint32_t *counts;                /* [rows of the window][n_slots]; when filling, next free word within the row */
  uint64_t first_row, end_row;     /* the window */

  const pathway *way; /* being generated */
  const cell_group *targets;
  bool wide;
} builder;

static bool is_wide(const connect_plan *plan, const pathway *way)
{
  return way->wide || !port_blocks_fit(plan->ports);
}

static const loligo_projection *projection_of(const builder *b, const pathway *way)
{
  return &b->plan->network->projections[way->projection];
}

static bool is_from(const builder *b, const pathway *way)
{
  return way->source == b->source && way->signal == b->signal;
}

static loligo_status generate_pathway(builder *b, const pathway *way, rule_sink sink, void *self)
{
  const connect_plan *plan = b->plan;
  const loligo_projection *projection = projection_of(b, way);
  b->way = way;
  b->targets = &plan->cells->groups[way->target];
  b->wide = is_wide(plan, way);
  batch_drawer_bind(&b->drawer, plan->network, way, plan->format->quantum[way->target][way->receptor]);
  rule_context context = rule_context_of(plan->network, projection);
  rule_targets targets = {b->targets->index, b->targets->n};
  return projection->rule->generate(&context, targets, sink, self);
}

/* Generates all local synapses of the table, pathway by pathway. */
static loligo_status generate(builder *b, rule_sink sink)
{
  const fixed_point *format = b->plan->format;
  for (size_t i = 0; i < format->n_pathways; i++)
    if (is_from(b, &format->pathways[i])) LOLIGO_TRY(generate_pathway(b, &format->pathways[i], sink, b));
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
    if (target_of(batch, k) != RULE_ELSEWHERE) row_index_mark(&b->table->index, source_of(batch, k));
  return LOLIGO_OK;
}

static double expected_of(const builder *b, const pathway *way)
{
  rule_context context = rule_context_of(b->plan->network, projection_of(b, way));
  if (context.n_targets == 0) return 0;
  double local = (double)b->plan->cells->groups[way->target].n / (double)context.n_targets;
  return projection_of(b, way)->rule->expected(&context) * local;
}

static double expected_local(const builder *b)
{
  double sum = 0;
  const fixed_point *format = b->plan->format;
  for (size_t i = 0; i < format->n_pathways; i++)
    if (is_from(b, &format->pathways[i])) sum += expected_of(b, &format->pathways[i]);
  return sum;
}

static loligo_status index_rows(builder *b)
{
  row_index *index = &b->table->index;
  LOLIGO_TRY(row_index_init(index, b->plan->network->populations[b->source].size));
  if (expected_local(b) >= (double)MANY_PER_SOURCE * (double)index->n)
    row_index_mark_all(index);
  else
    LOLIGO_TRY(generate(b, mark_sink));
  row_index_seal(index);
  b->table->rows = memory_allocate(index->n_rows, sizeof *b->table->rows, "synapse rows");
  return b->table->rows ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* -- slots: every (delay, kind) that can occur -- */

static void include_kind(builder *b, unsigned kind)
{
  if (b->kind_of[kind] >= 0) return;
  b->block_of[b->n_kinds] = kind;
  b->kind_of[kind] = (int8_t)b->n_kinds++;
}

static void include_kinds(builder *b, const pathway *way)
{
  const cell_group *targets = &b->plan->cells->groups[way->target];
  if (is_wide(b->plan, way)) {
    include_kind(b, WIDE_KIND);
    return;
  }
  uint64_t first = port_block(b->plan->ports, way->receptor, targets->first_lid);
  uint64_t last = port_block(b->plan->ports, way->receptor, targets->first_lid + targets->n - 1);
  for (uint64_t block = first; block <= last; block++) include_kind(b, (unsigned)block);
}

static void include_delay(builder *b, double ms)
{
  int64_t steps = loligo_steps(ms, b->plan->network->dt);
  if (steps < 1) steps = 1;
  if (b->last_delay == 0 || steps < b->first_delay) b->first_delay = steps;
  if (steps > b->last_delay) b->last_delay = steps;
}

static void include_delays(builder *b, const loligo_projection *projection)
{
  for (uint64_t e = 0; e < projection->n_edges; e++) include_delay(b, projection->edges[e].delay);
  if (projection->n_edges) return;
  sample_range range = sample_bounds(&projection->delay);
  include_delay(b, range.low);
  include_delay(b, range.high);
}

static void plan_slots(builder *b)
{
  for (unsigned kind = 0; kind <= PORT_BLOCKS; kind++) b->kind_of[kind] = -1;
  b->n_kinds = 0;
  b->first_delay = b->last_delay = 0;
  for (size_t i = 0; i < b->plan->format->n_pathways; i++) {
    const pathway *way = &b->plan->format->pathways[i];
    if (!is_from(b, way) || expected_of(b, way) <= 0) continue;
    include_kinds(b, way);
    include_delays(b, projection_of(b, way));
  }
  b->n_slots = (size_t)(b->last_delay - b->first_delay + 1) * b->n_kinds;
}

/* -- counting and filling -- */

/** Where a synapse belongs. */
typedef struct place {
  size_t k;        /* of the batch */
  uint32_t *count; /* of its row and slot */
  uint32_t *word;  /* its row; when counts are known, where it is written */
} place;

static inline uint64_t lid_of(const builder *b, const rule_batch *batch, size_t k)
{
  return b->targets->first_lid + target_of(batch, k);
}

/* False for a synapse onto another rank's cell, or outside the window of rows. */
static inline bool locate(const builder *b, const rule_batch *batch, size_t k, place *place)
{
  if (target_of(batch, k) == RULE_ELSEWHERE) return false;
  uint64_t row = (uint64_t)row_index_find(&b->table->index, source_of(batch, k));
  if (row < b->first_row || row >= b->end_row) return false;
  unsigned kind = b->wide ? WIDE_KIND : (unsigned)port_block(b->plan->ports, b->way->receptor, lid_of(b, batch, k));
  size_t slot = (size_t)(b->drawer.steps[k] - b->first_delay) * b->n_kinds + (size_t)b->kind_of[kind];
  place->k = k;
  place->count = &b->counts[(row - b->first_row) * b->n_slots + slot];
  place->word = b->table->rows[row];
  return true;
}

/* Places the synapses first ... end - 1 of a batch and returns how many there are. Nearly every access to counts and to
 * rows misses the first caches: each loop over a group fetches ahead for the next one, into the second cache, since the
 * first has too few lines under way at a time. */
static size_t locate_group(const builder *b, const rule_batch *batch, size_t first, size_t end, place *places)
{
  size_t n = 0;
  for (size_t k = first; k < end; k++) {
    if (!locate(b, batch, k, &places[n])) continue;
    __builtin_prefetch(places[n++].count, 0, 2);
  }
  return n;
}

static inline size_t group_end(const rule_batch *batch, size_t first)
{
  return batch->n - first < GROUP ? batch->n : first + GROUP;
}

static loligo_status count_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(get_on(b, batch->n));
  LOLIGO_TRY(batch_draw_delays(&b->drawer, batch));
  place places[GROUP];
  for (size_t first = 0; first < batch->n; first += GROUP) {
    size_t n = locate_group(b, batch, first, group_end(batch, first), places);
    for (size_t i = 0; i < n; i++) ++*places[i].count;
  }
  return LOLIGO_OK;
}

static inline void write_synapse(builder *b, uint64_t lid, int32_t quanta, uint32_t *word)
{
  uint64_t port = port_number(b->plan->ports, b->way->receptor, lid);
  if (b->wide) {
    word[0] = (uint32_t)port;
    word[1] = (uint32_t)quanta;
  } else {
    word[0] = (uint32_t)(lid % BLOCK_PORTS) | (uint32_t)quanta << 16;
  }
  b->load[port] += (uint64_t)(quanta < 0 ? -(int64_t)quanta : quanta);
}

static void fill_group(builder *b, const rule_batch *batch, size_t first, size_t end)
{
  place places[GROUP];
  size_t n = locate_group(b, batch, first, end, places);
  for (size_t i = 0; i < n; i++) {
    places[i].word += *places[i].count;
    *places[i].count += 1u + b->wide;
    __builtin_prefetch(places[i].word, 0, 2);
  }
  for (size_t i = 0; i < n; i++) {
    size_t k = places[i].k;
    write_synapse(b, lid_of(b, batch, k), b->drawer.quanta[k], places[i].word);
  }
  if (b->way->channel == 0) b->n_synapses += n;
}

static loligo_status fill_sink(void *self, const rule_batch *batch)
{
  builder *b = self;
  LOLIGO_TRY(get_on(b, batch->n));
  LOLIGO_TRY(batch_draw_delays(&b->drawer, batch));
  LOLIGO_TRY(batch_draw_weights(&b->drawer, batch));
  for (size_t first = 0; first < batch->n; first += GROUP) fill_group(b, batch, first, group_end(batch, first));
  return LOLIGO_OK;
}

/* -- layout -- */

/* The segment of a slot, given the delay of the segment before; advances that delay. */
static segment slot_segment(const builder *b, size_t slot, uint32_t count, int64_t *delay)
{
  int64_t here = b->first_delay + (int64_t)(slot / b->n_kinds);
  unsigned kind = b->block_of[slot % b->n_kinds];
  segment s = {.count = count, .gap = (uint32_t)(here - *delay), .wide = kind == WIDE_KIND};
  s.block = s.wide ? 0 : kind;
  *delay = here;
  return s;
}

static const segment empty_row = {.gap = 1, .last = true};

static uint64_t row_words(const builder *b, const uint32_t *counts)
{
  uint64_t words = 0;
  int64_t delay = 0;
  for (size_t slot = 0; slot < b->n_slots; slot++) {
    if (!counts[slot]) continue;
    segment s = slot_segment(b, slot, counts[slot], &delay);
    words += segment_header_words(s.count, s.gap) + ((uint64_t)s.count << s.wide);
  }
  return words ? words : segment_header_words(empty_row.count, empty_row.gap);
}

/* Writes the headers of a row and turns its counts into the first free word of each slot; returns the end of the row.
 */
static uint32_t *lay_row(const builder *b, uint32_t *row, uint32_t *counts)
{
  size_t last = b->n_slots;
  for (size_t slot = 0; slot < b->n_slots; slot++)
    if (counts[slot]) last = slot;
  if (last == b->n_slots) return segment_write(row, &empty_row);
  uint32_t *at = row;
  int64_t delay = 0;
  for (size_t slot = 0; slot <= last; slot++) {
    if (!counts[slot]) continue;
    segment s = slot_segment(b, slot, counts[slot], &delay);
    s.last = slot == last;
    at = segment_write(at, &s);
    counts[slot] = (uint32_t)(at - row);
    at += (size_t)s.count << s.wide;
  }
  return at;
}

static loligo_status lay_out(builder *b)
{
  uint64_t n_rows = b->end_row - b->first_row, words = 0;
  for (uint64_t row = 0; row < n_rows; row++) words += row_words(b, b->counts + row * b->n_slots);
  uint32_t *chunk = memory_allocate(words, sizeof *chunk, "synapses");
  if (!chunk) return LOLIGO_MACHINE_ERROR;
  b->table->chunks[b->table->n_chunks++] = chunk;
  for (uint64_t row = 0; row < n_rows; row++) {
    b->table->rows[b->first_row + row] = chunk;
    chunk = lay_row(b, chunk, b->counts + row * b->n_slots);
  }
  return LOLIGO_OK;
}

/* -- driver -- */

static uint64_t window_rows(const builder *b)
{
  uint64_t n_rows = b->table->index.n_rows;
  double bytes = fmax(COUNTS_MIN_BYTES, expected_local(b));
  uint64_t window = (uint64_t)(bytes / (double)(b->n_slots * sizeof *b->counts));
  return window < 1 ? 1 : window > n_rows ? n_rows : window;
}

static loligo_status build_window(builder *b)
{
  b->counts = memory_allocate((b->end_row - b->first_row) * b->n_slots, sizeof *b->counts, "counting synapses");
  if (!b->counts) return LOLIGO_MACHINE_ERROR;
  loligo_status status = generate(b, count_sink);
  if (status == LOLIGO_OK) status = lay_out(b);
  if (status == LOLIGO_OK) status = generate(b, fill_sink);
  memory_free(b->counts);
  b->counts = NULL;
  return status;
}

static loligo_status build_table(builder *b)
{
  plan_slots(b);
  b->share = 0;
  if (b->n_kinds == 0) return LOLIGO_OK;
  LOLIGO_TRY(index_rows(b));
  uint64_t n_rows = b->table->index.n_rows;
  if (n_rows == 0) return LOLIGO_OK;
  uint64_t window = window_rows(b), n_windows = (n_rows + window - 1) / window;
  b->share = 0.5 / (double)n_windows;
  b->table->chunks = memory_allocate(n_windows, sizeof *b->table->chunks, "synapse rows");
  if (!b->table->chunks) return LOLIGO_MACHINE_ERROR;
  for (b->first_row = 0; b->first_row < n_rows; b->first_row = b->end_row) {
    b->end_row = b->first_row + window < n_rows ? b->first_row + window : n_rows;
    LOLIGO_TRY(build_window(b));
  }
  return LOLIGO_OK;
}

static loligo_status check_load(const connect_plan *plan, const uint64_t *load)
{
  for (uint64_t port = 0; port < port_count(plan->ports); port++)
    if (load[port] > INT32_MAX)
      return loligo_fail(LOLIGO_INPUT_ERROR, "the weights onto one cell could sum beyond 32-bit fixed point; narrow "
                                             "the range of the weights onto a receptor");
  return LOLIGO_OK;
}

/* Asks for all the memory that local synapses will take, and gives it back: what can never be held is refused before
 * any work. */
static loligo_status try_memory(builder *b)
{
  for (size_t i = 0; i < b->plan->format->n_pathways; i++) b->expected += expected_of(b, &b->plan->format->pathways[i]);
  void *all = memory_allocate((size_t)fmin(b->expected, 0x1p60), sizeof(uint32_t), "synapses");
  memory_free(all);
  return all ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status build_tables(builder *b, synapses *synapses)
{
  LOLIGO_TRY(try_memory(b));
  for (b->source = 0; b->source < b->plan->network->n_populations; b->source++) {
    for (b->signal = 0; b->signal < synapses_signals(synapses, b->source); b->signal++) {
      b->table = synapses_table(synapses, b->source, b->signal);
      LOLIGO_TRY(build_table(b));
    }
  }
  synapses->n_synapses = b->n_synapses;
  synapses->max_weight_error = b->drawer.max_error;
  LOLIGO_TRY(tell(b, 1));
  return check_load(b->plan, b->load);
}

loligo_status connect_build(const connect_plan *plan, synapses *synapses)
{
  builder b = {.plan = plan, .load = memory_allocate(port_count(plan->ports), sizeof *b.load, "sums of weights")};
  loligo_status status = b.load ? synapses_init(synapses, plan->network) : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) status = build_tables(&b, synapses);
  batch_drawer_free(&b.drawer);
  memory_free(b.load);
  return status;
}

/* -- export -- */

typedef struct lister {
  builder *builder;
  size_t projection;
  loligo_status (*sink)(void *self, const loligo_synapse *synapse);
  void *self;
} lister;

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
                              .weight = drawer->quanta[k] * drawer->quantum,
                              .delay = drawer->steps[k]};
    LOLIGO_TRY(list->sink(list->self, &synapse));
  }
  return LOLIGO_OK;
}

loligo_status connect_list(const connect_plan *plan, size_t projection,
                           loligo_status (*sink)(void *self, const loligo_synapse *synapse), void *self)
{
  builder b = {.plan = plan};
  lister list = {&b, projection, sink, self};
  size_t i = 0;
  while (plan->format->pathways[i].projection != projection) i++;
  loligo_status status = generate_pathway(&b, &plan->format->pathways[i], list_sink, &list);
  batch_drawer_free(&b.drawer);
  return status;
}
