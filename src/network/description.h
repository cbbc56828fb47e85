/**
 * What a network is made of, for the code that checks, builds and stores it: who uses the installed library sees
 * functions only (loligo/network.h). Everything here is written by the files of this folder and read by all others.
 */
#ifndef LOLIGO_NETWORK_DESCRIPTION_H
#define LOLIGO_NETWORK_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/pool.h"
#include "loligo/distribution.h"
#include "loligo/model.h"
#include "loligo/positions.h"
#include "loligo/selection.h"

struct scheduled_values;

typedef struct loligo_population {
  char *name;
  fault_place place;              /* put before late messages about it; its origin lies in the network's pool */
  const loligo_model *model;      /* as it is with the population's parameters: its own, or the registered one */
  const loligo_model *registered; /* under its name */
  uint64_t size;                  /* cells */
  uint64_t first_gid;             /* global id of cell 0; populations are numbered one behind the other */
  loligo_distribution *params;    /* [model's parameters] LOLIGO_UNSET: the model's default */
  loligo_distribution *init;      /* [model's variables] LOLIGO_UNSET: the model's default */
  const char **receptor_names;    /* [n_receptor_names] of those that parameters list; NULL: numbers; in the pool */
  size_t n_receptor_names;
  double *times;    /* [n_times] ms, ascending: trains of a spike source; owned */
  uint64_t *owners; /* [n_times] cell that emits each; NULL: every cell emits all; owned */
  size_t n_times;
  int64_t repeat;             /* steps of a source after which it begins anew; 0: it never does */
  loligo_positions positions; /* network/positions.h; a list is owned */
  const char *whole;          /* in results its cells stand with those of others under this name; NULL: alone,
                                 under its own; in the pool, as the next */
  const uint64_t *node_ids;   /* [size] ascending: which they are there; NULL: 0, 1, ... */
  bool may_differ;            /* cells may come to differ in a parameter within a run */
  const struct scheduled_values *values; /* that hold now; NULL: those above (network/schedule.h) */
} loligo_population;

/** One way in which a synapse acts: a signal of the source sets off a receptor of the target. */
typedef struct network_pathway {
  int signal;      /* of the source's model; 0: its spikes */
  int receptor[2]; /* of the target's model: of weights >= 0, of weights below 0 */
} network_pathway;

/** What a projection says of a synapse model whose weights, or what they bring, change. */
typedef struct network_plasticity {
  const double *params;   /* [parameters of the synapse model]; in the pool */
  double wmax;            /* largest weight, whose sign all have; receptor's base unit */
  double dendritic_delay; /* ms, from the synapse to the soma and back; NAN: all of the delay */
} network_plasticity;

/** A function of the distance in a projection. */
typedef struct distance_law {
  const struct kernel *kernel; /* NULL: none */
  double at_zero, length;      /* um */
} distance_law;

/** What a projection says of where its cells lie. */
typedef struct projection_space {
  distance_law probability; /* of a pair */
  distance_law weight;
  loligo_mask mask;
  loligo_conduction delay;
  double nearest, farthest; /* um, bounds of the distances of pairs that the rule may connect */
  double pairs;             /* that are expected: in the mask, each with its probability; 0 where there is neither */
} projection_space;

/** There may be hundreds of thousands, on every rank: what is not for all of them lies in the network's pool. */
typedef struct loligo_projection {
  const char *name;                          /* random numbers are keyed by it; in the pool */
  fault_place place;                         /* as in a population */
  uint32_t source, target;                   /* populations */
  const loligo_selection *sources, *targets; /* cells of them for which the rule is; NULL: all; owned */
  const struct rule *rule;                   /* how partners are chosen */
  double rule_argument;                      /* K, N or p; 0 where the rule has none */
  const double *rule_params;                 /* [parameters of the rule]; NULL: it has none; in the pool */
  const projection_space *space;             /* NULL: nothing depends on positions; in the pool */
  struct edge_list *list;                    /* of a rule that lists edges (network/edge_list.h), else NULL; owned */
  int receptor[2]; /* of the target's model, as in a pathway; differ where both signs occur and none is named */
  bool autapses, multapses; /* allowed? */
  const struct synapse_model *synapse;
  const network_pathway *pathways;      /* [pathways of the synapse model] found in these populations; in the pool */
  const network_plasticity *plasticity; /* NULL: a static synapse model; in the pool */
  const loligo_distribution *weight; /* of the explicit rule 0, and delay dt: its edges bring their own; in the pool */
  const loligo_distribution *delay;  /* ms; in the pool. Of values by distance both hold the bounds, as uniform laws */
} loligo_projection;

typedef struct loligo_input {
  char *name;
  const struct input_model *model;
  loligo_selection target;   /* taken (network/selection.h); owned */
  bool by_population;        /* random numbers are keyed by the target's population too */
  int receptor;              /* -1 for currents */
  size_t site;               /* where a current flows: 0: into the cell, else number of a site of the model + 1 */
  double weight;             /* receptor's base unit; 1 for currents; NAN where cells differ */
  double *params;            /* [model's parameters] NAN where cells differ */
  loligo_distribution *each; /* [model's parameters + 1] where cells differ, the last for the weight, else LOLIGO_UNSET;
                                a list has a value for each cell of the target in order; owned */
  struct real_list *lists;   /* [model's parameters] for those that are lists; owned */
  double *times;             /* as in a population */
  uint64_t *owners;
  size_t n_times;
  int64_t start, stop;                   /* steps: currents flow, and spikes arrive, from start on and before stop */
  int64_t repeat;                        /* steps after which what it does begins anew, from step 0 on; 0: never */
  bool any_sign;                         /* a weight may have either onto every receptor */
  const struct scheduled_values *values; /* as in a population, rows as in `each` */
} loligo_input;

/** The step in its own time that a source or an input which repeats itself every so many steps is at. */
static inline int64_t repeated_step(int64_t repeat, int64_t step)
{
  return repeat > 0 ? step % repeat : step;
}

/** A value that another takes the place of within a run. */
typedef struct scheduled_change {
  int64_t step;              /* from whose begin on it holds */
  fault_place place;         /* as in a population */
  bool of_input;             /* else of a population */
  size_t of;                 /* number of that */
  size_t row;                /* of the parameters of its model; of an input, behind them: weight, start, stop */
  loligo_selection cells;    /* of the population, taken; of an input: of its target, which are all; owned */
  loligo_distribution value; /* for each of them; start and stop: steps; owned */
} scheduled_change;

typedef struct loligo_network {
  double dt;     /* ms */
  uint64_t seed; /* every random number follows from it */
  loligo_population *populations;
  size_t n_populations;
  loligo_projection *projections;
  size_t n_projections;
  loligo_input *inputs;
  size_t n_inputs;
  scheduled_change *changes; /* [n_changes] by step, those of one step as they were added */
  size_t n_changes;
  uint64_t n_cells;                 /* sum of the sizes */
  struct loligo_cell_values *lists; /* all that values are `listed` in; owned */
  pool pool;                        /* of what the members above point to */
  struct network_index *index;      /* of names */
} loligo_network;

#endif
