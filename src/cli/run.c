/*
 * loligo run: hands what was asked for to the run, and prints what it tells.
 */
#include <stdio.h>

#include "cli/options.h"
#include "cli/progress.h"
#include "cli/summary.h"
#include "cli/warnings.h"
#include "run/run.h"

/* -- what a run tells -- */

static void tell(void *self, run_news news, const char *format, va_list arguments)
{
  (void)self, (void)news;
  vfprintf(stderr, format, arguments);
}

static void tell_warning(void *self, run_news news, const char *format, va_list arguments)
{
  if (news == RUN_WARNING) tell(self, news, format, arguments);
}

static void describe(void *self, const model_file *model, const estimate *need)
{
  (void)self;
  warnings_print(model, need);
}

static void begin_build(void *self)
{
  progress_start_build(self);
}

static void building(void *self, double fraction)
{
  progress_show_build(self, fraction);
}

static void begin_steps(void *self, double dt, int64_t first, int64_t last)
{
  progress_start_steps(self, dt, first, last);
}

static void stepping(void *self, int64_t step)
{
  progress_show_steps(self, step);
}

static void end_stage(void *self)
{
  progress_end(self);
}

static void finish_quietly(void *self, loligo_status status, const run_report *report)
{
  (void)self, (void)report;
  if (status != LOLIGO_OK && !run_was_stopped(status)) report_failure(status);
}

static void finish(void *self, loligo_status status, const run_report *report)
{
  if (report) summary_print(report);
  finish_quietly(self, status, report);
}

static run_listener listener_of(const options *options, progress *progress)
{
  if (options_has(options, "quiet")) return (run_listener){.tell = tell_warning, .finish = finish_quietly};
  return (run_listener){.self = progress,
                        .tell = tell,
                        .describe = describe,
                        .begin_build = begin_build,
                        .building = building,
                        .begin_steps = begin_steps,
                        .stepping = stepping,
                        .end_stage = end_stage,
                        .finish = finish};
}

/* -- what is asked for -- */

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
  progress progress;
  const run_listener listener = listener_of(options, &progress);
  const run_spec spec = {.model = options->operand,
                         .sets = options->sets,
                         .n_sets = options->n_sets,
                         .output = options_value(options, "output"),
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
  loligo_context context;
  run_prepare_process();
  MPI_Init(NULL, NULL);
  loligo_context_init(&context, MPI_COMM_WORLD);
  loligo_status status = perform(&context, options, argc, argv);
  loligo_context_free(&context);
  MPI_Finalize();
  return (int)status;
}

static const option run_options[] = {
    {"output", "DIR", "where results go; default: output.directory of the model"},
    {"overwrite", NULL, "replace the result that the output directory holds"},
    {"resume", NULL, "go on from the last checkpoint in the output directory; without one, begin"},
    {"set", "KEY=VALUE", "change the model: a.b=value, lists by index; may be given several times"},
    {"quiet", NULL, "no progress, no summary"},
    {"help", NULL, "this text"},
};

const command command_run = {.name = "run",
                             .operand = "MODEL.yaml",
                             .summary = "builds a model, simulates it, writes results",
                             .table = run_options,
                             .n = sizeof run_options / sizeof run_options[0],
                             .collective = true,
                             .run = run};
