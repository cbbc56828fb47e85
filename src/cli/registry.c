/*
 * The commands: one line each, in the order of --help.
 */
#include "cli/options.h"

#define COMMANDS(X)                                                                                                    \
  X(command, run)                                                                                                      \
  X(command, check)                                                                                                    \
  X(command, calibrate)                                                                                                \
  X(command, plan)                                                                                                     \
  X(command, dry)                                                                                                      \
  X(command, parameters)                                                                                               \
  X(command, models)                                                                                                   \
  X(command, info)                                                                                                     \
  X(command, compare)                                                                                                  \
  X(command, help)

REGISTRY(command, "command", COMMANDS);
