/** One synapse: as a list of edges gives it, and as it was built. */
#ifndef LOLIGO_SYNAPSE_H
#define LOLIGO_SYNAPSE_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One edge of an explicit list. */
typedef struct loligo_edge {
  uint64_t source, target; /* indices within their populations */
  double weight;           /* receptor's base unit */
  double delay;            /* ms */
} loligo_edge;

/** A synapse as built, for export. */
typedef struct loligo_synapse {
  size_t projection;
  uint64_t source, target; /* indices within their populations */
  double weight;           /* as stored (after fixed point), receptor's base unit */
  double weight_now;       /* the same, unless the synapse is plastic */
  int64_t delay;           /* steps */
} loligo_synapse;

/** Takes one synapse, valid only during the call; a status other than LOLIGO_OK ends the listing. */
typedef loligo_status (*loligo_synapse_sink)(void *self, const loligo_synapse *synapse);

#ifdef __cplusplus
}
#endif

#endif
