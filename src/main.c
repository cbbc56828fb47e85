/*
 * loligo: finds the command, parses its options, runs it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>

#include "base/text.h"
#include "cli/options.h"
#include "io/results/provenance.h"
#include "loligo/context.h"

static void print_usage(FILE *out)
{
  fprintf(out, "loligo: simulates spiking networks of Hodgkin-Huxley and integrate-and-fire neurons on clusters\n\n"
               "usage: [mpirun -n RANKS] loligo COMMAND ...\n\n");
  const command *command;
  for (size_t i = 0; (command = command_at(i)); i++) {
    char left[64];
    snprintf(left, sizeof left, "%s %s", command->name, command->operand ? command->operand : "");
    fprintf(out, "  %-22s %s\n", left, command->summary);
  }
  fprintf(out, "\n  COMMAND --help         options of a command\n  --version              version, revision, compiler, "
               "libraries\n");
}

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
  MPI_Init(NULL, NULL);
  loligo_context_init(&context, MPI_COMM_WORLD);
  status = loligo_agree(&context, status);
  if (context.rank == 0) report_failure(status);
  loligo_context_free(&context);
  MPI_Finalize();
  return (int)status;
}

static int unknown_command(const char *name)
{
  fault_names names = {.n = 0};
  registry_names(&command_registry, &names);
  return report_together(options_fail_unknown("command", "", name, names.name, names.n, "see loligo --help"));
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
    command_help(command);
  else
    code = command->run(&options, argc, argv);
  options_free(&options);
  return code;
}

static int run_arguments(int argc, char **argv)
{
  if (argc < 2) {
    print_usage(stderr);
    return LOLIGO_INPUT_ERROR;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    print_usage(stdout);
    return LOLIGO_OK;
  }
  if (strcmp(argv[1], "--version") == 0) {
    print_version();
    return LOLIGO_OK;
  }
  const command *command = command_find(argv[1]);
  return command ? run_command(command, argc, argv) : unknown_command(argv[1]);
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
