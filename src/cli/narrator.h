/** What a user hears of a run on the terminal: notes and warnings, progress, the lines that close it. */
#ifndef LOLIGO_CLI_NARRATOR_H
#define LOLIGO_CLI_NARRATOR_H

#include <stdbool.h>

#include "cli/progress.h"
#include "run/listener.h"

typedef struct narrator {
  progress progress;
  const model_file *model; /* that is run */
} narrator;

/**
 * A listener that prints on stderr. Not collective.
 *
 * @param narrator  lives as long as the listener; nothing need be in it
 * @param quiet     only warnings and failures
 */
run_listener narrator_listener(narrator *narrator, bool quiet);

#endif
