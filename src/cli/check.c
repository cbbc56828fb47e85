/*
 * loligo check: validates a model without building it, and says what it would need and how partitioners would split it.
 */
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/warnings.h"
#include "io/checkpoint/plan.h"
#include "io/model_file/model_file.h"
#include "io/model_file/recording_kind.h"
#include "loligo/decomposition.h"
#include "loligo/network.h"
#include "sim/estimate.h"

static void print_bytes(const char *label, double bytes)
{
  char text[TEXT_BYTES_SIZE];
  text_bytes(bytes, text);
  printf("%-18s %s\n", label, text);
}

static void print_files(const settings *settings)
{
  const recording_kind *kind;
  char text[RECORDING_SIZE_TEXT];
  for (size_t i = 0; (kind = recording_kind_at(i)); i++) {
    if (!kind->size_label) continue;
    kind->print_size(settings->recorded[i], text);
    printf("%-18s %s\n", kind->size_label, text);
  }
}

/* Old ones go when the new one is good. */
static void print_checkpoints(const model_file *model)
{
  const checkpoint_settings *checkpoint = &model->settings.checkpoint;
  char text[TEXT_BYTES_SIZE];
  if (!checkpoint->enabled) return;
  text_bytes(checkpoint_field_bytes(model->network), text);
  printf("%-18s %s and %d bytes per spike on its way; at most %llu at a time\n", "checkpoint", text,
         CHECKPOINT_FLIGHT_BYTES, (unsigned long long)checkpoint->keep + 1);
}

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
  print_bytes("memory, cells", need.cell_bytes);
  print_bytes("memory, synapses", need.synapse_bytes);
  print_bytes("memory, building", need.build_bytes);
  print_weights(&need);
  print_files(&model->settings);
  print_checkpoints(model);
  warnings_print(model, &need);
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

const command command_check = {.name = "check",
                               .operand = "MODEL.yaml",
                               .summary = "validates a model without building it; prints what it would need",
                               .table = check_options,
                               .n = sizeof check_options / sizeof check_options[0],
                               .run = check};
