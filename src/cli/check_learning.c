/*
 * Weights, what the optimiser keeps for them, and samples are known before a run; what trials hold is not.
 */
#include "cli/check_learning.h"

#include <stdio.h>

#include "base/param.h"
#include "cli/outputs.h"
#include "cli/warnings.h"
#include "model/synapse/synapse_model.h"
#include "network/description.h"

/* Numbers of a dense projection: a row for each input of a target, a column for each output of a source, and biases. */
static double count_weights(const loligo_network *network, const loligo_projection *projection)
{
  const loligo_population *source = &network->populations[projection->source],
                          *target = &network->populations[projection->target];
  const double rows = (double)target->model->adjoint->n_inputs * (double)target->size,
               columns = (double)source->model->adjoint->n_outputs * (double)source->size;
  const bool has_bias = param_named(projection->synapse->params, projection->plasticity->params, "bias") != 0;
  return rows * (columns + has_bias);
}

static double count_states(const optimiser *optimiser)
{
  double n = 0;
  for (size_t i = 0; optimiser && i < OPTIMISER_MAX_STATES && optimiser->states[i]; i++) n++;
  return n;
}

static void print_data(const settings *settings)
{
  double bytes = 0;
  for (size_t i = 0; i < settings->n_data; i++) {
    const dataset *set = &settings->data[i];
    printf("%-18s %llu samples of %s\n", i ? "" : "data", (unsigned long long)set->n, set->name);
    bytes += (double)dataset_bytes(set);
  }
  outputs_print_bytes("memory, data", bytes);
}

loligo_status check_learning_print(const model_file *model)
{
  const loligo_network *network = model->network;
  const learn_settings *learning = model->settings.learning;
  const double number = learning->precision == LOLIGO_DOUBLE ? sizeof(double) : sizeof(float);
  double weights = 0;
  for (size_t i = 0; i < network->n_projections; i++) weights += count_weights(network, &network->projections[i]);
  printf("%-18s %llu\n%-18s %.0f\n", "cells", (unsigned long long)loligo_network_cell_count(network), "weights",
         weights);
  if (learning->environment)
    printf("%-18s %s\n", "environment", learning->environment->name);
  else
    print_data(&model->settings);
  outputs_print_bytes("memory, weights", number * weights);
  outputs_print_bytes("memory, optimiser", number * count_states(learning->optimiser) * weights);
  printf("%-18s %sweights on each rank, the optimiser's on all together\n", "",
         learning->environment ? "" : "samples once on each node, ");
  printf("%-18s not foretold; report.yml tells it as trial_bytes and tape_bytes\n", "memory, trials");
  warnings_print(model, NULL);
  return LOLIGO_OK;
}
