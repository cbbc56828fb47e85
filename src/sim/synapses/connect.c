/*
 * Builds the synapses table by table, each one signal of one source population, in passes over the same generated
 * synapses. Nothing is stored twice, and of what is needed only while a table is built there is least where the largest
 * table comes first.
 */
#include "sim/synapses/connect.h"

#include <math.h>
#include <stdlib.h>

#include "base/grouping.h"
#include "base/least.h"
#include "base/memory.h"
#include "sim/synapses/builder.h"

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
  const slot_map slots = builder_slots(plan, task, true, false);
  table_load load = {.n_sources = task->n_sources,
                     .n_delays = slots.n ? (uint64_t)(slots.last_delay - slots.first_delay + 1) : 0,
                     .n_blocks = slots.n_kinds};
  for (size_t i = 0; i < task->n_ways; i++) {
    const pathway *way = builder_way(plan, task, i);
    *(ports_are_wide(plan->ports, way) ? &load.wide : &load.narrow) += builder_expected(plan, way);
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
  return builder_tell(b, 1);
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

static loligo_status build_all(builder *b, synapses *synapses)
{
  const size_t n_tables = synapses->first[b->plan->network->n_populations];
  grouping ways = {0};
  loligo_status status = synapses_group_ways(synapses, b->plan->ports->format, &ways);
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
  memory_free(b.entries.row);
  memory_free(b.entries.slot);
  memory_free(b.entries.word);
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
                              .weight_now = stored_weight(drawer, k),
                              .delay = drawer->steps[k]};
    LOLIGO_TRY(list->sink(list->self, &synapse));
  }
  return LOLIGO_OK;
}

loligo_status connect_list(const connect_plan *plan, size_t projection, loligo_synapse_sink sink, void *self)
{
  builder b = {.plan = plan};
  lister list = {&b, projection, sink, self};
  size_t i = least(projection, plan->ports->format->n_pathways); /* most of those before it have one pathway at least */
  while (i > 0 && plan->ports->format->pathways[i - 1].projection >= projection) i--;
  while (plan->ports->format->pathways[i].projection != projection) i++;
  loligo_status status = builder_generate_pathway(&b, &plan->ports->format->pathways[i], list_sink, &list);
  batch_drawer_free(&b.drawer);
  return status;
}
