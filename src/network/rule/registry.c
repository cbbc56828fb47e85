/*
 * The connection rules: one line each.
 */
#include "network/rule/rule.h"

#define RULES(X)                                                                                                       \
  X(rule, one_to_one)                                                                                                  \
  X(rule, all_to_all)                                                                                                  \
  X(rule, fixed_indegree)                                                                                              \
  X(rule, fixed_outdegree)                                                                                             \
  X(rule, fixed_total_number)                                                                                          \
  X(rule, pairwise_bernoulli)                                                                                          \
  X(rule, symmetric_pairwise_bernoulli)                                                                                \
  X(rule, distance_bernoulli)                                                                                          \
  X(rule, small_world)                                                                                                 \
  X(rule, explicit)

REGISTRY(rule, "rule", RULES);
