/*
 * What every rule shares: its context and its random keys.
 */
#include "network/rule/rule.h"

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
