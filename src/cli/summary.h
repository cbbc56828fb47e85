/** The lines that close a run on the terminal. */
#ifndef LOLIGO_CLI_SUMMARY_H
#define LOLIGO_CLI_SUMMARY_H

#include "io/results/report.h"

/** Prints what was run, how fast, and where the results are. For rank 0, with statistics. */
void summary_print(const run_report *report);

#endif
