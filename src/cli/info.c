/*
 * loligo info: what is in a result.
 */
#include <stdio.h>

#include "cli/options.h"
#include "io/results/result_info.h"

static int info(const options *options, int argc, char **argv)
{
  (void)argc, (void)argv;
  loligo_status status = options->operand
                             ? result_info_print(options->operand, stdout)
                             : loligo_fail(LOLIGO_INPUT_ERROR, "info needs a directory; see loligo info --help");
  return status == LOLIGO_OK ? LOLIGO_OK : report_failure(status);
}

static const option info_options[] = {{"help", NULL, "this text"}};

const command command_info = {.name = "info",
                              .operand = "DIR",
                              .summary = "prints what is in a result: populations, spikes, rates, provenance",
                              .examples = {"loligo info results/a", "loligo info results/a | grep rate"},
                              .table = info_options,
                              .n = 1,
                              .run = info};
