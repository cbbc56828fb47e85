/*
 * From a process to a rank and back.
 */
#include "cli/launch.h"

#include <stdlib.h>

#include "run/run.h"

void launch_mpi(void)
{
  setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  setenv("OMPI_MCA_orte_create_session_dirs", "0", 0);
  MPI_Init(NULL, NULL);
}

int launch(launch_function perform, const options *options, int argc, char **argv)
{
  loligo_context context;
  run_prepare_process();
  launch_mpi();
  loligo_context_init(&context, MPI_COMM_WORLD);
  const loligo_status status = perform(&context, options, argc, argv);
  loligo_context_free(&context);
  MPI_Finalize();
  return (int)status;
}
