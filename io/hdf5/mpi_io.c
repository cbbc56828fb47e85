/*
 * The choice of a component goes through the environment, as there is no call for it.
 */
#include "io/hdf5/mpi_io.h"

#include <hdf5.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const char VARIABLE[] = "OMPI_MCA_io", CHOSEN[] = "romio321";
static bool chosen_here;

void mpi_io_prepare(void)
{
  signal(SIGXFSZ, SIG_IGN);
  H5dont_atexit();
  H5open();
  if (getenv(VARIABLE)) return;
  chosen_here = setenv(VARIABLE, CHOSEN, 0) == 0;
}

void mpi_io_describe(char *text, size_t size)
{
  const char *component = getenv(VARIABLE);
  if (!component) {
    snprintf(text, size, "default of the MPI library");
  } else {
    snprintf(text, size, "%.30s (chosen by %s)", component, chosen_here ? "loligo" : "the user");
  }
}
