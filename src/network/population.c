/*
 * Populations of the description: their sizes, parameters, initial states and trains.
 */
#include "network/population.h"

#include <assert.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "loligo/network.h"
#include "model/neuron/model.h"
#include "network/append.h"
#include "network/checks.h"
#include "network/index.h"
#include "network/spike_times.h"

/* So that sums of sizes and ids of cells never overflow. */
static const uint64_t MAX_CELLS = UINT64_C(1) << 40;

static void free_laws(loligo_distribution *laws, size_t n)
{
  for (size_t i = 0; laws && i < n; i++) distribution_free(&laws[i]);
  memory_free(laws);
}

void population_free(loligo_population *population)
{
  free_laws(population->params, population->model->params.n);
  free_laws(population->init, population->model->n_variables);
  memory_free(population->times);
  memory_free(population->owners);
  memory_free(population->name);
  memory_free(population->place);
}

size_t population_integrator(const loligo_population *population)
{
  const param *row = model_integrator(population->model);
  if (!row) return 0;
  const loligo_distribution *given = &population->params[row - population->model->params.rows];
  return (size_t)(given->kind == LOLIGO_CONSTANT ? given->mean : param_default(row));
}

static loligo_status check_population(const loligo_network *network, const char *name, uint64_t size)
{
  LOLIGO_TRY(network_begin_change(network));
  LOLIGO_TRY(network_check_name("a population", name));
  if (name_table_find(&network->index->populations, 0, name) != NAME_TABLE_NONE)
    return loligo_fail(LOLIGO_INPUT_ERROR, "population '%s' exists already; choose another name", name);
  if (size > MAX_CELLS - network->n_cells)
    return loligo_fail(LOLIGO_INPUT_ERROR, "size %llu makes more than 2^40 cells in all", (unsigned long long)size);
  return LOLIGO_OK;
}

static loligo_status population_init(loligo_population *population, const char *name)
{
  population->name = memory_string(name);
  population->params = memory_allocate(population->model->params.n, sizeof *population->params, "parameters");
  population->init = memory_allocate(population->model->n_variables, sizeof *population->init, "initial values");
  return population->name && population->params && population->init ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

loligo_status loligo_network_add_population(loligo_network *network, const char *name, const loligo_model *model,
                                            uint64_t size, size_t *id)
{
  assert(name && model);
  LOLIGO_TRY(check_population(network, name, size));
  LOLIGO_TRY(
      append_room((void **)&network->populations, network->n_populations, sizeof *network->populations, "populations"));
  loligo_population population = {.model = model, .size = size, .first_gid = network->n_cells};
  loligo_status status = population_init(&population, name);
  if (status == LOLIGO_OK)
    status = name_table_set(&network->index->populations, 0, population.name, network->n_populations);
  if (status != LOLIGO_OK) {
    population_free(&population);
    return status;
  }
  if (id) *id = network->n_populations;
  network->populations[network->n_populations++] = population;
  network->n_cells += size;
  return LOLIGO_OK;
}

static loligo_status replace_law(loligo_distribution *law, const loligo_distribution *value)
{
  distribution_free(law);
  return distribution_copy(value, law);
}

static loligo_status fail_unknown_param(const loligo_model *model, const char *word)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < model->params.n; i++) fault_names_add(&names, model->params.rows[i].name);
  return fault_unknown_in("parameter", word, model->name, &names);
}

loligo_status loligo_network_set_param(loligo_network *network, size_t population, const char *name,
                                       loligo_distribution value)
{
  assert(population < network->n_populations);
  LOLIGO_TRY(network_begin_change(network));
  loligo_population *p = &network->populations[population];
  int i = model_param_index(p->model, name);
  if (i < 0) return fail_unknown_param(p->model, name);
  LOLIGO_TRY(check_param(&value, &p->model->params.rows[i], p->size));
  return replace_law(&p->params[i], &value);
}

static loligo_status fail_unknown_variable(const loligo_model *model, const char *word)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < model->n_variables; i++) fault_names_add(&names, model->variables[i].name);
  return fault_unknown_in("state variable", word, model->name, &names);
}

loligo_status loligo_network_set_init(loligo_network *network, size_t population, const char *variable,
                                      loligo_distribution value)
{
  assert(population < network->n_populations);
  LOLIGO_TRY(network_begin_change(network));
  loligo_population *p = &network->populations[population];
  int i = model_variable_index(p->model, variable);
  if (i < 0) return fail_unknown_variable(p->model, variable);
  LOLIGO_TRY(distribution_check(&value, variable, p->size));
  return replace_law(&p->init[i], &value);
}

loligo_status loligo_network_set_trains(loligo_network *network, size_t population, const double *times,
                                        const uint64_t *owners, size_t n)
{
  assert(population < network->n_populations);
  LOLIGO_TRY(network_begin_change(network));
  loligo_population *p = &network->populations[population];
  if (!p->model->takes_trains)
    return loligo_fail(LOLIGO_INPUT_ERROR, "model %s takes no spike times; use spike_source", p->model->name);
  spike_times given = {.times = times,
                       .owners = owners,
                       .n = n,
                       .last = p->size,
                       .dt = network->dt,
                       .refused = &network->index->refused};
  memory_free(p->times);
  memory_free(p->owners);
  p->n_times = 0;
  LOLIGO_TRY(spike_times_copy(&given, &p->times, &p->owners));
  p->n_times = n;
  return LOLIGO_OK;
}
