/** Progress of a run on stderr: a bar on a terminal, plain lines in a log. */
#ifndef LOLIGO_CLI_PROGRESS_H
#define LOLIGO_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "loligo/simulation.h"

typedef struct progress {
  double dt;            /* ms */
  int64_t first, steps; /* where the run begins, and where it ends */
  double started, last; /* seconds on the monotonic clock */
  bool terminal;
} progress;

/** Starts the clock of a run from step `first` to `steps`. Not collective. */
void progress_start(progress *progress, double dt, int64_t first, int64_t steps);

/** An observer that prints; `progress` must outlive the simulation. Give it to one rank only. */
loligo_observer progress_observer(progress *progress);

/** Ends the line of a bar. */
void progress_end(const progress *progress);

#endif
