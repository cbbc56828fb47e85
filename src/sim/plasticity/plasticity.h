/**
 * All plastic synapses onto local cells: their tables, what their targets' spikes have left, and the spikes that are on
 * their way to them. Static synapses know nothing of it.
 */
#ifndef LOLIGO_SIM_PLASTICITY_PLASTICITY_H
#define LOLIGO_SIM_PLASTICITY_PLASTICITY_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/synapse.h"
#include "sim/layout/sums.h"
#include "sim/plasticity/plastic_table.h"
#include "sim/plasticity/weight_sampler.h"
#include "sim/spikes/spikes.h"
#include "sim/synapses/connect_plan.h"
#include "sim/synapses/synapses.h"

/** A segment that a spike reaches next. */
typedef struct plastic_entry {
  uint32_t table, segment;
} plastic_entry;

/** What is due at one step. */
typedef struct plastic_bucket {
  plastic_entry *entries; /* [n] */
  size_t n, capacity;
} plastic_bucket;

typedef struct plasticity {
  const loligo_network *network; /* owned elsewhere, like `cells` */
  const cells *cells;
  plastic_table *tables; /* [n_tables] by source population, then projection */
  size_t n_tables;
  size_t *first;           /* [populations + 1] those of source population p are first[p] ... first[p + 1] - 1 */
  spike_archive *archives; /* [n_archives] by population, then time constants */
  size_t n_archives;
  modulator *modulators; /* [n_modulators] by population, then time constant */
  size_t n_modulators;
  plastic_bucket *buckets; /* [n_buckets] step s has bucket s mod n_buckets; NULL without tables */
  int64_t n_buckets;       /* power of two, above the longest delay */
  int64_t max_delay;
  loligo_weight_sampler **samplers; /* [n_samplers] */
  size_t n_samplers, samplers_capacity;
  uint64_t n_synapses;       /* onto local cells */
  uint64_t n_events;         /* spikes times synapses delivered so far */
  uint64_t n_changes_before; /* of weights, in the run before */
} plasticity;

/**
 * Builds all tables, and marks in `synapses` which sources are listened to. Not collective, like all here;
 * plasticity_free() also after a failure.
 *
 * @return  as plastic_table_build()
 */
loligo_status plasticity_init(plasticity *plasticity, const connect_plan *plan, int64_t max_delay, synapses *synapses);
void plasticity_free(plasticity *plasticity);

/** So many rows of sums may be delivered before the cells are updated, at most: weights then depend on nothing that the
 * update will find. */
int64_t plasticity_max_rows(const loligo_network *network);

/** Steps between exchanges, at most: a spike of a modulator is heard everywhere before an arrival asks for it. */
int64_t plasticity_max_interval(const loligo_network *network);

/** Puts weights and traces back to where they began, at a step. */
loligo_status plasticity_begin(plasticity *plasticity, const connect_plan *plan, int64_t step);

/** A spike of a source with that stamp: what arrives after `step`. Where it arrived earlier somewhere it is one of a
 * checkpoint, whose lists were restored: it is counted there, unless they know it. Those of a modulator are known up to
 * `step`. */
loligo_status plasticity_add(plasticity *plasticity, size_t population, uint64_t source, int64_t stamp, int64_t step);

/** Adds a sampler of the weights of a projection, which is plastic; both selections were taken. MACHINE without memory,
 * and then none was added. */
loligo_status plasticity_sample(plasticity *plasticity, const loligo_weight_sampler_spec *spec,
                                loligo_weight_sampler **sampler);

/** Takes the frames that are due before a step, then adds the weights that arrive at it to the sums of a row. Each step
 * once, in order. */
loligo_status plasticity_deliver(plasticity *plasticity, int64_t step, sum_row *row);

/** Spikes that local cells were found to have, in order for each cell; all up to step `known` came before. */
loligo_status plasticity_look_back(plasticity *plasticity, const cell_signal *found, size_t n, int64_t known);

/** Lets all spikes act that no arrival behind step `known` can come before; all spikes up to then are known, and all
 * arrivals delivered. No weight that is delivered depends on it. Once more at the same step it does nothing. */
void plasticity_sweep(const plasticity *plasticity, int64_t known);

/** Changes of weights by spikes of either end so far; the same for any number of ranks, added up, behind a sweep. */
uint64_t plasticity_changes(const plasticity *plasticity);

/** The table of a projection; NULL where its weights stay as they are. */
const plastic_table *plasticity_table(const plasticity *plasticity, size_t projection);

#endif
