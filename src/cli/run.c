/*
 * loligo run: hands what was asked for to the run.
 */
#include "run/run.h"
#include "cli/launch.h"
#include "cli/narrator.h"
#include "cli/options.h"

static output_mode mode_of(const options *options)
{
  if (options_has(options, "resume")) return OUTPUT_RESUME;
  return options_has(options, "overwrite") ? OUTPUT_OVERWRITE : OUTPUT_NEW;
}

static loligo_status check_options(const options *options)
{
  if (!options->operand) return loligo_fail(LOLIGO_INPUT_ERROR, "run needs a model file; see loligo run --help");
  if (options_has(options, "resume") && options_has(options, "overwrite"))
    return loligo_fail(LOLIGO_INPUT_ERROR, "--resume goes on with what --overwrite removes; give one of them");
  return LOLIGO_OK;
}

/* Collective. */
static loligo_status perform(const loligo_context *context, const options *options, int argc, char **argv)
{
  narrator narrator = {.model = NULL};
  const run_listener listener = narrator_listener(&narrator, options_has(options, "quiet"));
  const option_list sets = options_list(options, "set");
  const run_spec spec = {.model = options->operand,
                         .sets = sets.items,
                         .n_sets = sets.n,
                         .output = options_value(options, "output"),
                         .from = options_value(options, "from"),
                         .mode = mode_of(options),
                         .argc = argc,
                         .argv = argv};
  loligo_status status = check_options(options);
  if (status == LOLIGO_OK) return run_perform(context, &spec, &listener);
  if (context->rank == 0) report_failure(status);
  return status;
}

static int run(const options *options, int argc, char **argv)
{
  return launch(perform, options, argc, argv);
}

static const option run_options[] = {
    {"output", "DIR", "where results go; default: output.directory of the model"},
    {"from", "RESULT", "begin from the state of another run: its output directory, or one of its checkpoints"},
    {"overwrite", NULL, "replace the result that the output directory holds"},
    {"resume", NULL, "go on from the last checkpoint in the output directory; without one, begin"},
    {"set", "KEY=VALUE ...",
     "change the model: a.b=value; lists by index, projections and parameters by name; a configuration of "
     "SONATA by its own keys"},
    {"quiet", NULL, "no progress, no summary"},
    {"help", NULL, "this text"},
};

const command command_run = {.name = "run",
                             .operand = "MODEL.yaml",
                             .summary = "builds a model, simulates it, writes results; a simulation_config.json of "
                                        "SONATA is one too",
                             .examples = {"mpirun -n 4 loligo run model.yaml --output results/a",
                                          "loligo run model.yaml --set simulation.duration=2s --set g=6 --overwrite"},
                             .table = run_options,
                             .n = sizeof run_options / sizeof run_options[0],
                             .collective = true,
                             .run = run};
