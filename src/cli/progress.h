/** Progress of a build and of a run on stderr: a bar on a terminal, plain lines in a log. */
#ifndef LOLIGO_CLI_PROGRESS_H
#define LOLIGO_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
  double dt;            /* ms */
  int64_t first, steps; /* where the run begins, and where it ends */
  double started, due;  /* seconds on the monotonic clock; when to print next */
  bool terminal, shown;
} progress;

/** Starts the clock of a run from step `first` to `steps`. Not collective. */
void progress_start_steps(progress *progress, double dt, int64_t first, int64_t steps);

/** Prints how far the run is, now and then. Call it after every interval, on one rank only. */
void progress_show_steps(progress *progress, int64_t step);

/** Starts the clock of a build. Not collective. */
void progress_start_build(progress *progress);

/** Prints how far a build is, where it takes longer than a second. Call it as often as you like, on one rank only. */
void progress_show_build(progress *progress, double fraction);

/** Ends the line of a bar. */
void progress_end(const progress *progress);

#endif
