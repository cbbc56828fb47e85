/*
 * What a checkpoint will weigh, from the tables of the models.
 */
#include "io/checkpoint/plan.h"

#include <stdint.h>

#include "model/neuron/model.h"
#include "network/description.h"

static double bytes_per_cell(const loligo_model *model)
{
  return (double)(model->n_variables * sizeof(double) + model_level_count(model) * sizeof(int64_t));
}

double checkpoint_field_bytes(const loligo_network *network)
{
  double bytes = 0;
  for (size_t p = 0; p < network->n_populations; p++)
    bytes += (double)network->populations[p].size * bytes_per_cell(network->populations[p].model);
  return bytes;
}
