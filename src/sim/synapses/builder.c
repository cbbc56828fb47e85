/*
 * Generating the synapses of a table, again and again: every pass gets the same ones.
 */
#include "sim/synapses/builder.h"

#include "base/grid.h"
#include "base/heartbeat.h"
#include "network/projection.h"

enum { TELL_EVERY = 1 << 20 };

static const loligo_projection *projection_of(const connect_plan *plan, const pathway *way)
{
  return &plan->network->projections[way->projection];
}

const pathway *builder_way(const connect_plan *plan, const assignment *task, size_t i)
{
  return &plan->ports->format->pathways[task->ways[i]];
}

/* -- what can occur -- */

double builder_expected(const connect_plan *plan, const pathway *way)
{
  const rule_context context = rule_context_of(plan->network, projection_of(plan, way));
  const uint64_t size = plan->network->populations[way->target].size;
  if (size == 0) return 0;
  const double local = (double)plan->cells->groups[way->target].n / (double)size;
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

slot_map builder_slots(const connect_plan *plan, const assignment *task, bool narrow, bool wide)
{
  slot_map slots = slot_map_empty();
  for (size_t i = 0; i < task->n_ways; i++) {
    const pathway *way = builder_way(plan, task, i);
    const bool is_wanted = ports_are_wide(plan->ports, way) ? wide : narrow;
    if (is_wanted && builder_expected(plan, way) > 0) include_way(&slots, plan, way);
  }
  return slots;
}

/* -- passes -- */

loligo_status builder_generate_pathway(builder *b, const pathway *way, rule_sink sink, void *self)
{
  const connect_plan *plan = b->plan;
  const loligo_projection *projection = projection_of(plan, way);
  b->way = way;
  b->targets = &plan->cells->groups[way->target];
  b->wide = ports_are_wide(plan->ports, way);
  batch_drawer_bind(&b->drawer, plan->network, way, plan->ports->format, b->targets->index);
  const rule_targets targets = {b->targets->index, b->targets->n};
  return rule_generate(plan->network, projection, targets, sink, self);
}

static bool is_packed(const connect_plan *plan, const assignment *task, const pathway *way)
{
  return task->packed.halves && !ports_are_wide(plan->ports, way);
}

loligo_status builder_generate(builder *b, bool packed, rule_sink sink, double share)
{
  b->share = share;
  for (size_t i = 0; i < b->task->n_ways; i++)
    if (is_packed(b->plan, b->task, builder_way(b->plan, b->task, i)) == packed)
      LOLIGO_TRY(builder_generate_pathway(b, builder_way(b->plan, b->task, i), sink, b));
  return LOLIGO_OK;
}

loligo_status builder_tell(builder *b, double fraction)
{
  heartbeat_doing("builds synapses");
  b->untold = 0;
  const loligo_build_observer *observer = b->plan->observer;
  return observer ? observer->progress(observer->self, fraction < 1 ? fraction : 1) : LOLIGO_OK;
}

loligo_status builder_get_on(builder *b, size_t n)
{
  b->done += (double)n * b->share;
  b->untold += n;
  return b->untold < TELL_EVERY ? LOLIGO_OK : builder_tell(b, b->done / b->expected);
}

/* -- sums of weights -- */

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

void builder_add_load(builder *b, const rule_batch *batch)
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
