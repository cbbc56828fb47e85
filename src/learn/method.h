/**
 * How a network learns in trials. A method is one file, src/learn/method/NAME.c, and one line in its registry.c.
 */
#ifndef LOLIGO_LEARN_METHOD_H
#define LOLIGO_LEARN_METHOD_H

#include <stdbool.h>

#include "base/param.h"
#include "base/registry.h"
#include "loligo/status.h"

struct training;

typedef struct learn_method {
  const char *name, *summary;
  loligo_param_table params; /* type LOLIGO_PARAM_REAL or _INTEGER */
  bool acts;                 /* learns from the rewards of an environment, else from samples */

  /** One update of the weights. Collective; the same outcome on all ranks. */
  loligo_status (*update)(struct training *training);
} learn_method;

REGISTRY_OF(learn_method);

#endif
