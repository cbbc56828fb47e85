/*
 * fixed_total_number: N synapses, uniform over all allowed pairs, with replacement if multapses are allowed.
 *
 * The in-degrees follow a multinomial law (multivariate hypergeometric without multapses). A fixed binary tree over
 * the targets yields them without communication: each node splits its number between its halves by a binomial
 * (hypergeometric) variate keyed by the node, and a rank descends only to its own targets. All targets have the same
 * number of allowed sources, so what a node may hold is in proportion to its targets.
 */
#include "network/rule/partners.h"
#include "network/rule/rule.h"
#include "network/rule/target_tree.h"

typedef struct splitter {
  incoming incoming;
  rule_targets targets;
  random_key key;
  uint64_t sources; /* allowed per target */
} splitter;

static loligo_status check(const rule_context *context)
{
  LOLIGO_TRY(rule_check_count(context));
  double n = context->projection->rule_argument;
  double pairs = (double)rule_sources_per_target(context) * (double)context->n_targets;
  if (n > 0 && pairs == 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "fixed_total_number: %.17g, but there is no pair of cells to connect", n);
  if (n == 0 || context->projection->multapses) return LOLIGO_OK;
  if (n > pairs)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "fixed_total_number: %.17g without multapses, but there are only %.17g allowed pairs", n, pairs);
  if (pairs >= 0x1p53)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "fixed_total_number without multapses is limited to 2^53 pairs of cells; allow multapses");
  return LOLIGO_OK;
}

static double expected(const rule_context *context)
{
  return context->projection->rule_argument;
}

static uint64_t draw_left(const splitter *splitter, const branch *b)
{
  uint64_t n_left = branch_left_size(b);
  random_stream stream;
  random_stream_init(&stream, splitter->key, b->node, 0);
  if (splitter->incoming.context->projection->multapses)
    return random_stream_binomial(&stream, b->count, (double)n_left / (double)b->n);
  return random_stream_hypergeometric(&stream, b->n * splitter->sources, n_left * splitter->sources, b->count);
}

static loligo_status descend(splitter *splitter, branch b)
{
  if (b.count == 0 || b.local_n == 0) return LOLIGO_OK;
  if (b.n == 1) return incoming_draw(&splitter->incoming, b.local_first, b.first, b.count);

  branch left, right;
  branch_split(&b, splitter->targets, draw_left(splitter, &b), &left, &right);
  LOLIGO_TRY(descend(splitter, left));
  return descend(splitter, right);
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  splitter splitter = {
      .targets = targets, .key = rule_key(context, RANDOM_DEGREE), .sources = rule_sources_per_target(context)};
  branch root = {
      .node = 1, .n = context->n_targets, .count = (uint64_t)context->projection->rule_argument, .local_n = targets.n};
  loligo_status status = incoming_init(&splitter.incoming, context, !context->projection->multapses, sink, self);
  if (status == LOLIGO_OK) status = descend(&splitter, root);
  incoming_free(&splitter.incoming);
  return status;
}

const rule rule_fixed_total_number = {.name = "fixed_total_number",
                                      .argument = "N",
                                      .summary = "N synapses in all, uniform over the pairs of cells",
                                      .argument_is_integer = true,
                                      .check = check,
                                      .expected = expected,
                                      .generate = generate};
