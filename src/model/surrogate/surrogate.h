/**
 * What stands for the derivative of a threshold: psi(x) at the distance x of a variable from it, and its primitive,
 * which stands for the threshold itself where gradients are tested.
 *
 * A surrogate is one file, src/model/surrogate/NAME.c, and one line in registry.c. Not collective, all of it.
 */
#ifndef LOLIGO_MODEL_SURROGATE_SURROGATE_H
#define LOLIGO_MODEL_SURROGATE_SURROGATE_H

#include <stddef.h>

#include "base/param.h"
#include "base/registry.h"
#include "loligo/adjoint.h"

/** Fills out[n] at x[n], numbers of one precision, aligned to 64 bytes; n is a multiple of LOLIGO_LANES; `width` is the
 * value of its one parameter. `out` may be `x`. The same bits in all lanes. */
typedef void (*surrogate_function)(double width, size_t n, const void *x, void *out);

typedef struct surrogate {
  const char *name, *summary; /* name as in surrogate: {rectangle: {...}} */
  const char *equations;      /* plain text */
  loligo_param_table params;  /* one row, type LOLIGO_PARAM_REAL: its width */
  surrogate_function derivative[LOLIGO_PRECISIONS];
  surrogate_function primitive[LOLIGO_PRECISIONS]; /* 0 far below the threshold */
} surrogate;

REGISTRY_OF(surrogate);

#endif
