/** A run: from a description to a complete result. */
#ifndef LOLIGO_RUN_RUN_H
#define LOLIGO_RUN_RUN_H

#include <stdbool.h>

#include "loligo/context.h"
#include "loligo/status.h"
#include "run/listener.h"
#include "run/spec.h"

/**
 * Makes a process one that runs: signals ask the run for something from here on (signals.h), and files are written by
 * the MPI-IO that Loligo trusts. Not collective; once, before MPI_Init().
 */
void run_prepare_process(void);

/**
 * Performs a run: reads the model, finds what it goes on from, builds, simulates, saves its state as it goes, closes
 * the files and writes the report. A dry run leaves its report and no other result, by default in a directory beside
 * that of the model.
 *
 * Collective. After run_prepare_process().
 *
 * @param listener  of rank 0; other ranks' are not called
 * @return          LOLIGO_OK, also where the run was complete already; LOLIGO_CHECKPOINTED or LOLIGO_INTERRUPTED where
 *                  it was asked to stop and can, or cannot, be gone on with; else an error, the same on all ranks,
 *                  which listener->finish() has been told
 */
loligo_status run_perform(const loligo_context *context, const run_spec *spec, const run_listener *listener);

/** Whether a run that ended so was asked to, and did not fail. Not collective. */
bool run_was_stopped(loligo_status status);

#endif
