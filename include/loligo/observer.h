/** Who is told on every rank what happens: while synapses are built, and after each interval. */
#ifndef LOLIGO_OBSERVER_H
#define LOLIGO_OBSERVER_H

#include "loligo/spike.h"
#include "loligo/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Is told on every rank, some times a second, which fraction of its synapses is built. A status other than LOLIGO_OK
 * ends the build on all ranks: LOLIGO_INTERRUPTED where somebody asked for it. Must not call collectives.
 */
typedef struct loligo_build_observer {
  void *self;
  loligo_status (*progress)(void *self, double fraction);
} loligo_build_observer;

/**
 * Is told of every interval, on all ranks, after the exchange; may call collectives. Its error ends the run on all
 * ranks; an error that only some ranks return is agreed upon at the next exchange, so it must not leave a collective
 * half done.
 */
typedef struct loligo_observer {
  void *self;
  loligo_status (*interval)(void *self, const loligo_interval *interval);
} loligo_observer;

#ifdef __cplusplus
}
#endif

#endif
