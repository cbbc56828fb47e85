/** The rules that rule_registry.c lists; each is defined in rule_NAME.c. */
#ifndef LOLIGO_NETWORK_RULES_H
#define LOLIGO_NETWORK_RULES_H

#include "network/rule.h"

extern const rule rule_one_to_one, rule_all_to_all, rule_fixed_indegree, rule_fixed_outdegree, rule_fixed_total_number,
    rule_pairwise_bernoulli, rule_explicit;

/** INPUT unless both ends of an edge exist and it is no autapse where these are not allowed. */
loligo_status rule_explicit_check_edge(const rule_context *context, const loligo_edge *edge);

#endif
