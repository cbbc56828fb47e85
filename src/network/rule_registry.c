/*
 * The connection rules by name, and what every rule shares: its context and its random keys.
 */
#include <string.h>

#include "network/rule.h"
#include "network/rules.h"

static const rule *const RULES[] = {&rule_one_to_one,      &rule_all_to_all,         &rule_fixed_indegree,
                                    &rule_fixed_outdegree, &rule_fixed_total_number, &rule_pairwise_bernoulli,
                                    &rule_explicit};

enum { N_RULES = sizeof RULES / sizeof RULES[0] };

const rule *rule_at(size_t i)
{
  return i < N_RULES ? RULES[i] : NULL;
}

const rule *rule_find(const char *name)
{
  for (size_t i = 0; i < N_RULES; i++)
    if (strcmp(RULES[i]->name, name) == 0) return RULES[i];
  return NULL;
}

rule_context rule_context_of(const loligo_network *network, const loligo_projection *projection)
{
  const loligo_population *target = &network->populations[projection->target];
  return (rule_context){.projection = projection,
                        .n_sources = network->populations[projection->source].size,
                        .n_targets = target->size,
                        .same_population = projection->source == projection->target,
                        .target_name = target->name,
                        .seed = network->seed};
}

random_key rule_key(const rule_context *context, random_purpose purpose)
{
  return random_key_make(context->seed, purpose, context->projection->name, context->target_name);
}
