/*
 * Purpose: say in every result what made it.
 *
 * What identifies the program comes from the build, the rest from the running process. In the files it is the group
 * /provenance of scalar datasets: attributes are too small for a model file. `complete` is set last, when all else is
 * safe.
 */
#include "io/results/provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_read.h"
#include "io/hdf5/mpi_io.h"

#define GROUP "/provenance/"

static void describe_mpi(char *text, size_t size)
{
  char version[MPI_MAX_LIBRARY_VERSION_STRING];
  int length;
  MPI_Get_library_version(version, &length);
  snprintf(text, size, "%.*s", (int)strcspn(version, ",\n"), version);
  for (char *tab = text; (tab = strchr(tab, '\t'));) *tab = ' ';
}

/* The arguments with spaces between them. */
static char *join(int argc, char **argv)
{
  size_t length = 1, used = 0;
  for (int i = 0; i < argc; i++) length += strlen(argv[i]) + 1;
  char *line = memory_allocate(length, 1, "the command line");
  for (int i = 0; line && i < argc; i++) {
    used += (size_t)snprintf(line + used, length - used, "%s%s", i ? " " : "", argv[i]);
  }
  return line;
}

loligo_status provenance_init(provenance *provenance, int argc, char **argv, const loligo_context *context)
{
  unsigned major, minor, release;
  time_t now = time(NULL);
  struct tm utc;
  memset(provenance, 0, sizeof *provenance);
  snprintf(provenance->version, sizeof provenance->version, "%s", LOLIGO_VERSION);
  snprintf(provenance->revision, sizeof provenance->revision, "%s", LOLIGO_REVISION);
  snprintf(provenance->compiler, sizeof provenance->compiler, "%s", LOLIGO_COMPILER);
  describe_mpi(provenance->mpi, sizeof provenance->mpi);
  H5get_libversion(&major, &minor, &release);
  snprintf(provenance->hdf5, sizeof provenance->hdf5, "%u.%u.%u", major, minor, release);
  mpi_io_describe(provenance->mpi_io, sizeof provenance->mpi_io);
  gethostname(provenance->host, sizeof provenance->host - 1);
  strftime(provenance->started, sizeof provenance->started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  provenance->ranks = context ? context->size : 1;
  provenance->command_line = join(argc, argv);
  return provenance->command_line ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void provenance_free(provenance *provenance)
{
  memory_free(provenance->command_line);
  memset(provenance, 0, sizeof *provenance);
}

void provenance_write(const provenance *provenance, h5_draft *draft)
{
  const char *texts[][2] = {
      {GROUP "model_file", provenance->given},
      {GROUP "used_parameters", provenance->used},
      {GROUP "command_line", provenance->command_line},
      {GROUP "version", provenance->version},
      {GROUP "revision", provenance->revision},
      {GROUP "compiler", provenance->compiler},
      {GROUP "mpi", provenance->mpi},
      {GROUP "hdf5", provenance->hdf5},
      {GROUP "mpi_io", provenance->mpi_io},
      {GROUP "models", provenance->models},
      {GROUP "host", provenance->host},
      {GROUP "started", provenance->started},
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    h5_draft_text(draft, texts[i][0], texts[i][1] ? texts[i][1] : "");
  }
  if (provenance->data && *provenance->data) h5_draft_text(draft, GROUP "data", provenance->data);
  h5_draft_scalar(draft, GROUP "ranks", H5T_NATIVE_INT, &provenance->ranks);
  h5_draft_scalar(draft, GROUP "complete", H5T_NATIVE_UINT8, &(uint8_t){0});
}

bool provenance_is_in(const char *path)
{
  h5_reader reader;
  bool found = h5_reader_try(&reader, path) && H5Lexists(reader.file, "/provenance", H5P_DEFAULT) > 0;
  h5_reader_close(&reader);
  return found;
}

loligo_status provenance_complete(const char *path)
{
  h5_draft draft;
  h5_draft_open(&draft, path);
  h5_draft_set_scalar(&draft, GROUP "complete", H5T_NATIVE_UINT8, &(uint8_t){1});
  return h5_draft_close(&draft);
}
