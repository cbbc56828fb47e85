/** What a run used on all ranks, for its report: seconds by phase, and memory. */
#ifndef LOLIGO_RUN_USAGE_H
#define LOLIGO_RUN_USAGE_H

#include <stdint.h>

#include "io/results/report.h"

/**
 * Fills the phases of a report: least, mean and largest over ranks. Collective.
 *
 * @param simulation          NULL if it was never built: all phases are 0
 * @param checkpoint_seconds  spent outside of the simulation on saving its state, on this rank
 */
void usage_phases(run_report *report, const loligo_context *context, const loligo_simulation *simulation,
                  double checkpoint_seconds);

/**
 * Fills the memory of a report, from its statistics and the bytes that this rank had in use before the build.
 * Collective.
 */
void usage_memory(run_report *report, const loligo_context *context, uint64_t resident_before);

#endif
