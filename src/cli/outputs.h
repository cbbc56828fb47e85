/** How much a run would write. */
#ifndef LOLIGO_CLI_OUTPUTS_H
#define LOLIGO_CLI_OUTPUTS_H

#include "io/model_file/model_file.h"

/** Prints a label and an amount of memory, one line on stdout. */
void outputs_print_bytes(const char *label, double bytes);

/** Prints how large what is recorded and checkpoints will be, a line each on stdout. Not collective. */
void outputs_print(const model_file *model);

#endif
