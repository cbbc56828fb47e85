/** A command that runs a model: MPI around it. */
#ifndef LOLIGO_CLI_LAUNCH_H
#define LOLIGO_CLI_LAUNCH_H

#include "cli/options.h"
#include "loligo/context.h"

/** Does what a command is for on all ranks; tells its failure on rank 0. Collective. */
typedef loligo_status (*launch_function)(const loligo_context *context, const options *options, int argc, char **argv);

/**
 * Starts MPI. Without mpirun, Open MPI would start a daemon too, for what the process might start by MPI_Comm_spawn:
 * that takes longer than all else of a short run, and is left off unless the environment says otherwise. Without it all
 * such processes have one name, and would make and remove one folder for each other: nothing here needs that folder.
 */
void launch_mpi(void);

/** Prepares the process, starts MPI, performs, and ends MPI; returns the exit status. Once in a process. */
int launch(launch_function perform, const options *options, int argc, char **argv);

#endif
