/** What the tables of commands and options say to a reader. Not collective. */
#ifndef LOLIGO_CLI_HELP_H
#define LOLIGO_CLI_HELP_H

#include <stdio.h>

#include "cli/options.h"

/** Prints what `loligo --help` says. */
void help_print_usage(FILE *out);

/** Prints what `loligo COMMAND --help` says. */
void help_print_command(const command *command);

/** INPUT: "unknown command 'NAME'; did you mean ...". */
loligo_status help_unknown_command(const char *name);

/** Prints the manual page, for man. */
void help_print_manual(void);

/** Prints what bash or zsh reads to complete a command line. */
void help_print_bash(void);
void help_print_zsh(void);

#endif
