/*
 * The choice of a component goes through the environment, as there is no call for it.
 */
#include "io/hdf5/mpi_io.h"

#include <hdf5.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpi.h>

#include "base/text.h"

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

/* The start of the names that libraries with ROMIO as their only MPI-IO give themselves. */
static const char *const WITH_ROMIO[] = {"MPICH", "MVAPICH", "CRAY MPICH", "Intel(R) MPI"};

static const char *library_with_romio(void)
{
  char version[MPI_MAX_LIBRARY_VERSION_STRING];
  int length;
  MPI_Get_library_version(version, &length);
  for (size_t i = 0; i < sizeof WITH_ROMIO / sizeof WITH_ROMIO[0]; i++)
    if (text_begins(version, WITH_ROMIO[i])) return WITH_ROMIO[i];
  return NULL;
}

void mpi_io_describe(char *text, size_t size)
{
  const char *component = getenv(VARIABLE), *library = library_with_romio();
  if (library) {
    snprintf(text, size, "ROMIO of %s", library);
  } else if (!component) {
    snprintf(text, size, "default of the MPI library");
  } else {
    snprintf(text, size, "%.30s (chosen by %s)", component, chosen_here ? "loligo" : "the user");
  }
}
