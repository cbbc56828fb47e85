/*
 * The description of a network, empty, and look-ups in it. Populations, projections and inputs are added in files of
 * their own; whatever can be found wrong without building the network is found there.
 */
#include <assert.h>
#include <math.h>

#include "base/grid.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "loligo/network.h"
#include "network/cell_values.h"
#include "network/index.h"
#include "network/input.h"
#include "network/population.h"
#include "network/projection.h"
#include "network/schedule.h"

loligo_network *loligo_network_create(double dt_ms, uint64_t seed)
{
  if (!isfinite(dt_ms) || dt_ms <= 0) {
    loligo_fail(LOLIGO_INPUT_ERROR, "dt must be > 0, not %g ms", dt_ms);
    return NULL;
  }
  loligo_network *network = memory_allocate(1, sizeof *network, "network");
  if (!network) return NULL;
  network->index = memory_allocate(1, sizeof *network->index, "network");
  if (!network->index) {
    memory_free(network);
    return NULL;
  }
  network->dt = dt_ms;
  network->seed = seed;
  return network;
}

void loligo_network_destroy(loligo_network *network)
{
  if (!network) return;
  for (size_t i = 0; i < network->n_inputs; i++) input_free(&network->inputs[i]);
  for (size_t i = 0; i < network->n_projections; i++) projection_free(&network->projections[i]);
  for (size_t i = 0; i < network->n_populations; i++) population_free(&network->populations[i]);
  schedule_free_changes(network);
  name_table_free(&network->index->populations);
  name_table_free(&network->index->projections);
  name_table_free(&network->index->inputs);
  cell_values_free(network);
  pool_free(&network->pool);
  memory_free(network->index);
  memory_free(network->inputs);
  memory_free(network->projections);
  memory_free(network->populations);
  memory_free(network);
}

int64_t loligo_network_find(const loligo_network *network, const char *population)
{
  const size_t found = name_table_find(&network->index->populations, 0, population);
  return found == NAME_TABLE_NONE ? -1 : (int64_t)found;
}

size_t loligo_network_population_of(const loligo_network *network, uint64_t gid)
{
  assert(gid < network->n_cells);
  const loligo_population *all = network->populations;
  return upper_bound_of_field(&all->first_gid, sizeof *all, network->n_populations, gid) - 1;
}

int64_t loligo_steps(double t_ms, double dt_ms)
{
  return grid_whole_steps(t_ms, dt_ms);
}

double loligo_network_dt(const loligo_network *network)
{
  return network->dt;
}

uint64_t loligo_network_seed(const loligo_network *network)
{
  return network->seed;
}

size_t loligo_network_population_count(const loligo_network *network)
{
  return network->n_populations;
}

size_t loligo_network_projection_count(const loligo_network *network)
{
  return network->n_projections;
}

size_t loligo_network_input_count(const loligo_network *network)
{
  return network->n_inputs;
}

uint64_t loligo_network_cell_count(const loligo_network *network)
{
  return network->n_cells;
}

/* -- one population, projection or input -- */

static const loligo_population *population_at(const loligo_network *network, size_t population)
{
  assert(population < network->n_populations);
  return &network->populations[population];
}

const char *loligo_network_population_name(const loligo_network *network, size_t population)
{
  return population_at(network, population)->name;
}

const loligo_model *loligo_network_population_model(const loligo_network *network, size_t population)
{
  return population_at(network, population)->model;
}

uint64_t loligo_network_population_size(const loligo_network *network, size_t population)
{
  return population_at(network, population)->size;
}

uint64_t loligo_network_population_first_gid(const loligo_network *network, size_t population)
{
  return population_at(network, population)->first_gid;
}

static const loligo_projection *projection_at(const loligo_network *network, size_t projection)
{
  assert(projection < network->n_projections);
  return &network->projections[projection];
}

const char *loligo_network_projection_name(const loligo_network *network, size_t projection)
{
  return projection_at(network, projection)->name;
}

size_t loligo_network_projection_source(const loligo_network *network, size_t projection)
{
  return projection_at(network, projection)->source;
}

size_t loligo_network_projection_target(const loligo_network *network, size_t projection)
{
  return projection_at(network, projection)->target;
}

const char *loligo_network_input_name(const loligo_network *network, size_t input)
{
  assert(input < network->n_inputs);
  return network->inputs[input].name;
}
