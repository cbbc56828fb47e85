/**
 * A network as described: populations, projections, inputs. O(populations), identical on all ranks, without MPI.
 *
 * Times in ms, counts of steps as integers; weights in the base unit of the receptor (pA, nS, mV). Build one with the
 * functions that add and set. While a simulation of it lives they all fail (INPUT) and change nothing; behind
 * loligo_simulation_destroy() they work again, and what was added since wants a new decomposition. Not collective, all
 * of it.
 */
#ifndef LOLIGO_NETWORK_H
#define LOLIGO_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/distribution.h"
#include "loligo/model.h"
#include "loligo/positions.h"
#include "loligo/projection.h"
#include "loligo/selection.h"
#include "loligo/status.h"
#include "loligo/synapse.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The longest name of a population, projection or input: names become parts of paths in files. */
enum { LOLIGO_NAME_BYTES = 200 };

typedef struct loligo_network loligo_network;

/** An empty network; NULL after loligo_fail(). Free with loligo_network_destroy(). */
loligo_network *loligo_network_create(double dt_ms, uint64_t seed);
void loligo_network_destroy(loligo_network *network);

/** Appends a population with all defaults; *id (may be NULL) receives its number. Fails on a name that exists or
 * is too long. */
loligo_status loligo_network_add_population(loligo_network *network, const char *name, const loligo_model *model,
                                            uint64_t size, size_t *id);

/** Sets a parameter, or an initial state, of a population by name. Lists are copied. Fails on an unknown name or a
 * value out of range. */
loligo_status loligo_network_set_param(loligo_network *network, size_t population, const char *name,
                                       loligo_distribution value);
loligo_status loligo_network_set_init(loligo_network *network, size_t population, const char *variable,
                                      loligo_distribution value);

/** Names the receptors that parameters of a population list (receptor_tau and the like), in their order; until then
 * they are called by their numbers from 1 on. Names are copied. INPUT unless there is one for each, and none is taken.
 */
loligo_status loligo_network_name_receptors(loligo_network *network, size_t population, const char *const *names,
                                            size_t n);

/** Gives a spike source its trains; copies times[n] (ms, any order) and owners[n] (NULL: every cell emits all). */
loligo_status loligo_network_set_trains(loligo_network *network, size_t population, const double *times,
                                        const uint64_t *owners, size_t n);

/** Lets a population of sources that keep no state begin anew every so many ms, a multiple of dt: what its cells emit
 * in the first of them they emit in each, drawn or given. 0: never. After its trains, if there are any. */
loligo_status loligo_network_set_repeat(loligo_network *network, size_t population, double repeat);

/** Says where the cells of a population lie, before any projection is added that asks. Lists are copied. Fails where
 * they are none for that many cells. */
loligo_status loligo_network_set_positions(loligo_network *network, size_t population,
                                           const loligo_positions *positions);

/** Appends a projection after checking everything that can be checked without building it. */
loligo_status loligo_network_add_projection(loligo_network *network, const loligo_projection_spec *spec);

typedef struct loligo_input_spec {
  const char *name, *model; /* model: "poisson", "dc", ... */
  loligo_selection target;
  bool by_population;               /* its random numbers are keyed by the target's population too: inputs of one name,
                                       each onto another, are so */
  const char *receptor;             /* as in a projection */
  size_t compartment;               /* of the target's cells that it reaches; 0: the soma */
  bool any_sign;                    /* likewise */
  double weight;                    /* unused by currents */
  loligo_distribution weights;      /* in its place, if set: that of each cell */
  double start, stop;               /* ms, in steps by loligo_steps(); stop <= 0 means that the input never ends */
  double repeat;                    /* ms, a multiple of dt after which what it does begins anew, from time 0 on, drawn
                                       or given; 0: never */
  const loligo_named_value *params; /* [n_params] of the model: a number, a law or list of one for each cell of the
                                       target in order, or a LOLIGO_LIST where the model wants one; lists are copied */
  size_t n_params;
  const double *times;    /* [n_times] ms, for "spikes"; copied and sorted */
  const uint64_t *owners; /* as for trains */
  size_t n_times;
} loligo_input_spec;

/** Appends an input after checking it. */
loligo_status loligo_network_add_input(loligo_network *network, const loligo_input_spec *spec);

/**
 * Changes a value within a run: from the step on that begins at `at` ms, a multiple of dt, and until the next change of
 * it. State is kept.
 *
 * Of a population a parameter, for some cells; of an input a parameter, the weight, or start or stop in ms. The value
 * is as when it is set first: a number, a law, or a list of one for each cell. What a law brings is drawn anew. INPUT
 * where the name or the value is wrong, the parameter is more than one number, or the same changes twice at one time;
 * what only follows from values together is found by loligo_simulation_create().
 */
loligo_status loligo_network_change_param(loligo_network *network, double at, const loligo_selection *cells,
                                          const char *name, loligo_distribution value);
loligo_status loligo_network_change_input(loligo_network *network, double at, size_t input, const char *name,
                                          loligo_distribution value);

/** Whether the function that failed last, of those above, refused one element of a list: *at receives which edge or
 * spike time, in the order given. */
bool loligo_network_refused(const loligo_network *network, uint64_t *at);

/** Number of the population of that name, or -1. */
int64_t loligo_network_find(const loligo_network *network, const char *population);

/** What it was created with. */
double loligo_network_dt(const loligo_network *network); /* ms */
uint64_t loligo_network_seed(const loligo_network *network);

/** How many there are; they are numbered from 0 on in the order in which they were added. */
size_t loligo_network_population_count(const loligo_network *network);
size_t loligo_network_projection_count(const loligo_network *network);
size_t loligo_network_input_count(const loligo_network *network);

/** Cells of all populations. */
uint64_t loligo_network_cell_count(const loligo_network *network);

/** Of one population. Its name belongs to the network; its cells have the global ids from the first on. */
const char *loligo_network_population_name(const loligo_network *network, size_t population);
const loligo_model *loligo_network_population_model(const loligo_network *network, size_t population);
uint64_t loligo_network_population_size(const loligo_network *network, size_t population); /* cells */
uint64_t loligo_network_population_first_gid(const loligo_network *network, size_t population);

/** Of one projection: its name, which belongs to the network, and the numbers of the populations that it joins. */
const char *loligo_network_projection_name(const loligo_network *network, size_t projection);
size_t loligo_network_projection_source(const loligo_network *network, size_t projection);
size_t loligo_network_projection_target(const loligo_network *network, size_t projection);

/** Name of an input; it belongs to the network. */
const char *loligo_network_input_name(const loligo_network *network, size_t input);

/** Population of a cell by its global id, which is below the number of cells. */
size_t loligo_network_population_of(const loligo_network *network, uint64_t gid);

/** Steps in a time of t ms, within +-2^62: the nearest number, of two equally near ones the larger; 0.15 ms at 0.1 ms
 * are 2, whatever their doubles. All times that a user gives become steps by this rule. */
int64_t loligo_steps(double t_ms, double dt_ms);

/** Smallest and largest delay in steps that any projection can draw; 0, 0 without projections that can have a synapse.
 */
void loligo_network_delay_range(const loligo_network *network, int64_t *min_steps, int64_t *max_steps);

#ifdef __cplusplus
}
#endif

#endif
