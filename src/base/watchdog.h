/**
 * Ends a job that gets nowhere: a rank that was stopped, a link that broke, a file system that hangs.
 *
 * A thread on each rank tells rank 0 over UDP, outside of MPI, how its heartbeat stands. Where nobody in the job got on
 * for the whole period, rank 0 names on stderr who is silent, or else who is not waiting for others, and ends the job
 * with status 3; where it is rank 0 that is silent, another rank does. Time in which a rank itself is suspended does
 * not count, so that a job that is suspended as a whole goes on afterwards. Nobody outside of the job can end it:
 * lifeline.h.
 */
#ifndef LOLIGO_BASE_WATCHDOG_H
#define LOLIGO_BASE_WATCHDOG_H

#include "loligo/context.h"

typedef struct watchdog watchdog;

/**
 * What is done on the rank that ends the job, in a thread of its own while the others hang or go on; after two seconds
 * the job ends all the same.
 */
typedef struct watchdog_end {
  void (*tell)(void *self, const char *message);
  void *self; /* lives as long as the watchdog */
} watchdog_end;

/**
 * Starts to watch. Collective over the context.
 *
 * @param seconds  wall time without progress after which the job ends; 0 does not watch
 * @return         MACHINE error if there is no memory, socket or thread to be had; *out is then NULL, as it is where
 *                 nothing is watched
 */
loligo_status watchdog_start(const loligo_context *context, double seconds, watchdog_end end, watchdog **out);

/** Stops to watch. Not collective. NULL is allowed. */
void watchdog_stop(watchdog *watchdog);

#endif
