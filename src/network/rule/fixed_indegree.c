/*
 * fixed_indegree: K sources for every target, drawn uniformly, with replacement if multapses are allowed.
 */
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

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  incoming incoming;
  loligo_status status = incoming_init(&incoming, context, !context->projection->multapses, sink, self);
  if (status == LOLIGO_OK) status = pass_on(&incoming, targets, (uint64_t)context->projection->rule_argument);
  incoming_free(&incoming);
  return status;
}

const rule rule_fixed_indegree = {.name = "fixed_indegree",
                                  .argument = "K",
                                  .summary = "K sources for every target, drawn uniformly",
                                  .argument_is_integer = true,
                                  .check = check,
                                  .expected = expected,
                                  .generate = generate};
