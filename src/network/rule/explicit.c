/*
 * explicit: the listed edges with their weights and delays.
 */
#include <assert.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "network/edge_list.h"
#include "network/rule/partners.h"
#include "network/rule/rule.h"

static loligo_status check_edge(const rule_context *context, const loligo_edge *edge)
{
  unsigned long long source = edge->source, target = edge->target;
  if (edge->source >= context->n_sources)
    return loligo_fail(LOLIGO_INPUT_ERROR, "explicit: edge %llu,%llu has no source; the population has %llu cells",
                       source, target, (unsigned long long)context->n_sources);
  if (edge->target >= context->n_targets)
    return loligo_fail(LOLIGO_INPUT_ERROR, "explicit: edge %llu,%llu has no target; the population has %llu cells",
                       source, target, (unsigned long long)context->n_targets);
  if (edge->source == edge->target && rule_excludes_self(context))
    return loligo_fail(LOLIGO_INPUT_ERROR, "explicit: edge %llu,%llu is an autapse, but autapses is false", source,
                       target);
  return LOLIGO_OK;
}

static loligo_status check(const rule_context *context)
{
  const edge_list *list = context->projection->list;
  if (context->projection->multapses) return LOLIGO_OK;
  assert(list->is_here);
  for (uint64_t e = 1; e < list->n_here; e++) {
    const loligo_edge *edge = &list->here[e];
    if (edge->source != edge[-1].source || edge->target != edge[-1].target) continue;
    return loligo_fail(LOLIGO_INPUT_ERROR, "explicit: edge %llu,%llu is listed twice, but multapses is false",
                       (unsigned long long)edge->source, (unsigned long long)edge->target);
  }
  return LOLIGO_OK;
}

static double expected(const rule_context *context)
{
  return (double)context->projection->list->n;
}

/* First edge from `from` on whose target is at least `target`. */
static uint64_t find_target(const edge_list *list, uint64_t from, uint64_t target)
{
  if (from == list->n_here) return from;
  const loligo_edge *edges = list->here + from;
  return from + lower_bound_of_field(&edges->target, sizeof *edges, list->n_here - from, target);
}

/** Where the edges go, with scratch for the sources of one target. */
typedef struct lister {
  rule_sink sink;
  void *self;
  uint64_t *source;
  size_t capacity;
} lister;

static loligo_status pass_on(lister *lister, const loligo_edge *edges, uint64_t n, uint64_t position)
{
  if (n == 0) return LOLIGO_OK;
  LOLIGO_TRY(
      memory_grow((void **)&lister->source, &lister->capacity, n, sizeof *lister->source, "edges of one target"));
  for (uint64_t k = 0; k < n; k++) lister->source[k] = edges[k].source;
  rule_batch batch = {.item = edges->target, .n = n, .source = lister->source, .one_target = position, .edges = edges};
  return lister->sink(lister->self, &batch);
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  const edge_list *list = context->projection->list;
  lister lister = {.sink = sink, .self = self};
  assert(list->is_here);
  loligo_status status = LOLIGO_OK;
  uint64_t first = 0, last = 0;
  for (uint64_t t = 0; t < targets.n && status == LOLIGO_OK; t++) {
    first = find_target(list, last, targets.index[t]);
    last = find_target(list, first, targets.index[t] + 1);
    status = pass_on(&lister, list->here + first, last - first, t);
  }
  memory_free(lister.source);
  return status;
}

const rule rule_explicit = {
    .name = "explicit",
    .summary = "the edges of a CSV file with the header source,target,weight,delay (gap junctions: without delay), "
               "or of the edges.h5 of a result",
    .lists_edges = true,
    .check = check,
    .check_edge = check_edge,
    .expected = expected,
    .generate = generate};
