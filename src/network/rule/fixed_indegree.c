/*
 * fixed_indegree: K sources for every target, drawn uniformly, with replacement if multapses are allowed. With a mask
 * they are drawn among those that lie in it, which are listed in ascending order first.
 */
#include "base/memory.h"
#include "network/mask.h"
#include "network/projection.h"
#include "network/rule/neighbors.h"
#include "network/rule/partners.h"
#include "network/rule/rule.h"

static loligo_status check(const rule_context *context)
{
  LOLIGO_TRY(rule_check_count(context));
  uint64_t k = (uint64_t)context->projection->rule_argument, allowed = rule_sources_per_target(context);
  if (k == 0 || context->n_targets == 0) return LOLIGO_OK;
  if (allowed == 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "fixed_indegree: %llu, but there is no source to draw from",
                       (unsigned long long)k);
  if (mask_is_local(context->projection)) LOLIGO_TRY(neighbors_check(context));
  if (context->projection->multapses || k <= allowed) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "fixed_indegree: %llu without multapses, but a target has only %llu allowed sources",
                     (unsigned long long)k, (unsigned long long)allowed);
}

static double expected(const rule_context *context)
{
  return context->projection->rule_argument * (double)context->n_targets;
}

static loligo_status pass_on(incoming *incoming, rule_targets targets, uint64_t k)
{
  for (uint64_t t = 0; t < targets.n; t++) LOLIGO_TRY(incoming_draw(incoming, t, targets.index[t], k));
  return LOLIGO_OK;
}

/* -- in a mask -- */

typedef struct near_sources {
  neighbors *near;
  partners drawn;
  uint64_t *candidate; /* [n] sources that lie in the mask */
  size_t n, capacity;
} near_sources;

static loligo_status list_candidates(near_sources *sources, uint64_t target)
{
  sources->n = 0;
  neighbors_begin(sources->near, target);
  while (neighbors_next(sources->near)) {
    const neighbors *near = sources->near;
    LOLIGO_TRY(memory_grow((void **)&sources->candidate, &sources->capacity, sources->n + near->n,
                           sizeof *sources->candidate, "sources near targets"));
    for (size_t i = 0; i < near->n; i++) sources->candidate[sources->n++] = near->number[i];
  }
  neighbors_sort(sources->candidate, sources->n);
  return LOLIGO_OK;
}

static loligo_status check_candidates(const rule_context *context, uint64_t target, uint64_t n, uint64_t k)
{
  if (k <= n || (context->projection->multapses && n > 0)) return LOLIGO_OK;
  char projection[PROJECTION_TEXT_BYTES];
  projection_print(context->projection, projection);
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s onto %s: fixed_indegree: %llu, but the mask of target %llu holds %llu sources; widen it%s",
                     projection, context->target->name, (unsigned long long)k, (unsigned long long)target,
                     (unsigned long long)n, n > 0 ? " or allow multapses" : "");
}

static loligo_status draw_candidates(near_sources *sources, uint64_t target, uint64_t k)
{
  const partners_request request = {.item = target, .range = sources->n, .n = k, .except = PARTNERS_NOBODY};
  LOLIGO_TRY(partners_draw(&sources->drawn, &request));
  for (uint64_t i = 0; i < k; i++) sources->drawn.drawn[i] = sources->candidate[sources->drawn.drawn[i]];
  return LOLIGO_OK;
}

static loligo_status pass_on_near(const rule_context *context, rule_targets targets, near_sources *sources,
                                  rule_sink sink, void *self)
{
  const uint64_t k = (uint64_t)context->projection->rule_argument;
  sources->near = neighbors_create(context, targets);
  if (!sources->near) return LOLIGO_MACHINE_ERROR;
  for (uint64_t t = 0; t < targets.n && k > 0; t++) {
    LOLIGO_TRY(list_candidates(sources, targets.index[t]));
    LOLIGO_TRY(check_candidates(context, targets.index[t], sources->n, k));
    LOLIGO_TRY(draw_candidates(sources, targets.index[t], k));
    rule_batch batch = {.item = targets.index[t], .n = k, .source = sources->drawn.drawn, .one_target = t};
    LOLIGO_TRY(sink(self, &batch));
  }
  return LOLIGO_OK;
}

static loligo_status generate_near(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  near_sources sources = {.near = NULL};
  loligo_status status = partners_init(&sources.drawn, rule_key(context, RANDOM_PARTNER),
                                       !context->projection->multapses, context->n_sources);
  if (status == LOLIGO_OK) status = pass_on_near(context, targets, &sources, sink, self);
  partners_free(&sources.drawn);
  neighbors_destroy(sources.near);
  memory_free(sources.candidate);
  return status;
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  if (mask_is_local(context->projection)) return generate_near(context, targets, sink, self);
  incoming incoming;
  loligo_status status = incoming_init(&incoming, context, !context->projection->multapses, sink, self);
  if (status == LOLIGO_OK) status = pass_on(&incoming, targets, (uint64_t)context->projection->rule_argument);
  incoming_free(&incoming);
  return status;
}

const rule rule_fixed_indegree = {.name = "fixed_indegree",
                                  .argument = "K",
                                  .summary = "K sources for every target, drawn uniformly, of those in the mask",
                                  .argument_is_integer = true,
                                  .takes_mask = true,
                                  .check = check,
                                  .expected = expected,
                                  .generate = generate};
