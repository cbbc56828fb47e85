/*
 * distance_bernoulli: every pair is connected with a probability that falls with the distance, independently.
 *
 * The decision about a pair is keyed by the projection, the target and the source alone. Only sources within reach of
 * the kernel and the mask are asked; a constant kernel without a mask asks all.
 */
#include <math.h>

#include "base/memory.h"
#include "network/kernel.h"
#include "network/rule/neighbors.h"
#include "network/rule/partners.h"
#include "network/rule/rule.h"

static double expected(const rule_context *context)
{
  const projection_space *space = context->projection->space;
  const bool is_possible = space->probability.at_zero > 0 && rule_sources_per_target(context) > 0;
  return is_possible && context->n_targets > 0 ? fmax(neighbors_pairs(context), 1) : 0;
}

typedef struct lister {
  const rule_context *context;
  neighbors *near;
  random_key key;
  uint64_t *source; /* [capacity] of the target */
  size_t n, capacity;
  rule_sink sink;
  void *self;
} lister;

/* Of the neighbours that were found, those that the pair's own random number connects. */
static void choose(lister *lister, uint64_t target)
{
  const neighbors *near = lister->near;
  double probability[PLACES_AT_ONCE];
  uint32_t words[4 * PLACES_AT_ONCE];
  kernel_values(&near->space->probability, near->n, near->distance, probability);
  random_blocks(lister->key, target, near->n, near->number, PLACES_AT_ONCE, words);
  for (size_t k = 0; k < near->n; k++) {
    lister->source[lister->n] = near->number[k];
    lister->n += random_uniform_of(words[k], words[PLACES_AT_ONCE + k]) < probability[k];
  }
}

static loligo_status list_target(lister *lister, uint64_t position, uint64_t target)
{
  lister->n = 0;
  neighbors_begin(lister->near, target);
  while (neighbors_next(lister->near)) {
    LOLIGO_TRY(memory_grow((void **)&lister->source, &lister->capacity, lister->n + lister->near->n,
                           sizeof *lister->source, "sources near targets"));
    choose(lister, target);
  }
  neighbors_sort(lister->source, lister->n);
  rule_batch batch = {.item = target, .n = lister->n, .source = lister->source, .one_target = position};
  return lister->n > 0 ? lister->sink(lister->self, &batch) : LOLIGO_OK;
}

static loligo_status pass_on(lister *lister, rule_targets targets)
{
  lister->near = neighbors_create(lister->context, targets);
  if (!lister->near) return LOLIGO_MACHINE_ERROR;
  for (uint64_t t = 0; t < targets.n; t++) LOLIGO_TRY(list_target(lister, t, targets.index[t]));
  return LOLIGO_OK;
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  lister lister = {.context = context, .key = rule_key(context, RANDOM_PARTNER), .sink = sink, .self = self};
  const loligo_status status = pass_on(&lister, targets);
  neighbors_destroy(lister.near);
  memory_free(lister.source);
  return status;
}

const rule rule_distance_bernoulli = {
    .name = "distance_bernoulli",
    .argument = "{gaussian: {p: 0.1, sigma: 100 um}}",
    .summary = "every pair with a probability by the distance: gaussian, exponential, linear or constant, see kernels; "
               "constant without a mask asks all pairs",
    .takes_mask = true,
    .takes_kernel = true,
    .check = neighbors_check,
    .expected = expected,
    .generate = generate};
