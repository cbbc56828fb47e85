/**
 * A connection rule chooses the partners of a projection's synapses.
 *
 * Each rank asks for the synapses onto ITS targets; what it gets is the same whatever else it asked for, because every
 * random number is keyed by (seed, projection, target or tree node). A rule is one file,
 * src/network/rule/NAME.c, and one line in registry.c.
 */
#ifndef LOLIGO_NETWORK_RULE_RULE_H
#define LOLIGO_NETWORK_RULE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random/random.h"
#include "base/registry.h"
#include "loligo/param.h"
#include "loligo/status.h"
#include "loligo/synapse.h"
#include "network/description.h"

/** Targets that lie on the asking rank: index[n], ascending, within the target population. */
typedef struct rule_targets {
  const uint64_t *index; /* [n] */
  uint64_t n;
} rule_targets;

/**
 * A run of synapses that share one random item. Synapse k has weight and delay number k of that item.
 * If `target` is NULL all n go to local target `one_target` (a position in rule_targets) and likewise for `source` and
 * `one_source`.
 */
typedef struct rule_batch {
  uint64_t item;
  size_t n;
  const uint64_t *source; /* [n] index within the source population, or NULL: all one_source */
  const uint64_t
      *target; /* [n] position in rule_targets, RULE_ELSEWHERE for a target of another rank; or NULL: all one_target */
  uint64_t one_source, one_target;
  const loligo_edge *edges; /* [n] explicit weights and delays, or NULL: to be drawn */
} rule_batch;

#define RULE_ELSEWHERE UINT64_MAX

/** Takes a batch; valid only during the call. */
typedef loligo_status (*rule_sink)(void *self, const rule_batch *batch);

/** The projection with the sizes and the seed that it refers to. */
typedef struct rule_context {
  const loligo_projection *projection;
  uint64_t n_sources, n_targets;            /* cells that are selected, which the rule numbers from 0 on */
  bool same_population;                     /* autapses are possible: source i is target i */
  const loligo_population *source, *target; /* populations; the target's name and the projection's key random numbers */
  uint64_t seed;
} rule_context;

typedef struct rule {
  const char *name, *summary; /* summary: one line */
  const char *argument;       /* "K", "N", "p" or NULL */
  bool argument_is_integer;
  bool lists_edges;          /* the projection brings its edges, with their weights and delays; none are drawn */
  bool diagonal;             /* the only source of target i is source i */
  bool is_local;             /* sources of a target are those of near numbers */
  bool is_recurrent;         /* source and target must be the same cells */
  bool is_symmetric;         /* it joins i and j in both directions or in none */
  bool draws_degrees;        /* a target draws how many sources it has, then these, each another one */
  bool takes_mask;           /* positions may bound who is near enough */
  bool takes_kernel;         /* in place of an argument: a probability by the distance */
  loligo_param_table params; /* in place of an argument: one number each */

  /** Checks argument and sizes: loligo_fail(INPUT) with a message that names the key, or LOLIGO_OK. */
  loligo_status (*check)(const rule_context *context);

  /** Of a rule that lists edges: INPUT where one of them is not possible. */
  loligo_status (*check_edge)(const rule_context *context, const loligo_edge *edge);

  /** Expected number of synapses; exact for rules that draw no numbers of synapses. 0 only where there can be none. */
  double (*expected)(const rule_context *context);

  /** Hands all synapses onto `targets` to `sink` in batches. The same each time it is called. */
  loligo_status (*generate)(const rule_context *context, rule_targets targets, rule_sink sink, void *self);
} rule;

REGISTRY_OF(rule);

/** Context of projection number `projection` of a network. */
rule_context rule_context_of(const loligo_network *network, const loligo_projection *projection);

/** Expected synapses of a projection for each pair of cells of its two populations. */
double rule_synapses_per_pair(const loligo_network *network, const loligo_projection *projection);

/**
 * Hands all synapses of a projection onto `targets` to `sink` in batches, which number cells within their populations:
 * what generate() does, for the cells that are selected. MACHINE without memory, or what the sink returns.
 */
loligo_status rule_generate(const loligo_network *network, const loligo_projection *projection, rule_targets targets,
                            rule_sink sink, void *self);

/** Whether the sources of a target are drawn from cells anywhere, whatever their numbers and positions are. */
bool rule_spreads(const loligo_projection *projection);

/** Whether partners of a cell are drawn until they are as many different ones as it has. */
bool rule_draws_distinct(const loligo_projection *projection);

/** Value of a parameter of the rule. */
double rule_param(const loligo_projection *projection, const char *name);

/** Key of a random purpose of a projection: by the seed, its name and its target's name. */
random_key rule_key(const rule_context *context, random_purpose purpose);

#endif
