/*
 * From a process to a rank and back.
 */
#include "cli/launch.h"

#include "run/run.h"

int launch(launch_function perform, const options *options, int argc, char **argv)
{
  loligo_context context;
  run_prepare_process();
  MPI_Init(NULL, NULL);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const loligo_status status = perform(&context, options, argc, argv);
  loligo_context_free(&context);
  MPI_Finalize();
  return (int)status;
}
