/*
 * pairwise_bernoulli: every allowed pair is connected with probability p, independently.
 *
 * The in-degree of a target is binomial, and given it all subsets of sources are equally likely: so a target draws its
 * in-degree, then that many distinct sources.
 */
#include "network/rule/partners.h"
#include "network/rule/rule.h"

static double expected(const rule_context *context)
{
  return context->projection->rule_argument * (double)rule_sources_per_target(context) * (double)context->n_targets;
}

static loligo_status pass_on(incoming *incoming, rule_targets targets)
{
  random_key key = rule_key(incoming->context, RANDOM_DEGREE);
  double p = incoming->context->projection->rule_argument;
  for (uint64_t t = 0; t < targets.n; t++) {
    random_stream stream;
    random_stream_init(&stream, key, targets.index[t], 0);
    uint64_t degree = random_stream_binomial(&stream, rule_sources_per_target(incoming->context), p);
    LOLIGO_TRY(incoming_draw(incoming, t, targets.index[t], degree));
  }
  return LOLIGO_OK;
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  incoming incoming;
  loligo_status status = incoming_init(&incoming, context, true, sink, self);
  if (status == LOLIGO_OK) status = pass_on(&incoming, targets);
  incoming_free(&incoming);
  return status;
}

const rule rule_pairwise_bernoulli = {.name = "pairwise_bernoulli",
                                      .argument = "p",
                                      .draws_degrees = true,
                                      .summary = "every pair with probability p",
                                      .check = rule_check_probability,
                                      .expected = expected,
                                      .generate = generate};
