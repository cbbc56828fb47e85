/*
 * loligo compare: whether two results are the same, or where they first differ.
 */
#include <stdio.h>

#include "cli/options.h"
#include "io/results/result_compare.h"

enum { DIFFERENT = 1 };

static int compare(const options *options, int argc, char **argv)
{
  (void)argc, (void)argv;
  bool same = false;
  const char *const directories[2] = {options->operand, options->second};
  loligo_status status =
      options->second ? result_compare_print(directories, stdout, &same)
                      : loligo_fail(LOLIGO_INPUT_ERROR, "compare needs two directories; see loligo compare --help");
  if (status != LOLIGO_OK) return report_failure(status);
  return same ? LOLIGO_OK : DIFFERENT;
}

static const option compare_options[] = {{"help", NULL, "this text"}};

const command command_compare = {
    .name = "compare",
    .operand = "A B",
    .takes_two = true,
    .summary = "tells whether two results are the same (exit status 0), or where they first differ (1)",
    .examples = {"loligo compare results/a results/b", "loligo compare results/a results/b && echo 'the same spikes'"},
    .table = compare_options,
    .n = 1,
    .run = compare};
