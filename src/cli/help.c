/*
 * loligo help: usage, options and examples of a command.
 */
#include "cli/help.h"

#include <string.h>

#include "loligo/status.h"

void help_print_usage(FILE *out)
{
  fprintf(out, "loligo: simulates spiking networks of Hodgkin-Huxley and integrate-and-fire neurons on clusters\n\n"
               "usage: [mpirun -n RANKS] loligo COMMAND ...\n\n");
  const command *command;
  for (size_t i = 0; (command = command_at(i)); i++) {
    char left[64];
    snprintf(left, sizeof left, "%s %s", command->name, command->operand ? command->operand : "");
    fprintf(out, "  %-22s %s\n", left, command->summary);
  }
  fprintf(out, "\n  COMMAND --help         options of a command, and examples\n  -v, --version          version, "
               "revision, compiler, libraries\n");
}

void help_print_command(const command *command)
{
  printf("loligo %s%s%s%s\n\n%s\n", command->name, command->operand ? " " : "",
         command->operand ? command->operand : "", command->n > 1 ? " [options]" : "", command->summary);
  printf("\noptions:\n");
  for (size_t i = 0; i < command->n; i++) {
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", command->table[i].name, command->table[i].value ? " " : "",
             command->table[i].value ? command->table[i].value : "");
    printf("  %-20s %s\n", left, command->table[i].help);
  }
  printf("\nexamples:\n");
  for (size_t i = 0; i < COMMAND_EXAMPLES; i++) printf("  %s\n", command->examples[i]);
}

loligo_status help_unknown_command(const char *name)
{
  fault_names names = {.n = 0};
  registry_names(&command_registry, &names);
  return options_fail_unknown("command", "", name, names.name, names.n, "see loligo --help");
}

static loligo_status print_completion(const char *shell)
{
  static const char *const shells[] = {"bash", "zsh"};
  if (strcmp(shell, shells[0]) == 0)
    help_print_bash();
  else if (strcmp(shell, shells[1]) == 0)
    help_print_zsh();
  else
    return options_fail_unknown("shell", "", shell, shells, 2, "known: bash, zsh");
  return LOLIGO_OK;
}

static loligo_status print_about(const char *name)
{
  const command *command = name ? command_find(name) : NULL;
  if (name && !command) return help_unknown_command(name);
  if (command)
    help_print_command(command);
  else
    help_print_usage(stdout);
  return LOLIGO_OK;
}

static int help(const options *options, int argc, char **argv)
{
  (void)argc, (void)argv;
  loligo_status status = LOLIGO_OK;
  if (options_has(options, "man"))
    help_print_manual();
  else if (options_value(options, "completion"))
    status = print_completion(options_value(options, "completion"));
  else
    status = print_about(options->operand);
  return status == LOLIGO_OK ? LOLIGO_OK : report_failure(status);
}

static const option help_options[] = {
    {"man", NULL, "the manual page, as man reads it"},
    {"completion", "SHELL", "what bash or zsh reads to complete a command line"},
    {"help", NULL, "this text"},
};

const command command_help = {.name = "help",
                              .operand = "[COMMAND]",
                              .summary = "tells the options of a command, with examples",
                              .examples = {"loligo help run", "source <(loligo help --completion bash)"},
                              .table = help_options,
                              .n = sizeof help_options / sizeof help_options[0],
                              .run = help};
