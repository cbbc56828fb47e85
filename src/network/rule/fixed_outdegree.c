/*
 * fixed_outdegree: K targets for every source, drawn uniformly, with replacement if multapses are allowed.
 *
 * Where any pair is allowed any number of times, each of the N K synapses chooses among all targets by itself: so the
 * in-degrees follow a multinomial law, which a binary tree over the targets yields as in fixed_total_number, and given
 * them all orders in which synapses go to targets are equally likely. Synapse j of a random order belongs to source
 * j / K. A rank draws the in-degrees of its targets and looks at their parts of the order: its work is in proportion to
 * its own synapses, however many sources there are.
 *
 * Otherwise each source has a tree of its own over the targets that splits its K by binomial (hypergeometric) variates
 * keyed by (source, node), down to leaves of few targets or few synapses, where the targets themselves are drawn. A
 * rank descends only to where it has targets, so no rank need know the synapses of another, but it looks at all
 * sources.
 */
#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/random/permutation.h"
#include "network/rule/partners.h"
#include "network/rule/rule.h"
#include "network/rule/target_tree.h"

/* Whether each synapse may go anywhere whatever the others do. */
static bool is_free(const rule_context *context)
{
  return context->projection->multapses && !rule_excludes_self(context);
}

/* -- synapses that choose freely -- */

typedef struct dealer {
  const rule_context *context;
  rule_targets targets;
  rule_sink sink;
  void *self;
  random_key key;
  random_permutation order; /* of all synapses */
  uint64_t *source;         /* [capacity] */
  size_t capacity;
} dealer;

/* Below 2^53 the quotient of doubles is less than a whole number wherever the true one is. */
static void divide(size_t n, double divisor, uint64_t *number)
{
  for (size_t i = 0; i < n; i++) number[i] = (uint64_t)(int64_t)((double)(int64_t)number[i] / divisor);
}

static loligo_status deal(dealer *dealer, const branch *b)
{
  LOLIGO_TRY(memory_grow((void **)&dealer->source, &dealer->capacity, b->count, sizeof *dealer->source,
                         "sources of one target"));
  random_permutation_part(&dealer->order, b->before, b->count, dealer->source);
  divide(b->count, dealer->context->projection->rule_argument, dealer->source);
  const rule_batch batch = {.item = b->first, .n = b->count, .source = dealer->source, .one_target = b->local_first};
  return dealer->sink(dealer->self, &batch);
}

static loligo_status deal_below(dealer *dealer, branch b)
{
  if (b.count == 0 || b.local_n == 0) return LOLIGO_OK;
  if (b.n == 1) return deal(dealer, &b);
  random_stream stream;
  random_stream_init(&stream, dealer->key, b.node, 0);
  branch left, right;
  const double share = (double)branch_left_size(&b) / (double)b.n;
  branch_split(&b, dealer->targets, random_stream_binomial(&stream, b.count, share), &left, &right);
  LOLIGO_TRY(deal_below(dealer, left));
  return deal_below(dealer, right);
}

static uint64_t n_synapses(const rule_context *context)
{
  return (uint64_t)context->projection->rule_argument * context->n_sources;
}

static loligo_status deal_all(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  dealer dealer = {
      .context = context, .targets = targets, .sink = sink, .self = self, .key = rule_key(context, RANDOM_DEGREE)};
  const branch root = {.node = 1, .n = context->n_targets, .count = n_synapses(context), .local_n = targets.n};
  loligo_status status = random_permutation_init(&dealer.order, rule_key(context, RANDOM_PARTNER), root.count);
  if (status == LOLIGO_OK) status = deal_below(&dealer, root);
  random_permutation_free(&dealer.order);
  memory_free(dealer.source);
  return status;
}

/* -- sources that must not choose twice, or themselves -- */

enum { LEAF_TARGETS = 64, LEAF_SYNAPSES = 64, NODE_BLOCKS_LOG2 = 24 };

/* More than the number of any node of a source's tree. */
static uint64_t n_nodes(const rule_context *context)
{
  return 4 * (context->n_targets / LEAF_TARGETS + 1);
}

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
  bool contiguous = index[b->local_n - 1] - index[0] == b->local_n - 1;
  for (uint64_t k = 0; k < b->count; k++) {
    uint64_t target = b->first + walker->chosen.drawn[k];
    uint64_t l = contiguous ? target - index[0] : lower_bound(index, b->local_n, target);
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

static loligo_status walk_sources(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  walker walker = {.context = context,
                   .targets = targets,
                   .sink = sink,
                   .self = self,
                   .key = rule_key(context, RANDOM_DEGREE),
                   .n_nodes = n_nodes(context)};
  loligo_status status = partners_init(&walker.chosen, rule_key(context, RANDOM_PARTNER),
                                       !context->projection->multapses, context->n_targets);
  if (status == LOLIGO_OK) status = walk_all(&walker);
  memory_free(walker.position);
  partners_free(&walker.chosen);
  return status;
}

/* -- the rule -- */

static double expected(const rule_context *context)
{
  return context->projection->rule_argument * (double)context->n_sources;
}

static loligo_status check_total(const rule_context *context)
{
  if (expected(context) <= 0x1p53) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "fixed_outdegree: %g synapses are too many; take at most 2^53 in all",
                     expected(context));
}

/* Every node of every source needs a random item of its own. */
static loligo_status check_items(const rule_context *context)
{
  if (n_nodes(context) <= UINT64_MAX / context->n_sources) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "fixed_outdegree without multapses or autapses is limited to 2^68 pairs of cells; allow both");
}

static loligo_status check(const rule_context *context)
{
  LOLIGO_TRY(rule_check_count(context));
  uint64_t k = (uint64_t)context->projection->rule_argument, allowed = rule_targets_per_source(context);
  if (k == 0 || context->n_sources == 0) return LOLIGO_OK;
  if (allowed == 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "fixed_outdegree: %llu, but there is no target to draw from",
                       (unsigned long long)k);
  if (is_free(context)) return check_total(context);
  LOLIGO_TRY(check_items(context));
  if (context->projection->multapses || k <= allowed) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "fixed_outdegree: %llu without multapses, but a source has only %llu allowed targets",
                     (unsigned long long)k, (unsigned long long)allowed);
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  return (is_free(context) ? deal_all : walk_sources)(context, targets, sink, self);
}

const rule rule_fixed_outdegree = {.name = "fixed_outdegree",
                                   .argument = "K",
                                   .summary = "K targets for every source, drawn uniformly",
                                   .argument_is_integer = true,
                                   .check = check,
                                   .expected = expected,
                                   .generate = generate};
