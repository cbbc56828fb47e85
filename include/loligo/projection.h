/** What a caller says of a projection. */
#ifndef LOLIGO_PROJECTION_H
#define LOLIGO_PROJECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/distribution.h"
#include "loligo/positions.h"
#include "loligo/selection.h"
#include "loligo/synapse.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A parameter's value, by the parameter's name. */
typedef struct loligo_named_value {
  const char *name;
  loligo_distribution value;
} loligo_named_value;

/** Zero members mean the default. */
typedef struct loligo_projection_spec {
  const char *name; /* NULL: "projection N" by its position */
  size_t source, target;
  const loligo_selection *sources, *targets; /* cells of them, which the rule takes for all; NULL: all; copied */
  const char *rule;                          /* "one_to_one", "fixed_indegree", ... */
  double argument;                           /* K, N or p */
  const loligo_named_value *rule_params;     /* [n_rule_params] of a rule that has several, each one number */
  size_t n_rule_params;
  loligo_kernel probability; /* of "distance_bernoulli", by the distance */
  loligo_mask mask;          /* of rules that take one; its axes are those of the positions */
  bool no_autapses, no_multapses;
  const char *synapse;                      /* NULL: "static" */
  const loligo_named_value *synapse_params; /* [n_synapse_params] each one number, or that of a population */
  size_t n_synapse_params;
  loligo_distribution dendritic_delay; /* of a plastic synapse model: one number, ms; unset: all of the delay */
  const char *receptor;                /* NULL: exc, or for each negative weight that is no conductance inh */
  size_t compartment;                  /* of the target's cells that it is a receptor of; 0: the soma */
  bool any_sign; /* a weight may have the sign that the named receptor, exc or inh, does not stand for */
  loligo_distribution weight, delay;
  loligo_kernel weight_by_distance;    /* in place of weight, if it has a name */
  loligo_conduction delay_by_distance; /* in place of delay, if it has a speed */
  const loligo_edge *edges;            /* [n_edges] copied and sorted, for "explicit" */
  uint64_t n_edges;
} loligo_projection_spec;

#ifdef __cplusplus
}
#endif

#endif
