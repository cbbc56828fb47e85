/*
 * Uniform partners of one cell from the random numbers of one item.
 *
 * Without replacement: the first n distinct members of a uniform sequence are a uniform subset. Of more than half of
 * the candidates, those left out are drawn instead, so that never more than about 1.4 draws are needed per member. How
 * much of the sequence is looked at cannot change the result, since position k of an item always yields the same
 * number.
 */
#include "network/rule/partners.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"
#include "base/vector.h"

loligo_status rule_check_count(const rule_context *context)
{
  double value = context->projection->rule_argument;
  const char *name = context->projection->rule->name;
  if (value > 0x1p53) return loligo_fail(LOLIGO_INPUT_ERROR, "%s %.17g is too large; take at most 2^53", name, value);
  if (value >= 0 && value == floor(value)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be a whole number >= 0, not %.17g", name, value);
}

loligo_status rule_check_probability(const rule_context *context)
{
  const double p = context->projection->rule_argument;
  if (p >= 0 && p <= 1) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be a probability between 0 and 1, not %g",
                     context->projection->rule->name, p);
}

loligo_status partners_init(partners *partners, random_key key, bool distinct, uint64_t range)
{
  *partners = (struct partners){.key = key, .distinct = distinct};
  if (!distinct) return LOLIGO_OK;
  partners->marks = memory_allocate(range / 64 + 1, sizeof *partners->marks, "choice of partners");
  return partners->marks ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void partners_free(partners *partners)
{
  memory_free(partners->drawn);
  memory_free(partners->marks);
  *partners = (struct partners){0};
}

static loligo_status reserve(partners *partners, uint64_t n)
{
  return memory_grow((void **)&partners->drawn, &partners->capacity, n, sizeof *partners->drawn, "choice of partners");
}

static loligo_status draw_sequence(partners *partners, uint64_t item, uint64_t range, uint64_t n)
{
  LOLIGO_TRY(reserve(partners, n));
  if (n > 0) random_indices(partners->key, item, range, n, partners->drawn);
  return LOLIGO_OK;
}

/* Moves up to `wanted` distinct members of drawn[n] to the front, marks them and returns their number. */
static uint64_t mark_distinct(partners *partners, uint64_t n, uint64_t wanted)
{
  uint64_t kept = 0;
  for (uint64_t k = 0; k < n && kept < wanted; k++) {
    uint64_t candidate = partners->drawn[k], bit = UINT64_C(1) << (candidate % 64);
    uint64_t *word = &partners->marks[candidate / 64];
    partners->drawn[kept] = candidate;
    kept += !(*word & bit);
    *word |= bit;
  }
  return kept;
}

static void clear_marks(partners *partners, uint64_t n)
{
  for (uint64_t k = 0; k < n; k++) partners->marks[partners->drawn[k] / 64] = 0;
}

/* Draws and marks a uniform subset of n members. */
static loligo_status draw_subset(partners *partners, uint64_t item, uint64_t range, uint64_t n)
{
  uint64_t length = n + (uint64_t)((double)n * ((double)n / (double)range)) + 8;
  for (;; length *= 2) {
    LOLIGO_TRY(draw_sequence(partners, item, range, length));
    uint64_t kept = mark_distinct(partners, length, n);
    if (kept == n) return LOLIGO_OK;
    clear_marks(partners, kept);
  }
}

/* Replaces the marked members by all others of [0, range). */
static loligo_status complement(partners *partners, uint64_t range, uint64_t n_marked)
{
  LOLIGO_TRY(reserve(partners, range));
  uint64_t n = 0;
  for (uint64_t candidate = 0; candidate < range; candidate++) {
    partners->drawn[n] = candidate;
    n += !((partners->marks[candidate / 64] >> (candidate % 64)) & 1);
  }
  assert(n == range - n_marked);
  for (uint64_t word = 0; word <= range / 64; word++) partners->marks[word] = 0;
  return LOLIGO_OK;
}

static loligo_status draw_distinct(partners *partners, uint64_t item, uint64_t range, uint64_t n)
{
  assert(n <= range);
  bool most = n > range / 2;
  uint64_t n_marked = most ? range - n : n;
  if (n_marked > 0) LOLIGO_TRY(draw_subset(partners, item, range, n_marked));
  if (most) return complement(partners, range, n_marked);
  clear_marks(partners, n_marked);
  return LOLIGO_OK;
}

VECTOR_CLONES static void step_over(uint64_t except, uint64_t n, uint64_t *drawn)
{
  for (uint64_t k = 0; k < n; k++) drawn[k] += drawn[k] >= except;
}

loligo_status partners_draw(partners *partners, const partners_request *request)
{
  uint64_t range = request->range - (request->except != PARTNERS_NOBODY);
  if (partners->distinct)
    LOLIGO_TRY(draw_distinct(partners, request->item, range, request->n));
  else
    LOLIGO_TRY(draw_sequence(partners, request->item, range, request->n));
  if (request->except != PARTNERS_NOBODY) step_over(request->except, request->n, partners->drawn);
  return LOLIGO_OK;
}

loligo_status incoming_init(incoming *incoming, const rule_context *context, bool distinct, rule_sink sink, void *self)
{
  *incoming = (struct incoming){.context = context, .sink = sink, .self = self};
  return partners_init(&incoming->sources, rule_key(context, RANDOM_PARTNER), distinct, context->n_sources);
}

void incoming_free(incoming *incoming)
{
  partners_free(&incoming->sources);
}

loligo_status incoming_draw(incoming *incoming, uint64_t position, uint64_t index, uint64_t n)
{
  if (n == 0) return LOLIGO_OK;
  partners_request request = {.item = index,
                              .range = incoming->context->n_sources,
                              .n = n,
                              .except = rule_excludes_self(incoming->context) ? index : PARTNERS_NOBODY};
  LOLIGO_TRY(partners_draw(&incoming->sources, &request));
  rule_batch batch = {.item = index, .n = n, .source = incoming->sources.drawn, .one_target = position};
  return incoming->sink(incoming->self, &batch);
}
