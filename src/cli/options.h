/** Command-line options: one table per command gives parsing, "did you mean" and --help. */
#ifndef LOLIGO_CLI_OPTIONS_H
#define LOLIGO_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/registry.h"
#include "loligo/status.h"

typedef struct option {
  const char *name;  /* without the leading -- */
  const char *value; /* what it takes, as "DIR"; "DIR ...": may be given several times; NULL: a switch */
  const char *help;
} option;

enum { OPTIONS_MAX = 16, OPTIONS_MAX_RANKS = 1 << 24 };

/** The values of an option that repeats, in the order in which they were given. */
typedef struct option_list {
  const char **items; /* [n] */
  size_t n;
} option_list;

/** Options and operands of a command line. */
typedef struct options {
  const option *table; /* [n] */
  size_t n;
  bool given[OPTIONS_MAX];
  const char *value[OPTIONS_MAX]; /* last one given */
  option_list list[OPTIONS_MAX];  /* of those that repeat; owned */
  const char *operand, *second;   /* operands, NULL where not given */
} options;

/** Parses argv[2] on. INPUT error on an unknown option, a missing value or a third operand. free with options_free().
 */
loligo_status options_parse(options *options, const option *table, size_t n, int argc, char **argv);
void options_free(options *options);

/** INPUT error if there is a second operand, of a command that takes one. */
loligo_status options_at_most_one_operand(const options *options);

/** INPUT: "unknown WHAT 'NAME'; did you mean 'NEAREST'?", or where none of names[n] is near "...; MEND". `dashes` stand
 * before both names. */
loligo_status options_fail_unknown(const char *what, const char *dashes, const char *name, const char *const *names,
                                   size_t n, const char *mend);

/** Whether a switch is given; the value of an option, or NULL. The name must be in the table. */
bool options_has(const options *options, const char *name);
const char *options_value(const options *options, const char *name);
option_list options_list(const options *options, const char *name);

/** Sets *value to that of an option, and leaves it without one. INPUT unless it is a whole number from low to high. */
loligo_status options_whole(const options *options, const char *name, int low, int high, int *value);

enum { COMMAND_EXAMPLES = 2 };

/** A command: `loligo NAME ...`, one file and one line in registry.c. */
typedef struct command {
  const char *name, *summary; /* summary: one line */
  const char *operand;        /* as "MODEL.yaml", NULL without */
  bool takes_two;             /* operands */
  const char *examples[COMMAND_EXAMPLES];
  const option *table; /* [n] */
  size_t n;
  bool collective;                                           /* on all ranks */
  int (*run)(const options *options, int argc, char **argv); /* returns the exit status */
} command;

REGISTRY_OF(command);

/** Prints the recorded message on stderr, one line, and the mistakes behind it; returns the status. */
int report_failure(loligo_status status);

#endif
