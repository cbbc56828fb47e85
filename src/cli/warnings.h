/** What a user should know of a model before it is built, on stderr. */
#ifndef LOLIGO_CLI_WARNINGS_H
#define LOLIGO_CLI_WARNINGS_H

#include "io/model_file/model_file.h"
#include "io/results/report.h"
#include "sim/estimate.h"

/** Prints a line for each; `estimate` is NULL of a model that learns. Not collective: rank 0 only. */
void warnings_print(const model_file *model, const estimate *estimate);

/** The same for laws that can draw what ends a build: of a run, when it was built all the same. */
void warnings_print_of_draws(const model_file *model);

/** Likewise what a run has shown of it that came to its end. */
void warnings_print_after(const run_report *report);

#endif
