/** What the parts of building share: a table under construction, and the synapses that come into it. Not collective. */
#ifndef LOLIGO_SIM_SYNAPSES_BUILDER_H
#define LOLIGO_SIM_SYNAPSES_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "network/rule/rule.h"
#include "sim/synapses/batch.h"
#include "sim/synapses/connect_plan.h"
#include "sim/synapses/packed_rows.h"
#include "sim/synapses/row_draft.h"
#include "sim/synapses/synapses.h"

/** How much of the work of a synapse is done when it has been counted. */
#define COUNTING_SHARE 0.2

/** A table to be built, and what comes into it. */
typedef struct assignment {
  row_table *table;
  const size_t *ways; /* [n_ways] numbers of its pathways */
  size_t n_ways;
  uint64_t n_sources;
  packed_shape packed;    /* of narrow synapses; no halves: they come into rows */
  double expected, words; /* synapses onto local cells, and their words */
  double in_rows;         /* of the expected ones */
} assignment;

/** Words of a batch on their way into the draft. */
typedef struct entries {
  uint64_t *row;
  uint32_t *slot, *word;
  size_t n, capacity;
} entries;

/** The synapses of one table under construction. */
typedef struct builder {
  const connect_plan *plan;
  const assignment *task;
  uint64_t n_synapses; /* built so far */
  uint64_t *load;      /* [narrow ports] sum of magnitudes in quanta */
  double expected;     /* synapses of all tables */
  double words, later; /* of all tables; of those to be built later */
  double done, share;  /* of `expected`; what a synapse adds to it in this pass */
  uint64_t untold;     /* synapses since the observer was told */
  batch_drawer drawer;
  slot_map slots;
  row_bundles bundles;
  size_t *bundle_words; /* [bundles.n] */
  row_draft draft;
  entries entries;

  const pathway *way; /* being generated */
  const cell_group *targets;
  bool wide;
} builder;

/** The i-th pathway of a table. */
const pathway *builder_way(const connect_plan *plan, const assignment *task, size_t i);

/** Synapses of a pathway onto local cells, about. */
double builder_expected(const connect_plan *plan, const pathway *way);

/** The slots of those synapses of a table that are narrow, or wide, or both. */
slot_map builder_slots(const connect_plan *plan, const assignment *task, bool narrow, bool wide);

/** Hands all local synapses of a pathway to a sink, in batches. */
loligo_status builder_generate_pathway(builder *b, const pathway *way, rule_sink sink, void *self);

/** All local synapses of the table that are packed, or those that are not, pathway by pathway; the sink's self is the
 * builder. `share`: of the work of a synapse that this pass is. */
loligo_status builder_generate(builder *b, bool packed, rule_sink sink, double share);

/** Tells the observer how much is done. Returns what the observer returns. */
loligo_status builder_tell(builder *b, double fraction);

/** Another n synapses went through a pass. */
loligo_status builder_get_on(builder *b, size_t n);

/** Adds the magnitudes of a batch to the sums of weights onto its ports. */
void builder_add_load(builder *b, const rule_batch *batch);

/** Builds the rows of the table, or packs what is to be packed. */
loligo_status build_rows(builder *b);
loligo_status build_packed(builder *b);

static inline uint64_t source_of(const rule_batch *batch, size_t k)
{
  return batch->source ? batch->source[k] : batch->one_source;
}

static inline uint64_t target_of(const rule_batch *batch, size_t k)
{
  return batch->target ? batch->target[k] : batch->one_target;
}

static inline const port_range *only_range(const builder *b)
{
  return &b->plan->ports->ranges[b->drawer.only - b->drawer.accumulators];
}

/* Ports of the k-th synapse's accumulator. */
static inline const port_range *range_of(const builder *b, size_t k)
{
  return b->drawer.only ? only_range(b) : &b->plan->ports->ranges[b->drawer.sum[k]];
}

#endif
