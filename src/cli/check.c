/*
 * loligo check: validates a model without building it, and says what it would need and how partitioners would split it.
 */
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/check_learning.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/warnings.h"
#include "io/model_file/machine_file.h"
#include "io/model_file/model_file.h"
#include "io/results/recorders.h"
#include "loligo/network.h"
#include "loligo/partition.h"
#include "partition/decomposition.h"
#include "sim/cost_time.h"
#include "sim/estimate.h"
#include "sim/plan.h"

static void print_weights(const estimate *need)
{
  if (need->weight_error == 0)
    printf("%-18s exact\n", "weights");
  else
    printf("%-18s rounded once, by at most %.2g of the largest of their projection\n", "weights", need->weight_error);
}

/* What the mean rank needs at its peak, with the program, as loligo plan tells it. */
static loligo_status print_ranks(const model_file *model, const machine *machine, int ranks)
{
  planning planning;
  const cost_setting setting = {.machine = machine, .recording = recorders_cost(model)};
  const int node_ranks = machine_node_ranks(machine, ranks);
  const loligo_status status = planning_init(&planning, model->network, &setting);
  if (status == LOLIGO_OK) {
    const plan_rank mean = plan_mean(&planning, ranks);
    const double bytes = cost_peak(&mean.need);
    char rank[TEXT_BYTES_SIZE], node[TEXT_BYTES_SIZE];
    text_bytes(bytes, rank);
    text_bytes(node_ranks * bytes, node);
    printf("%-18s %s, of %d\n", "memory, each rank", rank, ranks);
    printf("%-18s %s, of %d ranks each\n", "memory, each node", node, node_ranks);
  }
  planning_free(&planning);
  return status;
}

static void print_data(const dataset *set)
{
  char bytes[TEXT_BYTES_SIZE];
  text_bytes((double)dataset_bytes(set), bytes);
  printf("%-18s %s, %llu samples of %llu %s", "data", set->name, (unsigned long long)set->n,
         (unsigned long long)set->n_values, dataset_has_events(set) ? "cells" : "values");
  if (set->labels)
    printf(", %llu of %llu classes", (unsigned long long)set->n_labels, (unsigned long long)set->n_classes);
  else
    printf(", %llu targets", (unsigned long long)set->n_targets);
  printf("; %s on each node\n", bytes);
}

static loligo_status print_needs(const model_file *model, const machine *machine, int ranks)
{
  estimate need;
  const cost_recording recording = recorders_cost(model);
  LOLIGO_TRY(estimate_network(model->network, &recording, ranks, &need));
  printf("%-18s %llu\n%-18s %.0f (expected)\n", "cells", (unsigned long long)loligo_network_cell_count(model->network),
         "synapses", need.synapses);
  outputs_print_bytes("memory, cells", need.cell_bytes);
  outputs_print_bytes("memory, synapses", need.synapse_bytes + need.index_bytes);
  outputs_print_bytes("memory, exchange", need.exchange_bytes);
  outputs_print_bytes("memory, building", need.build_bytes);
  if (need.list_bytes > 0) outputs_print_bytes("memory, lists", need.list_bytes);
  if (need.recording_bytes > 0) outputs_print_bytes("memory, recording", need.recording_bytes);
  for (uint64_t i = 0; i < model->settings.n_data; i++) print_data(&model->settings.data[i]);
  LOLIGO_TRY(print_ranks(model, machine, ranks));
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

static void print_bytes(double bytes)
{
  char text[TEXT_BYTES_SIZE];
  text_bytes(bytes, text);
  printf(" %14s", text);
}

static void print_loads(const char *partitioner, const decomposition_load *loads, int ranks)
{
  summary cells = {INFINITY, 0, 0}, synapses = cells, seconds = cells, bytes = cells;
  for (int r = 0; r < ranks; r++) {
    include(&cells, (double)loads[r].cells, ranks);
    include(&synapses, loads[r].synapses, ranks);
    include(&seconds, loads[r].cost.seconds, ranks);
    include(&bytes, loads[r].cost.bytes, ranks);
  }
  printf("%-12s %-10s %14.0f %14.0f %14.0f\n", partitioner, "cells", cells.min, cells.mean, cells.max);
  printf("%-12s %-10s %14.0f %14.0f %14.0f\n", "", "synapses", synapses.min, synapses.mean, synapses.max);
  printf("%-12s %-10s %14.3g %14.3g %14.3g\n", "", "seconds", seconds.min, seconds.mean, seconds.max);
  printf("%-12s %-10s", "", "memory");
  print_bytes(bytes.min);
  print_bytes(bytes.mean);
  print_bytes(bytes.max);
  printf("\n");
}

static loligo_status print_partition(const partition_costs *costs, const char *partitioner, int ranks)
{
  loligo_decomposition *decomposition = NULL;
  decomposition_load *loads = memory_allocate((size_t)ranks, sizeof *loads, "loads");
  if (!loads) return LOLIGO_MACHINE_ERROR;
  if (decomposition_create(costs, partitioner, ranks, &decomposition) == LOLIGO_OK) {
    decomposition_loads(costs, decomposition, ranks, loads);
    print_loads(partitioner, loads, ranks);
  } else {
    printf("%-12s %s\n", partitioner, loligo_error_message());
  }
  loligo_decomposition_destroy(decomposition);
  memory_free(loads);
  loligo_error_clear();
  return LOLIGO_OK;
}

static loligo_status print_partitions(const model_file *model, const machine *machine, int ranks)
{
  partition_costs costs;
  const cost_setting setting = {.machine = machine};
  loligo_status status = cost_of_cells(model->network, &setting, ranks, &costs);
  if (status == LOLIGO_OK)
    printf("\n%d ranks, each%20s %14s %14s   (seconds per model second if all cells fire at %g Hz)\n", ranks, "min",
           "mean", "max", MACHINE_RATE);
  for (size_t i = 0; status == LOLIGO_OK && loligo_partitioner_name(i); i++)
    status = print_partition(&costs, loligo_partitioner_name(i), ranks);
  partition_costs_free(&costs);
  return status;
}

static loligo_status check_model(const options *options)
{
  int ranks = 1;
  model_file model;
  if (!options->operand) return loligo_fail(LOLIGO_INPUT_ERROR, "check needs a model file; see loligo check --help");
  const option_list sets = options_list(options, "set");
  LOLIGO_TRY(options_whole(options, "ranks", 1, OPTIONS_MAX_RANKS, &ranks));
  LOLIGO_TRY(model_file_read_alone(options->operand, sets.items, sets.n, &model));
  machine machine = model.settings.machine;
  loligo_status status = LOLIGO_OK;
  if (options_value(options, "machine")) status = machine_file_read(options_value(options, "machine"), &machine);
  if (model.settings.learning)
    status = check_learning_print(&model);
  else if (status == LOLIGO_OK)
    status = print_needs(&model, &machine, ranks);
  if (status == LOLIGO_OK && options_value(options, "ranks") && !model.settings.learning)
    status = print_partitions(&model, &machine, ranks);
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
    {"ranks", "N", "memory of N ranks and their nodes; their loads under each partitioner"},
    {"machine", "FILE", "with the seconds of that machine, as loligo calibrate tells them, and its cores of a node"},
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
