/*
 * The manual page and the completions of shells, from the tables of commands and options.
 */
#include <stdio.h>
#include <string.h>

#include "cli/help.h"
#include "loligo/status.h"

/* -- man -- */

/* A text of a line that begins with no dot or quote. */
static void print_roff(const char *text)
{
  for (; *text; text++) {
    if (*text == '-' || *text == '\\') putchar('\\');
    putchar(*text == '\\' ? 'e' : *text);
  }
}

static void print_option(const option *option)
{
  printf(".TP\n\\fB\\-\\-");
  print_roff(option->name);
  printf("\\fR");
  if (option->value) printf(" \\fI%s\\fR", option->value);
  printf("\n");
  print_roff(option->help);
  printf("\n");
}

static void print_command(const command *command)
{
  printf(".SS \"%s%s%s\"\n", command->name, command->operand ? " " : "", command->operand ? command->operand : "");
  print_roff(command->summary);
  printf("\n");
  for (size_t i = 0; i < command->n; i++) print_option(&command->table[i]);
  printf(".PP\n.nf\n");
  for (size_t i = 0; i < COMMAND_EXAMPLES; i++) {
    printf("    ");
    print_roff(command->examples[i]);
    printf("\n");
  }
  printf(".fi\n");
}

void help_print_manual(void)
{
  const command *command;
  printf(".TH LOLIGO 1 \"\" \"Loligo\" \"User Commands\"\n"
         ".SH NAME\nloligo \\- simulates spiking networks of Hodgkin\\-Huxley and integrate\\-and\\-fire neurons on "
         "clusters\n"
         ".SH SYNOPSIS\n[\\fBmpirun\\fR \\-n \\fIRANKS\\fR] \\fBloligo\\fR \\fICOMMAND\\fR ...\n"
         ".SH DESCRIPTION\nA network is written as a YAML file, whose keys \\fBloligo parameters\\fR lists with their "
         "units and\n"
         "defaults. Results are HDF5 files in SONATA's layout, and report.yml.\n.SH COMMANDS\n");
  for (size_t i = 0; (command = command_at(i)); i++) print_command(command);
  printf(".SH EXIT STATUS\n");
#define PRINT_STATUS(name, code, text) printf(".TP\n\\fB%d\\fR\n%s\n", code, text);
  LOLIGO_STATUS_LIST(PRINT_STATUS)
#undef PRINT_STATUS
}

/* -- bash -- */

static void print_names(void)
{
  const command *command;
  for (size_t i = 0; (command = command_at(i)); i++) printf("%s%s", i ? " " : "", command->name);
}

void help_print_bash(void)
{
  const command *command;
  printf("# completes the command line of loligo in bash\n_loligo() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} words='' files=-f\n"
         "  if ((COMP_CWORD == 1)); then\n    words='");
  print_names();
  printf(" --help --version' files=\n  else\n    case ${COMP_WORDS[1]} in\n");
  for (size_t i = 0; (command = command_at(i)); i++) {
    printf("    %s) words='", command->name);
    for (size_t k = 0; k < command->n; k++) printf("%s--%s", k ? " " : "", command->table[k].name);
    printf("' ;;\n");
  }
  printf("    esac\n    case ${COMP_WORDS[1]} in\n    help) words+=' ");
  print_names();
  printf("' files= ;;\n    parameters) words+=\" $(loligo models 2>/dev/null | cut -d ' ' -f 1)\" files= ;;\n"
         "    models) files= ;;\n    esac\n  fi\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" ${files:+\"$files\"} -- \"$current\")\n}\n"
         "complete -o filenames -F _loligo loligo\n");
}

/* -- zsh -- */

/* A text within single quotes, in which brackets and colons mean something. */
static void print_zsh(const char *text)
{
  for (; *text; text++) {
    if (*text == '\'')
      printf("'\\''");
    else
      printf("%s%c", strchr("[]:\\", *text) ? "\\" : "", *text);
  }
}

static void print_zsh_command(const command *command)
{
  printf("  %s) _arguments", command->name);
  for (size_t i = 0; i < command->n; i++) {
    const option *option = &command->table[i];
    printf(" '%s--%s%s[", option->value && strstr(option->value, " ...") ? "*" : "", option->name,
           option->value ? "=" : "");
    print_zsh(option->help);
    printf("]%s", option->value ? ":" : "");
    if (option->value) print_zsh(option->value);
    printf("%s'", option->value ? ":_files" : "");
  }
  printf(" '*:file:_files' ;;\n");
}

void help_print_zsh(void)
{
  const command *command;
  printf("#compdef loligo\n# completes the command line of loligo in zsh\nlocal -a commands\ncommands=(\n");
  for (size_t i = 0; (command = command_at(i)); i++) {
    printf("  '%s:", command->name);
    print_zsh(command->summary);
    printf("'\n");
  }
  printf(")\nif ((CURRENT == 2)); then\n  _describe command commands\n  return\nfi\nshift words\n((CURRENT--))\n"
         "case ${words[1]} in\n");
  for (size_t i = 0; (command = command_at(i)); i++) print_zsh_command(command);
  printf("esac\n");
}
