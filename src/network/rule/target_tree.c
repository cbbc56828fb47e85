/*
 * Children of a node: halves of its targets, with those of them that are ours.
 */
#include "network/rule/target_tree.h"

#include "base/lower_bound.h"

void branch_split(const branch *b, rule_targets targets, uint64_t count_left, branch *left, branch *right)
{
  uint64_t n_left = branch_left_size(b);
  uint64_t local_left = lower_bound(targets.index + b->local_first, b->local_n, b->first + n_left);
  *left = (branch){.node = 2 * b->node,
                   .first = b->first,
                   .n = n_left,
                   .count = count_left,
                   .before = b->before,
                   .local_first = b->local_first,
                   .local_n = local_left};
  *right = (branch){.node = 2 * b->node + 1,
                    .first = b->first + n_left,
                    .n = b->n - n_left,
                    .count = b->count - count_left,
                    .before = b->before + count_left,
                    .local_first = b->local_first + local_left,
                    .local_n = b->local_n - local_left};
}
