/** What a model that learns would need, as far as it follows from the model. */
#ifndef LOLIGO_CLI_CHECK_LEARNING_H
#define LOLIGO_CLI_CHECK_LEARNING_H

#include "io/model_file/model_file.h"

/** Prints it to stdout. Not collective. */
loligo_status check_learning_print(const model_file *model);

#endif
