/** A network in motion: local state, synapses, spike exchange, and the loop. Knows no files. */
#ifndef LOLIGO_SIMULATION_H
#define LOLIGO_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "loligo/network.h"
#include "loligo/status.h"

typedef struct loligo_simulation loligo_simulation;

/**
 * Is told on every rank, some times a second, which fraction of its synapses is built. A status other than LOLIGO_OK
 * ends the build on all ranks: LOLIGO_INTERRUPTED where somebody asked for it. Must not call collectives.
 */
typedef struct loligo_build_observer {
  void *self;
  loligo_status (*progress)(void *self, double fraction);
} loligo_build_observer;

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

/** A spike of a local cell. */
typedef struct loligo_spike {
  int64_t step; /* stamp: its time is step * dt */
  uint32_t population;
  uint64_t index; /* of the cell within its population */
} loligo_spike;

/** What happened on this rank in one interval. */
typedef struct loligo_interval {
  int64_t first_step, last_step; /* [first_step, last_step) were run; stamps lie in (first_step, last_step] */
  const loligo_spike *spikes;    /* [n_spikes] of local cells, ascending by (step, population, index) */
  size_t n_spikes;
} loligo_interval;

/**
 * Is told of every interval, on all ranks, after the exchange; may call collectives. Its error ends the run on all
 * ranks; an error that only some ranks return is agreed upon at the next exchange, so it must not leave a collective
 * half done.
 */
typedef struct loligo_observer {
  void *self;
  loligo_status (*interval)(void *self, const loligo_interval *interval);
} loligo_observer;

/** Adds an observer; called in the order in which they were added. Not collective, but add the same on all ranks. */
loligo_status loligo_simulation_observe(loligo_simulation *simulation, loligo_observer observer);

/** Collects one variable of a selection of cells while the kernel steps. */
typedef struct loligo_sampler loligo_sampler;

typedef struct loligo_sampler_spec {
  loligo_selection target;
  size_t variable;     /* of the population's model */
  int64_t start, stop; /* steps, half open: frames at start, start + every, ... < stop */
  int64_t every;       /* steps, >= 1 */
  bool owed;           /* the frame of the step of a snapshot is still to be taken: the run before ended there */
} loligo_sampler_spec;

/**
 * Adds a sampler before the first step. Not collective, but add the same on all ranks. It belongs to the simulation.
 */
loligo_status loligo_simulation_sample(loligo_simulation *simulation, const loligo_sampler_spec *spec,
                                       loligo_sampler **sampler);

/** Frames since the last drain. */
typedef struct loligo_samples {
  int64_t first_frame;   /* number of the first frame since the start of the recording */
  size_t n_frames;       /* the same on all ranks */
  size_t n_cells;        /* selected cells on this rank */
  const uint64_t *index; /* [n_cells] ascending, within the population */
  const double *values;  /* [n_frames][n_cells] in the variable's unit */
} loligo_samples;

/** The frames that wait; they belong to the sampler until loligo_sampler_clear(). Not collective. */
loligo_samples loligo_sampler_frames(const loligo_sampler *sampler);
void loligo_sampler_clear(loligo_sampler *sampler);

/** What a run did; totals are over all ranks. */
typedef struct loligo_statistics {
  uint64_t synapses;           /* built */
  uint64_t synaptic_events;    /* weights delivered */
  uint64_t spikes;             /* emitted, recorded or not */
  uint64_t *population_spikes; /* [populations]; owned by the caller, free() */
  uint64_t spikes_checksum;    /* sum mod 2^64 of the hash of (step, population, index) */
  double max_weight_error;     /* largest relative error of a weight by rounding; 0 if all are exact */
  double weight_error_bound;   /* no weight is off by more than that part of the largest of its projection */
  const char *exchange;        /* method in use */
  const char *exchange_reason;
} loligo_statistics;

/** Collective. */
loligo_status loligo_simulation_statistics(loligo_simulation *simulation, loligo_statistics *statistics);

/** Seconds that this rank has spent in each phase, see loligo_phase_name(). seconds[loligo_phase_count()]. Not
 * collective. */
size_t loligo_phase_count(void);
const char *loligo_phase_name(size_t phase);
void loligo_simulation_phases(const loligo_simulation *simulation, double *seconds);

/** A synapse as built, for export. */
typedef struct loligo_synapse {
  size_t projection;
  uint64_t source, target; /* indices within their populations */
  double weight;           /* as stored (after fixed point), receptor's base unit */
  int64_t delay;           /* steps */
} loligo_synapse;

/** Hands every synapse of a projection onto local cells to `sink`, in the order of its rule. Not collective. */
loligo_status loligo_simulation_synapses(const loligo_simulation *simulation, size_t projection,
                                         loligo_status (*sink)(void *self, const loligo_synapse *synapse), void *self);

#endif
