/*
 * loligo check: validates a model without building it, and says what it would need and how partitioners would split it.
 */
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/warnings.h"
#include "io/model_file/model_file.h"
#include "loligo/decomposition.h"
#include "loligo/network.h"
#include "sim/estimate.h"

static void print_weights(const estimate *need)
{
  if (need->weight_error == 0)
    printf("%-18s exact\n", "weights");
  else
    printf("%-18s rounded once, by at most %.2g of the largest of their projection\n", "weights", need->weight_error);
}

static loligo_status print_needs(const model_file *model, int ranks)
{
  estimate need;
  LOLIGO_TRY(estimate_network(model->network, ranks, &need));
  printf("%-18s %llu\n%-18s %.0f (expected)\n", "cells", (unsigned long long)loligo_network_cell_count(model->network),
         "synapses", need.synapses);
  outputs_print_bytes("memory, cells", need.cell_bytes);
  outputs_print_bytes("memory, synapses", need.synapse_bytes + need.index_bytes);
  outputs_print_bytes("memory, exchange", need.exchange_bytes);
  outputs_print_bytes("memory, building", need.build_bytes);
  if (need.list_bytes > 0) outputs_print_bytes("memory, lists", need.list_bytes);
  print_weights(&need);
  outputs_print(model);
  warnings_print(model, &need);
  warnings_print_of_draws(model);
  return LOLIGO_OK;
}

typedef struct summary {
  double min, mean, max;
} summary;

static void include(summary *s, double value, int ranks)
{
  s->min = fmin(s->min, value);
  s->max = fmax(s->max, value);
  s->mean += value / ranks;
}

static void print_loads(const char *partitioner, const loligo_load *loads, int ranks)
{
  summary cells = {INFINITY, 0, 0}, synapses = cells, cost = cells;
  for (int r = 0; r < ranks; r++) {
    include(&cells, (double)loads[r].cells, ranks);
    include(&synapses, loads[r].synapses, ranks);
    include(&cost, loads[r].cost, ranks);
  }
  const summary *rows[] = {&cells, &synapses, &cost};
  const char *names[] = {"cells", "synapses", "cost"};
  for (int i = 0; i < 3; i++)
    printf("%-12s %-10s %14.0f %14.0f %14.0f\n", i ? "" : partitioner, names[i], rows[i]->min, rows[i]->mean,
           rows[i]->max);
}

static loligo_status print_partition(const loligo_network *network, const char *partitioner, int ranks)
{
  loligo_decomposition *decomposition = NULL;
  loligo_load *loads = memory_allocate((size_t)ranks, sizeof *loads, "loads");
  if (!loads) return LOLIGO_MACHINE_ERROR;
  loligo_status status = loligo_decomposition_create(network, partitioner, ranks, &decomposition);
  if (status == LOLIGO_OK) status = loligo_decomposition_loads(network, decomposition, ranks, loads);
  if (status == LOLIGO_OK)
    print_loads(partitioner, loads, ranks);
  else
    printf("%-12s %s\n", partitioner, loligo_error_message());
  loligo_decomposition_destroy(decomposition);
  memory_free(loads);
  loligo_error_clear();
  return LOLIGO_OK;
}

static loligo_status check_model(const options *options)
{
  int ranks = 1;
  model_file model;
  if (!options->operand) return loligo_fail(LOLIGO_INPUT_ERROR, "check needs a model file; see loligo check --help");
  const option_list sets = options_list(options, "set");
  LOLIGO_TRY(options_whole(options, "ranks", 1, OPTIONS_MAX_RANKS, &ranks));
  LOLIGO_TRY(model_file_read_alone(options->operand, sets.items, sets.n, &model));
  loligo_status status = print_needs(&model, ranks);
  if (options_value(options, "ranks")) printf("\n%d ranks, each%20s %14s %14s\n", ranks, "min", "mean", "max");
  for (size_t i = 0; status == LOLIGO_OK && options_value(options, "ranks") && loligo_partitioner_name(i); i++)
    status = print_partition(model.network, loligo_partitioner_name(i), ranks);
  model_file_free(&model);
  return status;
}

static int check(const options *options, int argc, char **argv)
{
  (void)argc, (void)argv;
  loligo_status status = check_model(options);
  return status == LOLIGO_OK ? LOLIGO_OK : report_failure(status);
}

static const option check_options[] = {
    {"ranks", "N", "also show the load of N ranks under each partitioner"},
    {"set", "KEY=VALUE ...", "change the model, as in run"},
    {"help", NULL, "this text"},
};

const command command_check = {
    .name = "check",
    .operand = "MODEL.yaml",
    .summary = "validates a model without building it; prints what it would need",
    .examples = {"loligo check model.yaml", "loligo check model.yaml --ranks 64 --set populations.E.size=100000"},
    .table = check_options,
    .n = sizeof check_options / sizeof check_options[0],
    .run = check};
