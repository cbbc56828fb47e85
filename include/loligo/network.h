/**
 * A network as described: populations, projections, inputs. O(populations), identical on all ranks, without MPI.
 *
 * Times in ms, counts of steps as integers; weights in the base unit of the receptor (pA, nS, mV). Build one with the
 * functions that add and set, or let the model file reader do it. While a simulation of it lives they all fail (INPUT)
 * and change nothing; behind loligo_simulation_destroy() they work again, and what was added since wants a new
 * decomposition. Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_H
#define LOLIGO_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/distribution.h"
#include "loligo/model.h"
#include "loligo/selection.h"
#include "loligo/status.h"
#include "loligo/synapse.h"

/** The longest name of a population, projection or input: names become parts of paths in files. */
enum { LOLIGO_NAME_BYTES = 200 };

typedef struct loligo_population {
  char *name;
  char *place; /* "FILE:4:3: ", put before late messages about it; NULL: nothing; owned */
  const loligo_model *model;
  uint64_t size;               /* cells */
  uint64_t first_gid;          /* global id of cell 0; populations are numbered one behind the other */
  loligo_distribution *params; /* [model's parameters] LOLIGO_UNSET: the model's default */
  loligo_distribution *init;   /* [model's variables] LOLIGO_UNSET: the model's default */
  double *times;               /* [n_times] ms, ascending: trains of a spike source; owned */
  uint64_t *owners;            /* [n_times] cell that emits each; NULL: every cell emits all; owned */
  size_t n_times;
} loligo_population;

/** One way in which a synapse acts: a signal of the source sets off a receptor of the target. */
typedef struct loligo_channel {
  int signal;      /* of the source's model; 0: its spikes */
  int receptor[2]; /* of the target's model: of weights >= 0, of weights below 0 */
  double fixed;    /* weight of all synapses; 0: the projection's */
} loligo_channel;

enum { LOLIGO_MAX_CHANNELS = 4 };

typedef struct loligo_projection {
  char *name;               /* random numbers are keyed by it */
  char *place;              /* as in a population */
  size_t source, target;    /* populations */
  const struct rule *rule;  /* how partners are chosen */
  double rule_argument;     /* K, N or p; 0 where the rule has none */
  const loligo_edge *edges; /* [n_edges] for the explicit rule, sorted by target; owned by the network */
  uint64_t n_edges;
  bool autapses, multapses; /* allowed? */
  const struct synapse_model *synapse;
  loligo_channel channels[LOLIGO_MAX_CHANNELS]; /* [n_channels] of the synapse model, found in these populations */
  size_t n_channels;
  int receptor[2]; /* of the target's model, as in a channel; differ where both signs occur and none is named */
  loligo_distribution weight; /* of the explicit rule 0, and delay dt: its edges bring their own */
  loligo_distribution delay;  /* ms */
} loligo_projection;

typedef struct loligo_input {
  char *name;
  const struct input_model *model;
  loligo_selection target;
  int receptor;            /* -1 for currents */
  double weight;           /* receptor's base unit; 1 for currents */
  double *params;          /* [model's parameters] */
  struct real_list *lists; /* [model's parameters] for those that are lists; owned */
  double *times;           /* as in a population */
  uint64_t *owners;
  size_t n_times;
  int64_t start, stop; /* steps: currents flow, and spikes arrive, from start on and before stop */
} loligo_input;

typedef struct loligo_network {
  double dt;     /* ms */
  uint64_t seed; /* every random number follows from it */
  loligo_population *populations;
  size_t n_populations;
  loligo_projection *projections;
  size_t n_projections;
  loligo_input *inputs;
  size_t n_inputs;
  uint64_t n_cells;            /* sum of the sizes */
  struct network_index *index; /* names; private */
} loligo_network;

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

/** Gives a spike source its trains; copies times[n] (ms, any order) and owners[n] (NULL: every cell emits all). */
loligo_status loligo_network_set_trains(loligo_network *network, size_t population, const double *times,
                                        const uint64_t *owners, size_t n);

/** What a caller may say of a projection; zero members mean the default. */
typedef struct loligo_projection_spec {
  const char *name; /* NULL: "projection N" by its position */
  size_t source, target;
  const char *rule; /* "one_to_one", "fixed_indegree", ... */
  double argument;  /* K, N or p */
  bool no_autapses, no_multapses;
  const char *synapse;  /* NULL: "static" */
  const char *receptor; /* NULL: exc, or for each negative weight that is no conductance inh */
  bool any_sign;        /* a weight may have the sign that the named receptor, exc or inh, does not stand for */
  loligo_distribution weight, delay;
  const loligo_edge *edges; /* [n_edges] copied and sorted, for "explicit" */
  uint64_t n_edges;
} loligo_projection_spec;

/** Appends a projection after checking everything that can be checked without building it. */
loligo_status loligo_network_add_projection(loligo_network *network, const loligo_projection_spec *spec);

typedef struct loligo_input_spec {
  const char *name, *model; /* model: "poisson", "dc", ... */
  loligo_selection target;
  const char *receptor;          /* as in a projection */
  bool any_sign;                 /* likewise */
  double weight;                 /* unused by currents */
  double start, stop;            /* ms, in steps by loligo_steps(); stop <= 0 means that the input never ends */
  const double *params;          /* [model's parameters] in the order of its table, NAN: the default; may be NULL */
  const struct real_list *lists; /* [model's parameters] copied; may be NULL */
  const double *times;           /* [n_times] ms, for "spikes"; copied and sorted */
  const uint64_t *owners;        /* as for trains */
  size_t n_times;
} loligo_input_spec;

/** Appends an input after checking it. */
loligo_status loligo_network_add_input(loligo_network *network, const loligo_input_spec *spec);

/** Whether the function that failed last, of those above, refused one element of a list: *at receives which edge or
 * spike time, in the order given. */
bool loligo_network_refused(const loligo_network *network, uint64_t *at);

/** Number of the population of that name, or -1. */
int64_t loligo_network_find(const loligo_network *network, const char *population);

/** Population of a global id: the i with first_gid <= gid < first_gid + size. gid < n_cells. */
size_t loligo_network_population_of(const loligo_network *network, uint64_t gid);

/** Steps in a time of t ms, within +-2^62: the nearest number, of two equally near ones the larger; 0.15 ms at 0.1 ms
 * are 2, whatever their doubles. All times that a user gives become steps by this rule. */
int64_t loligo_steps(double t_ms, double dt_ms);

/** Smallest and largest delay in steps that any projection can draw; 0, 0 without projections that can have a synapse.
 */
void loligo_network_delay_range(const loligo_network *network, int64_t *min_steps, int64_t *max_steps);

#endif
