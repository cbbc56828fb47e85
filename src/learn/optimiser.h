/**
 * How weights follow their gradient. An optimiser is one file, src/learn/optimiser/NAME.c, and one line in its
 * registry.c. Not collective.
 */
#ifndef LOLIGO_LEARN_OPTIMISER_H
#define LOLIGO_LEARN_OPTIMISER_H

#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/registry.h"
#include "loligo/adjoint.h"

enum { OPTIMISER_MAX_STATES = 2 };

/** Moves weight[n] by gradient[n] and state[n_states][n]; each element by its own values alone. */
typedef void (*optimiser_step)(const double *param, double rate, uint64_t update, size_t n, const void *gradient,
                               void *const *state, void *weight);

typedef struct optimiser {
  const char *name, *summary;               /* name as in optimiser: {adam: {rate: 1e-3}} */
  loligo_param_table params;                /* type LOLIGO_PARAM_REAL; the rate first */
  const char *states[OPTIMISER_MAX_STATES]; /* names of what is kept for each weight; NULL behind the last */
  optimiser_step step[LOLIGO_PRECISIONS];   /* `update` counts from 1 on; `rate` is that of the schedule */
} optimiser;

REGISTRY_OF(optimiser);

#endif
