/** A plan as a user reads it, on stdout. Not collective, all of it. */
#ifndef LOLIGO_CLI_PLAN_TABLE_H
#define LOLIGO_CLI_PLAN_TABLE_H

#include "run/planner.h"

/** Prints what holds for any number of ranks: rates, and bytes of files. */
void plan_table_print_model(const planner *planner);

/** Prints what the ranks of a plan need and take, which exchange they use, and the limits that they meet. */
void plan_table_print(const planner *planner, const plan *plan, int ranks);

/** Prints a batch file for Slurm that runs `path`. */
void plan_table_print_job(const planner_job *job, const char *path);

#endif
