/*
 * small_world: the ring of Watts & Strogatz (1998, 10.1038/30918), directed. Target i has as sources its K nearest on
 * the ring of numbers, i - K/2 ... i + K/2; each of them is, with probability `rewire`, another cell, drawn uniformly
 * among those that are neither the target nor a source of it.
 */
#include <math.h>

#include "base/memory.h"
#include "network/rule/neighbors.h"
#include "network/rule/partners.h"
#include "network/rule/rule.h"

static const char NEIGHBORS[] = "neighbors", REWIRE[] = "rewire";

static const loligo_param params[] = {
    {NEIGHBORS, LOLIGO_PARAM_INTEGER, "", NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL,
     "K, the sources of every cell: even, fewer than cells", 0},
    LOLIGO_REAL_ROW(REWIRE, "", "0", LOLIGO_RANGE_FRACTION, "probability that one of them is another cell"),
};

static loligo_status check(const rule_context *context)
{
  const double k = rule_param(context->projection, NEIGHBORS), half = k / 2;
  if (half != floor(half))
    return loligo_fail(LOLIGO_INPUT_ERROR, "neighbors must be even, half on either side, not %g", k);
  if (k == 0 || k < (double)context->n_targets) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "neighbors %g are not fewer than the %llu cells", k,
                     (unsigned long long)context->n_targets);
}

static double expected(const rule_context *context)
{
  return rule_param(context->projection, NEIGHBORS) * (double)context->n_targets;
}

/** A ring; scratch space included. */
typedef struct ring {
  random_key key;
  uint64_t n, k; /* cells, sources of each */
  double rewire;
  uint64_t *source; /* [k] of a target */
} ring;

static bool is_source(const ring *ring, uint64_t cell)
{
  for (uint64_t i = 0; i < ring->k; i++)
    if (ring->source[i] == cell) return true;
  return false;
}

/* Each end has its own random numbers, so that how often one is redrawn changes no other. */
static void rewire_one(const ring *ring, uint64_t target, uint64_t i)
{
  random_stream stream;
  random_stream_init(&stream, ring->key, target, i << 32);
  if (ring->n <= ring->k + 1 || random_stream_uniform(&stream) >= ring->rewire) return;
  uint64_t other;
  do other = random_stream_index(&stream, ring->n);
  while (other == target || is_source(ring, other));
  ring->source[i] = other;
}

static void find_sources(const ring *ring, uint64_t target)
{
  const uint64_t half = ring->k / 2;
  for (uint64_t i = 0; i < half; i++) {
    ring->source[2 * i] = (target + ring->n - i - 1) % ring->n;
    ring->source[2 * i + 1] = (target + i + 1) % ring->n;
  }
  for (uint64_t i = 0; i < ring->k; i++) rewire_one(ring, target, i);
  neighbors_sort(ring->source, ring->k);
}

static loligo_status generate(const rule_context *context, rule_targets targets, rule_sink sink, void *self)
{
  ring ring = {.key = rule_key(context, RANDOM_PARTNER),
               .n = context->n_targets,
               .k = (uint64_t)rule_param(context->projection, NEIGHBORS),
               .rewire = rule_param(context->projection, REWIRE)};
  loligo_status status = LOLIGO_OK;
  if (ring.k == 0) return LOLIGO_OK;
  ring.source = memory_allocate(ring.k, sizeof *ring.source, "sources of a target");
  if (!ring.source) return LOLIGO_MACHINE_ERROR;
  for (uint64_t t = 0; t < targets.n && status == LOLIGO_OK; t++) {
    find_sources(&ring, targets.index[t]);
    rule_batch batch = {.item = targets.index[t], .n = ring.k, .source = ring.source, .one_target = t};
    status = sink(self, &batch);
  }
  memory_free(ring.source);
  return status;
}

const rule rule_small_world = {
    .name = "small_world",
    .argument = "{neighbors: 10, rewire: 0.1}",
    .summary = "every cell from its nearest on the ring of numbers, each of which is another one with a probability "
               "(Watts & Strogatz)",
    .is_local = true,
    .is_recurrent = true,
    .params = LOLIGO_PARAM_TABLE(params),
    .check = check,
    .expected = expected,
    .generate = generate};
