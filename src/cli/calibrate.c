/*
 * loligo calibrate: what this machine takes and has, as a file for plan, check and run.
 */
#include "run/calibrate.h"

#include <stdio.h>

#include "base/node.h"
#include "cli/launch.h"
#include "cli/options.h"
#include "io/model_file/machine_file.h"
#include "io/results/provenance.h"

static loligo_status print_measured(const loligo_context *context, const machine *machine, int argc, char **argv)
{
  provenance provenance;
  char version[160], processor[160];
  LOLIGO_TRY(provenance_init(&provenance, argc, argv, context));
  snprintf(version, sizeof version, "%s (%s)", provenance.version, provenance.revision);
  node_processor_name(processor, sizeof processor);
  const machine_origin origin = {provenance.host, processor, version, context->size};
  machine_file_print(stdout, machine, &origin);
  provenance_free(&provenance);
  return LOLIGO_OK;
}

/* Collective. */
static loligo_status perform(const loligo_context *context, const options *options, int argc, char **argv)
{
  machine machine;
  const char *folder = options_value(options, "output");
  loligo_status status =
      options->operand
          ? loligo_fail(LOLIGO_INPUT_ERROR, "calibrate takes no operand, as '%s'; see --help", options->operand)
          : calibrate(context, folder ? folder : ".", &machine);
  if (context->rank != 0) return status;
  if (status == LOLIGO_OK) status = print_measured(context, &machine, argc, argv);
  if (status != LOLIGO_OK) report_failure(status);
  return status;
}

static int calibrate_command(const options *options, int argc, char **argv)
{
  if (!options_has(options, "assumed")) return launch(perform, options, argc, argv);
  machine_file_print(stdout, &machine_assumed, NULL);
  return LOLIGO_OK;
}

static const option calibrate_options[] = {
    {"output", "DIR", "a folder where results go, whose disk is measured; default: the current one"},
    {"assumed", NULL, "print what is assumed where there is no such file, with every key explained; measure nothing"},
    {"help", NULL, "this text"},
};

const command command_calibrate = {
    .name = "calibrate",
    .summary = "measures this machine; prints a file for plan, check and run",
    .examples = {"mpirun -n 2 loligo calibrate --output /scratch > machine.yaml", "loligo calibrate --assumed"},
    .table = calibrate_options,
    .n = sizeof calibrate_options / sizeof calibrate_options[0],
    .collective = true,
    .run = calibrate_command};
