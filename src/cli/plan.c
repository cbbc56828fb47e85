/*
 * loligo plan: what each rank would need, before a job is asked for.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "io/model_file/model_file.h"
#include "loligo/network.h"
#include "sim/layout/ports.h"
#include "sim/plan.h"

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

static void print_row(const char *name, const double values[PLAN_COUNT])
{
  printf("  %-18s", name);
  for (int i = 0; i < PLAN_COUNT; i++) {
    char text[TEXT_BYTES_SIZE];
    text_bytes(values[i], text);
    printf(" %14s", text);
  }
  printf("\n");
}

static void print_head(const plan *plan, int ranks, const char *partitioner)
{
  const plan_rank *r = plan->ranks;
  printf("\n%d ranks (%s): least on rank %d, most on rank %d\n  %-18s %14s %14s %14s\n", ranks, partitioner,
         r[PLAN_LEAST].rank, r[PLAN_MOST].rank, "", "least", "mean", "most");
  printf("  %-18s %14.0f %14.0f %14.0f\n", "cells", r[PLAN_LEAST].cells, r[PLAN_MEAN].cells, r[PLAN_MOST].cells);
  printf("  %-18s %14.0f %14.0f %14.0f\n", "synapses", r[PLAN_LEAST].need.synapses, r[PLAN_MEAN].need.synapses,
         r[PLAN_MOST].need.synapses);
}

static void print_plan(const plan *plan, int ranks, const char *partitioner)
{
  double values[PLAN_COUNT];
  print_head(plan, ranks, partitioner);
  for (int s = 0; s < COST_COUNT; s++) {
    for (int i = 0; i < PLAN_COUNT; i++) values[i] = plan->ranks[i].need.kept[s];
    print_row(cost_structure_name((cost_structure)s), values);
  }
  for (int i = 0; i < PLAN_COUNT; i++) values[i] = cost_kept(&plan->ranks[i].need);
  print_row("kept", values);
  for (int i = 0; i < PLAN_COUNT; i++) values[i] = cost_peak(&plan->ranks[i].need);
  print_row("peak", values);
  if (plan->ranks[PLAN_MOST].need.all_wide)
    printf("  more cells per rank than %d blocks of ports hold: every synapse takes twice the memory\n", PORT_BLOCKS);
}

static loligo_status plan_each(const model_file *model, const rank_list *list)
{
  for (size_t i = 0; i < list->n; i++) {
    plan plan;
    LOLIGO_TRY(plan_network(model->network, model->settings.partition, list->ranks[i], &plan));
    print_plan(&plan, list->ranks[i], model->settings.partition);
  }
  return LOLIGO_OK;
}

static loligo_status print_least(const model_file *model, double bytes)
{
  int ranks;
  char text[TEXT_BYTES_SIZE];
  if (bytes == 0) return LOLIGO_OK;
  LOLIGO_TRY(plan_least_ranks(model->network, bytes, OPTIONS_MAX_RANKS, &ranks));
  text_bytes(bytes, text);
  if (ranks)
    printf("\nfits from %d ranks on, of %s each, if all bear alike\n", ranks, text);
  else
    printf("\nfits no number of ranks of %s each, even if all bear alike\n", text);
  return LOLIGO_OK;
}

static loligo_status plan_model(const options *options)
{
  rank_list list = {.n = 0};
  double bytes = 0;
  model_file model;
  const option_list sets = options_list(options, "set");
  const char *ranks = options_value(options, "ranks"), *memory = options_value(options, "memory");
  if (!options->operand) return loligo_fail(LOLIGO_INPUT_ERROR, "plan needs a model file; see loligo plan --help");
  if (!ranks && !memory)
    return loligo_fail(LOLIGO_INPUT_ERROR, "plan needs --ranks N, or --memory GIB to find how many; see --help");
  if (ranks) LOLIGO_TRY(read_ranks(ranks, &list));
  if (memory) LOLIGO_TRY(read_memory(memory, &bytes));
  LOLIGO_TRY(model_file_read_alone(options->operand, sets.items, sets.n, &model));
  printf("%-18s %llu\n", "cells", (unsigned long long)loligo_network_cell_count(model.network));
  outputs_print(&model);
  loligo_status status = plan_each(&model, &list);
  if (status == LOLIGO_OK) status = print_least(&model, bytes);
  model_file_free(&model);
  return status;
}

static int plan_command(const options *options, int argc, char **argv)
{
  (void)argc, (void)argv;
  const loligo_status status = plan_model(options);
  return status == LOLIGO_OK ? LOLIGO_OK : report_failure(status);
}

static const option plan_options[] = {
    {"ranks", "N[,N...]", "tell the memory of the least, the mean and the most burdened of N ranks"},
    {"memory", "GIB", "tell on how many ranks the model fits, where each has that much"},
    {"set", "KEY=VALUE ...", "change the model, as in run"},
    {"help", NULL, "this text"},
};

const command command_plan = {
    .name = "plan",
    .operand = "MODEL.yaml",
    .summary = "tells what each of many ranks would need, from the model alone",
    .examples = {"loligo plan model.yaml --ranks 64,1024", "loligo plan model.yaml --memory 2"},
    .table = plan_options,
    .n = sizeof plan_options / sizeof plan_options[0],
    .run = plan_command};
