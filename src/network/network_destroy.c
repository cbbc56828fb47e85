/*
 * The end of a description: each kind of thing frees what it owns.
 */
#include "base/memory.h"
#include "loligo/network.h"
#include "network/input.h"
#include "network/population.h"
#include "network/projection.h"
#include "network/registry.h"

void loligo_network_destroy(loligo_network *network)
{
  if (!network) return;
  for (size_t i = 0; i < network->n_inputs; i++) input_free(&network->inputs[i]);
  for (size_t i = 0; i < network->n_projections; i++) projection_free(&network->projections[i]);
  for (size_t i = 0; i < network->n_populations; i++) population_free(&network->populations[i]);
  name_table_free(&network->registry->populations);
  name_table_free(&network->registry->projections);
  name_table_free(&network->registry->inputs);
  memory_free(network->registry);
  memory_free(network->inputs);
  memory_free(network->projections);
  memory_free(network->populations);
  memory_free(network);
}
