/** A fixed binary tree over the cells of a target population, down which counts of synapses are split. Not collective.
 */
#ifndef LOLIGO_NETWORK_RULE_TARGET_TREE_H
#define LOLIGO_NETWORK_RULE_TARGET_TREE_H

#include "network/rule/rule.h"

/** A node: targets first ... first + n - 1, of which `local_n` are ours, with `count` synapses onto all of them. */
typedef struct branch {
  uint64_t node; /* heap number: 1 is the root, 2 * node and 2 * node + 1 are the children */
  uint64_t first, n, count;
  uint64_t before;               /* synapses onto targets before `first` */
  uint64_t local_first, local_n; /* positions in rule_targets */
} branch;

/** Targets in the left half of a node; the right has as many or one more. */
static inline uint64_t branch_left_size(const branch *b)
{
  return b->n / 2;
}

/** The children, of which the left has `count_left` of the synapses. */
void branch_split(const branch *b, rule_targets targets, uint64_t count_left, branch *left, branch *right);

#endif
