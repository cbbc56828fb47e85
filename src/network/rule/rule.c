/*
 * What every rule shares: its context, its random keys, and that it may be for some cells of the populations alone.
 */
#include "network/rule/rule.h"

#include "base/memory.h"
#include "base/param.h"
#include "network/mask.h"
#include "network/selection.h"

static uint64_t count_cells(const loligo_population *population, const loligo_selection *cells)
{
  return cells ? selection_count(cells) : population->size;
}

static bool are_same_cells(const loligo_projection *projection)
{
  if (projection->source != projection->target) return false;
  if (!projection->sources || !projection->targets) return projection->sources == projection->targets;
  return selection_equals(projection->sources, projection->targets);
}

rule_context rule_context_of(const loligo_network *network, const loligo_projection *projection)
{
  const loligo_population *target = &network->populations[projection->target];
  return (rule_context){.projection = projection,
                        .n_sources = count_cells(&network->populations[projection->source], projection->sources),
                        .n_targets = count_cells(target, projection->targets),
                        .same_population = are_same_cells(projection),
                        .source = &network->populations[projection->source],
                        .target = target,
                        .seed = network->seed};
}

random_key rule_key(const rule_context *context, random_purpose purpose)
{
  return random_key_make(context->seed, purpose, context->projection->name, context->target->name);
}

bool rule_spreads(const loligo_projection *projection)
{
  const rule *rule = projection->rule;
  return !rule->diagonal && !rule->lists_edges && !rule->is_local && !mask_is_local(projection);
}

bool rule_draws_distinct(const loligo_projection *projection)
{
  return projection->rule->draws_degrees || (projection->rule->argument_is_integer && !projection->multapses);
}

double rule_param(const loligo_projection *projection, const char *name)
{
  return param_named(projection->rule->params, projection->rule_params, name);
}

double rule_synapses_per_pair(const loligo_network *network, const loligo_projection *projection)
{
  const rule_context context = rule_context_of(network, projection);
  const double sources = (double)network->populations[projection->source].size;
  const double targets = (double)network->populations[projection->target].size;
  return sources > 0 && targets > 0 ? projection->rule->expected(&context) / (sources * targets) : 0;
}

/* -- some cells alone -- */

/* Between a rule, which numbers the selected cells, and a sink, which numbers those of the populations. */
typedef struct renumbering {
  const loligo_projection *projection;
  uint64_t *number;   /* [n] of each selected target, as the rule knows it; owned */
  uint64_t *position; /* [n] of the same in the targets that were asked for; owned */
  uint64_t n;
  uint64_t *source, *target; /* [capacity] of a batch; owned */
  size_t capacity;
  rule_sink sink;
  void *self;
} renumbering;

static loligo_status number_targets(renumbering *r, rule_targets targets)
{
  const loligo_selection *selected = r->projection->targets;
  r->number = memory_allocate(targets.n, sizeof *r->number, "selected targets");
  r->position = memory_allocate(targets.n, sizeof *r->position, "selected targets");
  if (!r->number || !r->position) return LOLIGO_MACHINE_ERROR;
  for (uint64_t t = 0; t < targets.n; t++) {
    if (selected && !selection_holds(selected, targets.index[t])) continue;
    r->number[r->n] = selected ? selection_before(selected, targets.index[t]) : targets.index[t];
    r->position[r->n++] = t;
  }
  return LOLIGO_OK;
}

/* Of a batch, which may number sources or targets together, as the sink knows them. */
static loligo_status renumber(void *self, const rule_batch *batch)
{
  renumbering *r = self;
  const memory_column columns[] = {{(void **)&r->source, sizeof *r->source}, {(void **)&r->target, sizeof *r->target}};
  rule_batch renumbered = *batch;
  LOLIGO_TRY(memory_grow_columns(columns, 2, &r->capacity, batch->n, "selected cells"));
  const loligo_selection *sources = r->projection->sources;
  if (batch->source) {
    for (size_t k = 0; k < batch->n; k++) r->source[k] = selection_cell_of(sources, batch->source[k]);
    renumbered.source = r->source;
  } else if (batch->n > 0) {
    renumbered.one_source = selection_cell_of(sources, batch->one_source);
  }
  if (batch->target) {
    for (size_t k = 0; k < batch->n; k++)
      r->target[k] = batch->target[k] == RULE_ELSEWHERE ? RULE_ELSEWHERE : r->position[batch->target[k]];
    renumbered.target = r->target;
  } else if (batch->n > 0) {
    renumbered.one_target = r->position[batch->one_target];
  }
  return r->sink(r->self, &renumbered);
}

static loligo_status generate_renumbered(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  renumbering r = {.projection = context->projection, .sink = sink, .self = self};
  loligo_status status = number_targets(&r, targets);
  if (status == LOLIGO_OK)
    status = context->projection->rule->generate(context, (rule_targets){r.number, r.n}, renumber, &r);
  memory_free(r.number);
  memory_free(r.position);
  memory_free(r.source);
  memory_free(r.target);
  return status;
}

loligo_status rule_generate(const loligo_network *network, const loligo_projection *projection, rule_targets targets,
                            rule_sink sink, void *self)
{
  const rule_context context = rule_context_of(network, projection);
  if (projection->sources || projection->targets) return generate_renumbered(&context, targets, sink, self);
  return projection->rule->generate(&context, targets, sink, self);
}
