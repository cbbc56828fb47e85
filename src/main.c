/*
 * loligo: finds the command, parses its options, runs it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>

#include "cli/help.h"
#include "cli/launch.h"
#include "cli/options.h"
#include "io/results/provenance.h"
#include "loligo/context.h"

static void print_version(void)
{
  provenance provenance;
  char command[] = "loligo", *argv[] = {command, NULL};
  if (provenance_init(&provenance, 1, argv, NULL) != LOLIGO_OK) return;
  printf("loligo %s (%s)\ncompiler  %s\nMPI       %s\nHDF5      %s\n", provenance.version, provenance.revision,
         provenance.compiler, provenance.mpi, provenance.hdf5);
  provenance_free(&provenance);
}

/* All ranks find the same mistake; one tells it. */
static int report_together(loligo_status status)
{
  loligo_context context;
  launch_mpi();
  loligo_context_init(&context, MPI_COMM_WORLD);
  status = loligo_agree(&context, status);
  if (context.rank == 0) report_failure(status);
  loligo_context_free(&context);
  MPI_Finalize();
  return (int)status;
}

static int run_command(const command *command, int argc, char **argv)
{
  options options;
  loligo_status status = options_parse(&options, command->table, command->n, argc, argv);
  if (status == LOLIGO_OK && !command->takes_two) status = options_at_most_one_operand(&options);
  int code = (int)status;
  if (status != LOLIGO_OK)
    code = command->collective ? report_together(status) : report_failure(status);
  else if (options_has(&options, "help"))
    help_print_command(command);
  else
    code = command->run(&options, argc, argv);
  options_free(&options);
  return code;
}

static int run_arguments(int argc, char **argv)
{
  if (argc < 2) {
    help_print_usage(stderr);
    return LOLIGO_INPUT_ERROR;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    help_print_usage(stdout);
    return LOLIGO_OK;
  }
  if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-v") == 0) {
    print_version();
    return LOLIGO_OK;
  }
  const command *command = command_find(argv[1]);
  return command ? run_command(command, argc, argv) : report_together(help_unknown_command(argv[1]));
}

/* What was printed may still wait in memory, or be lost already. Not for a reader that has left: it wants no more. */
static int close_output(int code)
{
  const bool waits = __fpending(stdout) > 0, has_failed = ferror(stdout);
  if (has_failed && !waits) putchar('\n'); /* closing it tells why */
  errno = 0;
  const bool fails = fclose(stdout) && (waits || errno != EBADF);
  if (errno == EPIPE || (!has_failed && !fails)) return code;
  fprintf(stderr, "cannot write to standard output: %s\n", errno ? strerror(errno) : "some of it is lost");
  return code == LOLIGO_OK ? LOLIGO_MACHINE_ERROR : code;
}

int main(int argc, char **argv)
{
  return close_output(run_arguments(argc, argv));
}
