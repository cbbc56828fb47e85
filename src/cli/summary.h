/** What a run cost on all ranks, for report.yml, and the lines that close it on the terminal. */
#ifndef LOLIGO_CLI_SUMMARY_H
#define LOLIGO_CLI_SUMMARY_H

#include <stdint.h>

#include "io/results/report.h"

/**
 * Fills the phases of a report: least, mean and largest over ranks. Collective.
 *
 * @param simulation          NULL if it was never built: all phases are 0
 * @param checkpoint_seconds  spent outside of the simulation on saving its state, on this rank
 */
void summary_phases(run_report *report, const loligo_context *context, const loligo_simulation *simulation,
                    double checkpoint_seconds);

/**
 * Fills the memory of a report, from its statistics and the bytes that this rank had in use before the build.
 * Collective.
 */
void summary_memory(run_report *report, const loligo_context *context, uint64_t resident_before);

/** Prints what was run, how fast, and where the results are. For rank 0, with statistics. */
void summary_print(const run_report *report, int ranks);

#endif
