/*
 * fixed_outdegree: K targets for every source, drawn uniformly, with replacement if multapses are allowed.
 *
 * Each source has a fixed binary tree over the targets that splits its K by binomial (hypergeometric) variates keyed by
 * (source, node), down to leaves of few targets or few synapses, where the targets themselves are drawn. A rank
 * descends only to where it has targets, so no rank need know the synapses of another.
 */
#include "base/memory.h"
#include "network/rule/partners.h"
#include "network/rule/rule.h"
#include "network/rule/target_tree.h"

enum { LEAF_TARGETS = 64, LEAF_SYNAPSES = 64, NODE_BLOCKS_LOG2 = 24 };

typedef struct walker {
  const rule_context *context;
  rule_targets targets;
  rule_sink sink;
  void *self;
  random_key key;
  uint64_t source;    /* whose tree is walked */
  uint64_t n_nodes;   /* more than any node's number */
  partners chosen;    /* targets within a leaf */
  uint64_t *position; /* [capacity] of the chosen in rule_targets */
  size_t capacity;
} walker;

static loligo_status check(const rule_context *context)
{
  LOLIGO_TRY(rule_check_count(context));
  uint64_t k = (uint64_t)context->projection->rule_argument, allowed = rule_targets_per_source(context);
  if (k == 0 || context->n_sources == 0) return LOLIGO_OK;
  if (allowed == 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "fixed_outdegree: %llu, but there is no target to draw from",
                       (unsigned long long)k);
  if (context->projection->multapses || k <= allowed) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "fixed_outdegree: %llu without multapses, but a source has only %llu allowed targets",
                     (unsigned long long)k, (unsigned long long)allowed);
}

static double expected(const rule_context *context)
{
  return context->projection->rule_argument * (double)context->n_sources;
}

static bool holds_source(const walker *walker, uint64_t first, uint64_t n)
{
  return rule_excludes_self(walker->context) && walker->source >= first && walker->source - first < n;
}

/* Targets that the source may have in a range. */
static uint64_t allowed(const walker *walker, uint64_t first, uint64_t n)
{
  return n - holds_source(walker, first, n);
}

static uint64_t draw_left(const walker *walker, const branch *b)
{
  uint64_t all = allowed(walker, b->first, b->n), left = allowed(walker, b->first, branch_left_size(b));
  random_stream stream;
  random_stream_init(&stream, walker->key, walker->source, b->node << NODE_BLOCKS_LOG2);
  if (walker->context->projection->multapses)
    return random_stream_binomial(&stream, b->count, (double)left / (double)all);
  return random_stream_hypergeometric(&stream, all, left, b->count);
}

/* Replaces indices of targets by their positions among ours. */
static void locate(const walker *walker, const branch *b, uint64_t *position)
{
  const uint64_t *index = walker->targets.index + b->local_first;
  rule_targets local = {index, b->local_n};
  bool contiguous = index[b->local_n - 1] - index[0] == b->local_n - 1;
  for (uint64_t k = 0; k < b->count; k++) {
    uint64_t target = b->first + walker->chosen.drawn[k];
    uint64_t l = contiguous ? target - index[0] : rule_targets_lower_bound(local, target);
    position[k] = l < b->local_n && index[l] == target ? b->local_first + l : RULE_ELSEWHERE;
  }
}

static loligo_status pass_on(walker *walker, const branch *b)
{
  uint64_t item = walker->source * walker->n_nodes + b->node;
  partners_request request = {.item = item,
                              .range = b->n,
                              .n = b->count,
                              .except =
                                  holds_source(walker, b->first, b->n) ? walker->source - b->first : PARTNERS_NOBODY};
  LOLIGO_TRY(partners_draw(&walker->chosen, &request));
  LOLIGO_TRY(memory_grow((void **)&walker->position, &walker->capacity, b->count, sizeof *walker->position,
                         "targets of one source"));
  locate(walker, b, walker->position);
  rule_batch batch = {.item = item, .n = b->count, .target = walker->position, .one_source = walker->source};
  return walker->sink(walker->self, &batch);
}

static loligo_status descend(walker *walker, branch b)
{
  if (b.count == 0 || b.local_n == 0) return LOLIGO_OK;
  if (b.n <= LEAF_TARGETS || b.count <= LEAF_SYNAPSES) return pass_on(walker, &b);

  branch left, right;
  branch_split(&b, walker->targets, draw_left(walker, &b), &left, &right);
  LOLIGO_TRY(descend(walker, left));
  return descend(walker, right);
}

static loligo_status walk_all(walker *walker)
{
  branch root = {.node = 1,
                 .n = walker->context->n_targets,
                 .count = (uint64_t)walker->context->projection->rule_argument,
                 .local_n = walker->targets.n};
  for (walker->source = 0; walker->source < walker->context->n_sources; walker->source++)
    LOLIGO_TRY(descend(walker, root));
  return LOLIGO_OK;
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  walker walker = {.context = context,
                   .targets = targets,
                   .sink = sink,
                   .self = self,
                   .key = rule_key(context, RANDOM_DEGREE),
                   .n_nodes = 4 * (context->n_targets / LEAF_TARGETS + 1)};
  loligo_status status = partners_init(&walker.chosen, rule_key(context, RANDOM_PARTNER),
                                       !context->projection->multapses, context->n_targets);
  if (status == LOLIGO_OK) status = walk_all(&walker);
  memory_free(walker.position);
  partners_free(&walker.chosen);
  return status;
}

const rule rule_fixed_outdegree = {.name = "fixed_outdegree",
                                   .argument = "K",
                                   .summary = "K targets for every source, drawn uniformly",
                                   .argument_is_integer = true,
                                   .check = check,
                                   .expected = expected,
                                   .generate = generate};
