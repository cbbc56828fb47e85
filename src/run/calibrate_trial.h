/** Small simulations of one rank, alone, whose phases are timed. Not collective, all of it. */
#ifndef LOLIGO_RUN_CALIBRATE_TRIAL_H
#define LOLIGO_RUN_CALIBRATE_TRIAL_H

#include "base/timer.h"
#include "loligo/context.h"
#include "loligo/network.h"
#include "loligo/simulation.h"

/** A network while it runs. */
typedef struct trial {
  loligo_context self; /* of this rank alone */
  loligo_network *network;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  double build_seconds[PHASE_COUNT]; /* by the processor's clock, as far as it tells phases apart */
} trial;

/** Takes over a network, also after a failure, and builds it; trial_close() then. */
loligo_status trial_open(trial *trial, loligo_network *network);
void trial_close(trial *trial);

/** What a few steps took, and what happened in them. */
typedef struct trial_slice {
  double seconds[PHASE_COUNT];
  double events, spikes;
} trial_slice;

/**
 * Runs n slices, at most 64, of `steps` steps each.
 *
 * @param slice  the median seconds of each phase, and the mean numbers
 */
loligo_status trial_run(trial *trial, int n, int64_t steps, trial_slice *slice);

#endif
