/*
 * loligo dry: one rank of many, alone. The ranks that it is one of need not be there.
 */
#include "cli/launch.h"
#include "cli/narrator.h"
#include "cli/options.h"
#include "run/run.h"

static loligo_status read_options(const options *options, dry_spec *dry)
{
  *dry = (dry_spec){.rank = DRY_WORST, .spikes = options_value(options, "spikes")};
  const option_list rates = options_list(options, "rate");
  dry->rates = rates.items;
  dry->n_rates = rates.n;
  if (!options->operand) return loligo_fail(LOLIGO_INPUT_ERROR, "dry needs a model file; see loligo dry --help");
  LOLIGO_TRY(options_whole(options, "ranks", 1, OPTIONS_MAX_RANKS, &dry->ranks));
  if (dry->ranks == 0) return loligo_fail(LOLIGO_INPUT_ERROR, "dry needs --ranks N: how many ranks there would be");
  if (options_has(options, "rank") && options_has(options, "worst"))
    return loligo_fail(LOLIGO_INPUT_ERROR, "--rank names a rank, --worst looks for one; give one of them");
  if (dry->spikes && dry->n_rates)
    return loligo_fail(LOLIGO_INPUT_ERROR, "--rate makes up the spikes that --spikes reads; give one of them");
  return options_whole(options, "rank", 0, dry->ranks - 1, &dry->rank);
}

static loligo_status prepare(const loligo_context *context, const options *options, dry_spec *dry)
{
  LOLIGO_TRY(read_options(options, dry));
  if (context->size == 1) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "dry is one rank alone; start it without mpirun, or with -n 1");
}

/* Collective. */
static loligo_status perform(const loligo_context *context, const options *options, int argc, char **argv)
{
  narrator narrator = {.model = NULL};
  dry_spec dry;
  const run_listener listener = narrator_listener(&narrator, options_has(options, "quiet"));
  const option_list sets = options_list(options, "set");
  const run_spec spec = {.model = options->operand,
                         .sets = sets.items,
                         .n_sets = sets.n,
                         .output = options_value(options, "output"),
                         .mode = options_has(options, "overwrite") ? OUTPUT_OVERWRITE : OUTPUT_NEW,
                         .dry = &dry,
                         .argc = argc,
                         .argv = argv};
  const loligo_status status = prepare(context, options, &dry);
  if (status == LOLIGO_OK) return run_perform(context, &spec, &listener);
  if (context->rank == 0) report_failure(status);
  return status;
}

static int dry(const options *options, int argc, char **argv)
{
  return launch(perform, options, argc, argv);
}

static const option dry_options[] = {
    {"ranks", "N", "how many ranks there would be"},
    {"rank", "K", "which of them is built and run, from 0 to N - 1"},
    {"worst", NULL, "the one with most synapses, or else most cells; this is the default"},
    {"rate", "POP=HZ ...", "at which cells of other ranks fire; 5 Hz where nothing is said"},
    {"spikes", "FILE", "spikes.h5 of a run of the model: what they fire instead"},
    {"output", "DIR", "where the report goes; default: output.directory of the model, and .dry"},
    {"overwrite", NULL, "replace the result that the output directory holds"},
    {"set", "KEY=VALUE ...", "change the model, as in run"},
    {"quiet", NULL, "no progress, no summary"},
    {"help", NULL, "this text"},
};

const command command_dry = {
    .name = "dry",
    .operand = "MODEL.yaml",
    .summary = "builds and runs one rank of many, alone; tells its time and memory",
    .examples = {"loligo dry model.yaml --ranks 10000",
                 "loligo dry model.yaml --ranks 1024 --rank 7 --rate E=8 --output results/dry"},
    .table = dry_options,
    .n = sizeof dry_options / sizeof dry_options[0],
    .collective = true,
    .run = dry};
