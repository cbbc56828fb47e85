/*
 * all_to_all: every source onto every target, once.
 */
#include "base/memory.h"
#include "network/rule/partners.h"
#include "network/rule/rule.h"

static loligo_status check(const rule_context *context)
{
  (void)context;
  return LOLIGO_OK;
}

static double expected(const rule_context *context)
{
  return (double)rule_sources_per_target(context) * (double)context->n_targets;
}

/* One array serves all targets: without autapses its entry i is source i before the target's own place and i + 1 from
 * there on. */
static loligo_status pass_on(const rule_context *context, rule_targets targets, uint64_t *source, rule_sink sink,
                             void *self)
{
  bool skip = rule_excludes_self(context);
  uint64_t n = rule_sources_per_target(context), before = 0;
  for (uint64_t i = 0; i < n; i++) source[i] = i + skip;
  for (uint64_t t = 0; t < targets.n; t++) {
    for (; skip && before < targets.index[t]; before++) source[before] = before;
    rule_batch batch = {.item = targets.index[t], .n = n, .source = source, .one_target = t};
    LOLIGO_TRY(sink(self, &batch));
  }
  return LOLIGO_OK;
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  if (rule_sources_per_target(context) == 0) return LOLIGO_OK;
  uint64_t *source = memory_allocate(context->n_sources, sizeof *source, "sources of all_to_all");
  if (!source) return LOLIGO_MACHINE_ERROR;
  loligo_status status = pass_on(context, targets, source, sink, self);
  memory_free(source);
  return status;
}

const rule rule_all_to_all = {.name = "all_to_all",
                              .summary = "every source onto every target",
                              .check = check,
                              .expected = expected,
                              .generate = generate};
