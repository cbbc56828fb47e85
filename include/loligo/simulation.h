/** A network in motion: local state, synapses, spike exchange, and the loop. Knows no files. */
#ifndef LOLIGO_SIMULATION_H
#define LOLIGO_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "loligo/network.h"
#include "loligo/observer.h"
#include "loligo/sampler.h"
#include "loligo/spike.h"
#include "loligo/status.h"
#include "loligo/synapse.h"
#include "loligo/weight_sampler.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct loligo_simulation loligo_simulation;

/**
 * Places the cells, draws their parameters and states, and builds the synapses onto local cells.
 *
 * Collective over `context`. `context`, `network` and `decomposition` must outlive the simulation; until its end
 * nothing can be added to the network or set in it.
 *
 * @param exchange  "auto", "allgather", "alltoall" or "neighbor"
 * @param observer  of this rank, or NULL
 * @return          LOLIGO_OK, or on all ranks the error of the lowest failing rank
 */
loligo_status loligo_simulation_create(const loligo_context *context, const loligo_network *network,
                                       const loligo_decomposition *decomposition, const char *exchange,
                                       const loligo_build_observer *observer, loligo_simulation **simulation);

/** Collective. NULL is allowed. */
void loligo_simulation_destroy(loligo_simulation *simulation);

/**
 * Advances by n_steps, or to the first agreed stop or error. May be called again to go on.
 *
 * Collective.
 *
 * @return  LOLIGO_OK; LOLIGO_INTERRUPTED after loligo_simulation_stop() on any rank; else an error, the same on all
 * ranks
 */
loligo_status loligo_simulation_run(loligo_simulation *simulation, int64_t n_steps);

/**
 * Begins a new trial at `step` (>= 0): initial states, nothing on its way, no frames that wait, no spikes counted. What
 * is random in inputs and sources follows from `seed` from now on; parameters, initial states and synapses stay those
 * of the network's seed. A trial from step 0 with the network's seed is that of a new simulation, bit for bit.
 *
 * Collective, between two runs that did not fail. MACHINE on all ranks; the simulation must then not be run.
 */
loligo_status loligo_simulation_reset(loligo_simulation *simulation, int64_t step, uint64_t seed);

/** Asks all ranks to stop at the end of the next interval. Not collective; may be called from a signal handler. */
void loligo_simulation_stop(loligo_simulation *simulation);

/**
 * Asks that loligo_simulation_run() return LOLIGO_OK on all ranks at the end of the next interval, although steps
 * remain; once. loligo_simulation_step() tells where it stands. Not collective; may be called from a signal handler.
 */
void loligo_simulation_pause(loligo_simulation *simulation);

/** Steps done. Not collective, the same on all ranks. */
int64_t loligo_simulation_step(const loligo_simulation *simulation);

/** Steps of one interval between two exchanges. Not collective, the same on all ranks. */
int64_t loligo_simulation_interval(const loligo_simulation *simulation);

/** Adds an observer; called in the order in which they were added. Not collective, but add the same on all ranks. */
loligo_status loligo_simulation_observe(loligo_simulation *simulation, loligo_observer observer);

/**
 * Adds a sampler before the first step. Not collective, but add the same on all ranks. It belongs to the simulation.
 * INPUT where its target is none of the network's cells, MACHINE without memory: then none was added, and *sampler is
 * NULL.
 */
loligo_status loligo_simulation_sample(loligo_simulation *simulation, const loligo_sampler_spec *spec,
                                       loligo_sampler **sampler);

/**
 * Adds a weight sampler before the first step. Not collective, but add the same on all ranks. It belongs to the
 * simulation. INPUT where the projection is not plastic, or a selection is none of its cells; MACHINE without memory:
 * then none was added, and *sampler is NULL.
 */
loligo_status loligo_simulation_sample_weights(loligo_simulation *simulation, const loligo_weight_sampler_spec *spec,
                                               loligo_weight_sampler **sampler);

/** The weights of a plastic projection as they are, over all ranks. */
typedef struct loligo_weights {
  size_t projection; /* number */
  uint64_t synapses;
  double mean, sd;        /* receptor's base unit; NAN without synapses */
  double at_zero, at_max; /* fractions of them that are 0, and Wmax */
} loligo_weights;

/** What a run did; totals are over all ranks. */
typedef struct loligo_statistics {
  uint64_t synapses;             /* built */
  uint64_t synaptic_events;      /* weights delivered */
  uint64_t plastic_events;       /* of these, by plastic synapses */
  uint64_t weight_updates;       /* changes of weights by a spike of the source or of the target */
  uint64_t network_bytes;        /* of spikes handed to other ranks: depends on their number and the exchange */
  uint64_t spikes;               /* emitted, recorded or not */
  uint64_t *population_spikes;   /* [populations]; owned by the caller, free() */
  uint64_t spikes_checksum;      /* sum mod 2^64 of the hash of (step, population, index) */
  double max_weight_error;       /* largest relative error of a weight by rounding; 0 if all are exact */
  double weight_error_bound;     /* no weight is off by more than that part of the largest of its projection */
  const loligo_weights *weights; /* [n_weights] of the plastic projections; in the memory of population_spikes */
  size_t n_weights;
  const char *exchange; /* method in use */
  const char *exchange_reason;
  uint64_t exchanges;     /* of spikes, once an interval */
  uint64_t second_rounds; /* of them, where somebody's spikes did not fit the fixed blocks */
} loligo_statistics;

/** Collective. */
loligo_status loligo_simulation_statistics(loligo_simulation *simulation, loligo_statistics *statistics);

/** Seconds that this rank has spent in each phase, see loligo_phase_name(). seconds[loligo_phase_count()]. Not
 * collective. */
size_t loligo_phase_count(void);
const char *loligo_phase_name(size_t phase);
void loligo_simulation_phases(const loligo_simulation *simulation, double *seconds);

/** Hands every synapse of a projection onto local cells to `sink`, in the order of its rule. Not collective. */
loligo_status loligo_simulation_synapses(const loligo_simulation *simulation, size_t projection,
                                         loligo_synapse_sink sink, void *self);

#ifdef __cplusplus
}
#endif

#endif
