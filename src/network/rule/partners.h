/**
 * What the rules share: how many partners a cell may have, and drawing them uniformly, with or without replacement.
 * Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_RULE_PARTNERS_H
#define LOLIGO_NETWORK_RULE_PARTNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "network/rule/rule.h"

/** True where a cell must not be its own partner. */
static inline bool rule_excludes_self(const rule_context *context)
{
  return context->same_population && !context->projection->autapses;
}

/** Sources that a target may have (or, population onto itself, targets that a source may have). */
static inline uint64_t rule_sources_per_target(const rule_context *context)
{
  return context->n_sources - (rule_excludes_self(context) && context->n_sources > 0);
}

/** Targets that a source may have. */
static inline uint64_t rule_targets_per_source(const rule_context *context)
{
  return context->n_targets - (rule_excludes_self(context) && context->n_targets > 0);
}

/** INPUT unless the rule's argument is a whole number >= 0. */
loligo_status rule_check_count(const rule_context *context);

/** INPUT unless it is a probability. */
loligo_status rule_check_probability(const rule_context *context);

#define PARTNERS_NOBODY UINT64_MAX

/** One draw of n partners among [0, range) without `except` (PARTNERS_NOBODY, or a member of it). */
typedef struct partners_request {
  uint64_t item; /* of the random key; the same item gives the same partners */
  uint64_t range, n;
  uint64_t except;
} partners_request;

/** Draws partners; scratch space included. */
typedef struct partners {
  random_key key;
  bool distinct;   /* without replacement */
  uint64_t *drawn; /* [capacity] result of the last draw */
  size_t capacity;
  uint64_t
      *marks; /* [range / 64 + 1] bit set of partners that are taken, all clear between draws; NULL unless distinct */
} partners;

/** Prepares draws among at most `range` candidates. partners_free() also after a failure (MACHINE). */
loligo_status partners_init(partners *partners, random_key key, bool distinct, uint64_t range);
void partners_free(partners *partners);

/**
 * Fills partners->drawn[n], in an order that says nothing, uniform over all allowed choices: with replacement all
 * sequences, without it all subsets. Without replacement n must not exceed the number of allowed partners.
 */
loligo_status partners_draw(partners *partners, const partners_request *request);

/** Hands drawn sources of targets to a sink, one batch per target. */
typedef struct incoming {
  const rule_context *context;
  rule_sink sink;
  void *self;
  partners sources;
} incoming;

/** Prepares; `distinct` sources or not. incoming_free() also after a failure (MACHINE). */
loligo_status incoming_init(incoming *incoming, const rule_context *context, bool distinct, rule_sink sink, void *self);
void incoming_free(incoming *incoming);

/** Draws n sources for target number `index` of its population, which is local target `position`, and passes them on.
 */
loligo_status incoming_draw(incoming *incoming, uint64_t position, uint64_t index, uint64_t n);

#endif
