/*
 * one_to_one: source i onto target i.
 */
#include "network/rule/partners.h"
#include "network/rule/rule.h"

static loligo_status check(const rule_context *context)
{
  if (context->n_sources == context->n_targets) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "one_to_one needs populations of equal size, but the source has %llu cells and the target %llu",
                     (unsigned long long)context->n_sources, (unsigned long long)context->n_targets);
}

static double expected(const rule_context *context)
{
  return rule_excludes_self(context) ? 0 : (double)context->n_targets;
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  if (rule_excludes_self(context)) return LOLIGO_OK;
  for (uint64_t t = 0; t < targets.n; t++) {
    rule_batch batch = {.item = targets.index[t], .n = 1, .one_source = targets.index[t], .one_target = t};
    LOLIGO_TRY(sink(self, &batch));
  }
  return LOLIGO_OK;
}

const rule rule_one_to_one = {.name = "one_to_one",
                              .summary = "source i onto target i; the populations have equal sizes",
                              .diagonal = true,
                              .check = check,
                              .expected = expected,
                              .generate = generate};
