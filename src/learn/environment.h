/**
 * What a network acts in, where it learns from rewards instead of samples. An environment is one file,
 * src/learn/environment/NAME.c, and one line in its registry.c. Not collective, all of it.
 *
 * An episode begins in a drawn state. In each of its steps the network sees an observation for one trial, and what its
 * readout says is the action.
 */
#ifndef LOLIGO_LEARN_ENVIRONMENT_H
#define LOLIGO_LEARN_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/param.h"
#include "base/random/random.h"
#include "base/registry.h"

enum { ENVIRONMENT_MAX_NUMBERS = 16 };

typedef struct environment {
  const char *name, *summary;             /* name as in environment: {cart_pole: {...}} */
  loligo_param_table params;              /* type LOLIGO_PARAM_REAL */
  size_t n_states, n_observed, n_actions; /* each at most ENVIRONMENT_MAX_NUMBERS */
  unsigned most_steps;                    /* of an episode */

  /** state[n_states] at the begin of an episode. */
  void (*begin)(const double *param, random_stream *stream, double *state);

  /** observed[n_observed] of a state. */
  void (*observe)(const double *param, const double *state, random_stream *stream, double *observed);

  /** Moves the state by action[n_actions] and adds to *reward; false where the episode ends with it. */
  bool (*act)(const double *param, const double *action, double *state, double *reward);
} environment;

REGISTRY_OF(environment);

#endif
