/*
 * symmetric_pairwise_bernoulli: each pair of different cells of a population is connected in both directions with
 * probability p, or not at all. Both of them ask the same random number, keyed by the smaller and the larger number of
 * the two, so a rank asks all pairs of its targets: O(N^2) of them.
 */
#include "base/memory.h"
#include "network/rule/partners.h"
#include "network/rule/rule.h"

enum { AT_ONCE = 512 };

static const uint64_t MOST_CELLS = UINT64_C(1) << 32; /* two numbers in one of 64 bits */

static loligo_status check(const rule_context *context)
{
  LOLIGO_TRY(rule_check_probability(context));
  if (context->n_targets <= MOST_CELLS) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "symmetric_pairwise_bernoulli asks all pairs of at most 2^32 cells");
}

static double expected(const rule_context *context)
{
  const double n = (double)context->n_targets;
  return n > 1 ? context->projection->rule_argument * n * (n - 1) : 0;
}

typedef struct pairing {
  random_key key;
  double p;
  uint64_t *source; /* [cells] */
} pairing;

/* Adds those of up to AT_ONCE numbers from `from` on that a cell is connected with; returns how many there are then. */
static uint64_t choose(const pairing *pairing, uint64_t target, uint64_t from, size_t n, uint64_t n_chosen)
{
  uint64_t pair[AT_ONCE];
  uint32_t words[4 * AT_ONCE];
  for (size_t k = 0; k < n; k++) {
    const uint64_t source = from + k;
    pair[k] = source < target ? source << 32 | target : target << 32 | source;
  }
  random_blocks(pairing->key, 0, n, pair, AT_ONCE, words);
  for (size_t k = 0; k < n; k++) {
    pairing->source[n_chosen] = from + k;
    n_chosen += from + k != target && random_uniform_of(words[k], words[AT_ONCE + k]) < pairing->p;
  }
  return n_chosen;
}

static loligo_status pass_on(const rule_context *context, rule_targets targets, const pairing *pairing, rule_sink sink,
                             void *self)
{
  for (uint64_t t = 0; t < targets.n; t++) {
    uint64_t n = 0;
    for (uint64_t from = 0; from < context->n_sources; from += AT_ONCE) {
      const uint64_t left = context->n_sources - from;
      n = choose(pairing, targets.index[t], from, left < AT_ONCE ? (size_t)left : AT_ONCE, n);
    }
    rule_batch batch = {.item = targets.index[t], .n = n, .source = pairing->source, .one_target = t};
    if (n > 0) LOLIGO_TRY(sink(self, &batch));
  }
  return LOLIGO_OK;
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  pairing pairing = {.key = rule_key(context, RANDOM_PARTNER), .p = context->projection->rule_argument};
  pairing.source = memory_allocate(context->n_sources, sizeof *pairing.source, "sources of a target");
  if (!pairing.source) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = pass_on(context, targets, &pairing, sink, self);
  memory_free(pairing.source);
  return status;
}

const rule rule_symmetric_pairwise_bernoulli = {
    .name = "symmetric_pairwise_bernoulli",
    .argument = "p",
    .summary = "each pair of different cells of a population in both directions with probability p, or not at all; "
               "asks all pairs",
    .is_recurrent = true,
    .is_symmetric = true,
    .check = check,
    .expected = expected,
    .generate = generate};
