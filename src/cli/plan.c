/*
 * loligo plan: what each rank would need and take, before a job is asked for.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/launch.h"
#include "cli/options.h"
#include "cli/plan_table.h"
#include "io/model_file/model_file.h"
#include "io/model_file/quantity.h"
#include "run/planner.h"

enum { MOST_PLANS = 16 };

/** Numbers of ranks, as --ranks lists them. */
typedef struct rank_list {
  int ranks[MOST_PLANS];
  size_t n;
} rank_list;

static loligo_status fail_ranks(const char *text)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "--ranks takes up to %d whole numbers from 1 to %d, as 64,128, not '%s'",
                     MOST_PLANS, OPTIONS_MAX_RANKS, text);
}

static loligo_status read_ranks(const char *text, rank_list *list)
{
  const char *at = text;
  for (;;) {
    char *end;
    errno = 0;
    const long ranks = strtol(at, &end, 10);
    const bool is_good = !errno && end != at && ranks >= 1 && ranks <= OPTIONS_MAX_RANKS;
    if (!is_good || list->n == MOST_PLANS || (*end && *end != ',')) return fail_ranks(text);
    list->ranks[list->n++] = (int)ranks;
    if (!*end) return LOLIGO_OK;
    at = end + 1;
  }
}

static loligo_status read_memory(const char *text, double *bytes)
{
  char *end;
  errno = 0;
  const double gib = strtod(text, &end);
  if (errno || end == text || *end || !(gib > 0 && gib < 1e9))
    return loligo_fail(LOLIGO_INPUT_ERROR, "--memory takes GiB that each rank may have, not '%s'", text);
  *bytes = gib * 0x1p30;
  return LOLIGO_OK;
}

/* -- answers -- */

static loligo_status plan_each(planner *planner, const rank_list *list, const char *path)
{
  for (size_t i = 0; i < list->n; i++) {
    plan plan;
    LOLIGO_TRY(planner_plan(planner, list->ranks[i], &plan));
    plan_table_print(planner, &plan, list->ranks[i]);
    const planner_job job = planner_job_of(planner, &plan, list->ranks[i]);
    plan_table_print_job(&job, path);
  }
  return LOLIGO_OK;
}

/* Returns the smallest number that fits; 1 where nothing is known. */
static int print_least(planner *planner, double bytes)
{
  char text[TEXT_BYTES_SIZE];
  if (bytes == 0) return 1;
  const int ranks = plan_least_ranks(&planner->planning, bytes, OPTIONS_MAX_RANKS);
  text_bytes(bytes, text);
  if (ranks)
    printf("\nfits from %d ranks on, of %s each, if all bear alike\n", ranks, text);
  else
    printf("\nfits no number of ranks of %s each, even if all bear alike\n", text);
  return ranks;
}

static void print_inefficient(planner *planner, int from)
{
  const int ranks = from ? plan_inefficient_ranks(&planner->planning, from, 0.5, OPTIONS_MAX_RANKS) : 0;
  if (ranks) printf("efficiency falls below 50 %% at %d ranks, against %d\n", ranks, from);
}

static void print_plans_end(planner *planner, double bytes)
{
  const double own = planner_rank_bytes(planner);
  const int from = print_least(planner, bytes > 0 ? bytes : own);
  if (bytes == 0 && own == 0) printf("\n");
  print_inefficient(planner, from);
}

/* -- the command -- */

/** What is asked for. */
typedef struct request {
  const char *path;
  rank_list list;
  double bytes; /* that a rank may have; 0: not said */
  planner_spec spec;
} request;

static loligo_status read_time(const char *text, double *ms)
{
  if (quantity_parse(text, "ms", ms) == LOLIGO_OK && *ms > 0) return LOLIGO_OK;
  loligo_error_clear();
  return loligo_fail(LOLIGO_INPUT_ERROR, "--measure takes a time, as \"200 ms\", not '%s'", text);
}

static loligo_status read_request(const options *options, request *request)
{
  const char *ranks = options_value(options, "ranks"), *memory = options_value(options, "memory");
  const char *measure = options_value(options, "measure");
  const option_list rates = options_list(options, "rate");
  request->path = options->operand;
  request->spec.machine = options_value(options, "machine");
  request->spec.rates = rates.items;
  request->spec.n_rates = rates.n;
  if (!options->operand) return loligo_fail(LOLIGO_INPUT_ERROR, "plan needs a model file; see loligo plan --help");
  if (!ranks && !memory)
    return loligo_fail(LOLIGO_INPUT_ERROR, "plan needs --ranks N, or --memory GIB to find how many; see --help");
  if (ranks) LOLIGO_TRY(read_ranks(ranks, &request->list));
  if (memory) LOLIGO_TRY(read_memory(memory, &request->bytes));
  return measure ? read_time(measure, &request->spec.measure_ms) : LOLIGO_OK;
}

static loligo_status answer(const request *request, const model_file *model)
{
  planner planner;
  loligo_status status = planner_init(&planner, model, &request->spec);
  if (status == LOLIGO_OK) {
    plan_table_print_model(&planner);
    status = plan_each(&planner, &request->list, request->path);
    if (status == LOLIGO_OK) print_plans_end(&planner, request->bytes);
  }
  planner_free(&planner);
  return status;
}

static loligo_status refuse_learning(void)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "plan foretells simulations, and this model learns; loligo check tells what "
                                         "its weights and data need, and report.yml of a short run the rest");
}

/* `context` is NULL where nothing is measured. */
static loligo_status plan_model(const loligo_context *context, const options *options)
{
  model_file model;
  request request = {.spec = {.context = context}};
  const option_list sets = options_list(options, "set");
  LOLIGO_TRY(read_request(options, &request));
  LOLIGO_TRY(model_file_read_alone(options->operand, sets.items, sets.n, &model));
  const loligo_status status = model.settings.learning ? refuse_learning() : answer(&request, &model);
  model_file_free(&model);
  return status;
}

static loligo_status tell(loligo_status status)
{
  return status == LOLIGO_OK ? status : (loligo_status)report_failure(status);
}

static loligo_status measure(const loligo_context *context, const options *options, int argc, char **argv)
{
  (void)argc, (void)argv;
  if (context->size == 1) return tell(plan_model(context, options));
  const loligo_status status =
      loligo_fail(LOLIGO_INPUT_ERROR, "plan is one process; start it without mpirun, or with -n 1");
  return context->rank == 0 ? tell(status) : status;
}

static int plan_command(const options *options, int argc, char **argv)
{
  if (options_has(options, "measure")) return launch(measure, options, argc, argv);
  return (int)tell(plan_model(NULL, options));
}

static const option plan_options[] = {
    {"ranks", "N[,N...]", "tell memory and time of the least, the mean and the most burdened of N ranks"},
    {"memory", "GIB", "tell on how many ranks the model fits, where each has that much"},
    {"machine", "FILE", "what loligo calibrate found, in place of what is assumed"},
    {"rate", "POP=HZ ...", "at which cells fire; 5 Hz where nothing is said"},
    {"measure", "DURATION", "measure rates first: so much model time of a small rank, alone"},
    {"set", "KEY=VALUE ...", "change the model, as in run"},
    {"help", NULL, "this text"},
};

const command command_plan = {
    .name = "plan",
    .operand = "MODEL.yaml",
    .summary = "tells what each of many ranks would need and take, from the model alone",
    .examples = {"loligo plan model.yaml --ranks 64,1024", "loligo plan model.yaml --ranks 64 --machine machine.yaml"},
    .table = plan_options,
    .n = sizeof plan_options / sizeof plan_options[0],
    .run = plan_command};
