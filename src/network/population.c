/*
 * Populations of the description: their sizes, parameters, initial states and trains.
 */
#include "network/population.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/least.h"
#include "base/memory.h"
#include "base/random/distribution.h"
#include "loligo/network.h"
#include "model/neuron/model.h"
#include "network/append.h"
#include "network/cell_values.h"
#include "network/checks.h"
#include "network/index.h"
#include "network/positions.h"
#include "network/scheduled.h"
#include "network/spike_times.h"

/* So that sums of sizes and ids of cells never overflow. */
static const uint64_t MAX_CELLS = UINT64_C(1) << 40;

enum { FEW_NUMBERS = 128 }; /* parameters and derived constants of most models */

static void free_laws(loligo_distribution *laws, size_t n)
{
  for (size_t i = 0; laws && i < n; i++) distribution_free(&laws[i]);
  memory_free(laws);
}

static void drop(const loligo_population *population, loligo_model *described)
{
  if (described == population->registered) return;
  described->forget(described);
  memory_free(described);
}

void population_free(loligo_population *population)
{
  free_laws(population->params, population->model->params.n);
  free_laws(population->init, population->model->n_variables);
  drop(population, (loligo_model *)population->model);
  positions_free(&population->positions);
  memory_free(population->times);
  memory_free(population->owners);
  memory_free(population->name);
}

static bool is_list(const loligo_population *population, size_t i)
{
  return population->model->params.rows[i].type == LOLIGO_PARAM_LIST;
}

/* What all cells have for a row that is no list. */
static double uniform_value(const loligo_population *population, size_t i)
{
  const scheduled_change *change = scheduled_for(population->values, i, 0);
  const loligo_distribution *given = change ? &change->value : &population->params[i];
  return param_value(given, &population->model->params.rows[i]);
}

/* Values of a list; one that is not given has its default alone, or nothing. */
static size_t list_length(const loligo_population *population, size_t i)
{
  const loligo_distribution *given = &population->params[i];
  if (given->kind == LOLIGO_LIST) return given->n_values;
  return isnan(param_default(&population->model->params.rows[i])) ? 0 : 1;
}

static void copy_list(const loligo_population *population, size_t i, double *to)
{
  const loligo_distribution *given = &population->params[i];
  const double fallback = param_default(&population->model->params.rows[i]);
  const size_t n = list_length(population, i);
  if (n > 0) memcpy(to, given->kind == LOLIGO_LIST ? given->values : &fallback, n * sizeof *to);
}

size_t population_n_params(const loligo_population *population)
{
  size_t n = population->model->params.n;
  for (size_t i = 0; i < population->model->params.n; i++)
    if (is_list(population, i)) n += list_length(population, i);
  return n;
}

bool population_is_distributed(const loligo_population *population, size_t i)
{
  const loligo_distribution_kind kind = population->params[i].kind;
  if (population->values && population->values->differ[i]) return true;
  return !is_list(population, i) && kind != LOLIGO_UNSET && kind != LOLIGO_CONSTANT;
}

double population_value(const loligo_network *network, const loligo_population *population, size_t i, uint64_t index)
{
  const char *name = population->model->params.rows[i].name;
  const scheduled_change *change = scheduled_for(population->values, i, index);
  if (change) return scheduled_value(network, change, name, index);
  const loligo_distribution *given = &population->params[i];
  if (given->kind == LOLIGO_UNSET) return param_default(&population->model->params.rows[i]);
  if (given->kind == LOLIGO_LIST) return cell_values_at(given, index);
  return distribution_draw_one(given, random_key_make(network->seed, RANDOM_PARAMETER, population->name, name), index);
}

loligo_status population_refuse(const loligo_population *population, const char *format, ...)
{
  enum { WHY_BYTES = 512 };
  char place[FAULT_PLACE_BYTES], why[WHY_BYTES];
  va_list values;
  va_start(values, format);
  vsnprintf(why, sizeof why, format, values);
  va_end(values);
  fault_place_print(population->place, place);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%spopulation %s: %s", place, population->name, why);
}

loligo_status population_draw_params(const loligo_network *network, const loligo_population *population, uint64_t index,
                                     double *param)
{
  const loligo_param_table *table = &population->model->params;
  for (size_t i = 0; i < table->n; i++) {
    if (!population_is_distributed(population, i)) continue;
    const loligo_param *row = &table->rows[i];
    param[i] = population_value(network, population, i, index);
    if (!param_in_range(row, param[i]))
      return population_refuse(population, "%s drawn for cell %llu is %g, but must be %s; clip its distribution",
                               row->name, (unsigned long long)index, param[i], param_range_text(row->range));
  }
  return LOLIGO_OK;
}

bool population_is_uniform(const loligo_population *population)
{
  for (size_t i = 0; i < population->model->params.n; i++)
    if (population_is_distributed(population, i)) return false;
  return true;
}

void population_params(const loligo_population *population, double *param)
{
  const size_t n = population->model->params.n;
  double *next = param + n;
  for (size_t i = 0; i < n; i++) {
    if (is_list(population, i)) {
      param[i] = (double)list_length(population, i);
      copy_list(population, i, next);
      next += list_length(population, i);
    } else {
      param[i] = population_is_distributed(population, i) ? NAN : uniform_value(population, i);
    }
  }
}

/* What tables may depend on; NULL without memory. */
static double *structure_params(const loligo_population *population)
{
  const loligo_param_table *table = &population->model->params;
  double *param = memory_allocate(population_n_params(population), sizeof *param, "parameters");
  if (!param) return NULL;
  population_params(population, param);
  for (size_t i = 0; i < table->n; i++)
    if (table->rows[i].type == LOLIGO_PARAM_REAL) param[i] = NAN;
  return param;
}

loligo_status population_check(const loligo_population *population, double dt)
{
  const loligo_model *model = population->model;
  if (!model->derive || !population_is_uniform(population)) return LOLIGO_OK;
  const size_t n_params = population_n_params(population), n = n_params + model->n_derived;
  double few[FEW_NUMBERS], *numbers = n <= FEW_NUMBERS ? few : memory_allocate(n, sizeof *numbers, "parameters");
  if (!numbers) return LOLIGO_MACHINE_ERROR;
  population_params(population, numbers);
  const loligo_status status = model->derive(numbers, dt, numbers + n_params);
  if (numbers != few) memory_free(numbers);
  return status;
}

/* Makes the model with the tables that follow from param[]. */
static loligo_status make_described(const loligo_model *registered, const double *param, loligo_model **made)
{
  loligo_model *described = memory_allocate(1, sizeof *described, "model");
  if (!described) return LOLIGO_MACHINE_ERROR;
  *described = *registered;
  loligo_status status = registered->describe(param, described);
  if (status == LOLIGO_OK && !model_is_complete(described))
    status = loligo_fail(LOLIGO_INPUT_ERROR, "model %s: the tables that it makes are not complete", registered->name);
  if (status == LOLIGO_OK) {
    *made = described;
    return LOLIGO_OK;
  }
  registered->forget(described);
  memory_free(described);
  return status;
}

/* Calls the receptors that parameters list by their names. */
static void name_receptors(const loligo_population *population, loligo_model *described)
{
  const size_t first = population->registered->n_receptors;
  loligo_receptor *receptors = (loligo_receptor *)described->receptors;
  for (size_t k = 0; k < population->n_receptor_names && first + k < described->n_receptors; k++)
    receptors[first + k].name = population->receptor_names[k];
}

/* Takes over a model made for the population; variables of both models keep their initial values. */
static loligo_status adopt(loligo_population *population, loligo_model *described)
{
  loligo_distribution *init = memory_allocate(described->n_variables, sizeof *init, "initial values");
  if (!init) {
    drop(population, described);
    return LOLIGO_MACHINE_ERROR;
  }
  const size_t n = population->model->n_variables, kept = least(n, described->n_variables);
  if (kept) memcpy(init, population->init, kept * sizeof *init);
  for (size_t v = kept; v < n; v++) distribution_free(&population->init[v]);
  memory_free(population->init);
  drop(population, (loligo_model *)population->model);
  population->init = init;
  population->model = described;
  name_receptors(population, described);
  return LOLIGO_OK;
}

/* Gives the population the tables that follow from its parameters, where the model makes any. */
static loligo_status describe(loligo_population *population)
{
  if (!population->registered->describe) return LOLIGO_OK;
  double *param = structure_params(population);
  loligo_model *described = NULL;
  loligo_status status = param ? make_described(population->registered, param, &described) : LOLIGO_MACHINE_ERROR;
  memory_free(param);
  return status == LOLIGO_OK ? adopt(population, described) : status;
}

size_t population_integrator(const loligo_population *population)
{
  const loligo_param *row = model_integrator(population->model);
  if (!row) return 0;
  return (size_t)uniform_value(population, (size_t)(row - population->model->params.rows));
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
  if (!population->name || !population->params || !population->init) return LOLIGO_MACHINE_ERROR;
  return describe(population);
}

loligo_status loligo_network_add_population(loligo_network *network, const char *name, const loligo_model *model,
                                            uint64_t size, size_t *id)
{
  assert(name && model);
  LOLIGO_TRY(check_population(network, name, size));
  LOLIGO_TRY(
      append_room((void **)&network->populations, network->n_populations, sizeof *network->populations, "populations"));
  loligo_population population = {.model = model, .registered = model, .size = size, .first_gid = network->n_cells};
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
  loligo_distribution copy;
  LOLIGO_TRY(distribution_copy(value, &copy));
  distribution_free(law);
  *law = copy;
  return LOLIGO_OK;
}

/* Whether anything was said of the population that depends on its tables. */
static bool is_in_use(const loligo_network *network, size_t population)
{
  const loligo_population *p = &network->populations[population];
  for (size_t v = 0; v < p->model->n_variables; v++)
    if (p->init[v].kind != LOLIGO_UNSET) return true;
  for (size_t i = 0; i < network->n_projections; i++)
    if (network->projections[i].source == population || network->projections[i].target == population) return true;
  for (size_t i = 0; i < network->n_inputs; i++)
    if (network->inputs[i].target.population == population) return true;
  return false;
}

/* Sets a parameter on which the tables of the model may depend. */
static loligo_status set_structure(const loligo_network *network, size_t population, size_t i,
                                   const loligo_distribution *value)
{
  loligo_population *p = &network->populations[population];
  if (is_in_use(network, population))
    return loligo_fail(LOLIGO_INPUT_ERROR, "set %s before initial states, projections and inputs of population '%s'",
                       p->model->params.rows[i].name, p->name);
  loligo_distribution before = p->params[i], copy;
  LOLIGO_TRY(distribution_copy(value, &copy));
  p->params[i] = copy;
  const loligo_status status = describe(p);
  if (status != LOLIGO_OK) p->params[i] = before;
  distribution_free(status == LOLIGO_OK ? &before : &copy);
  return status;
}

/* A copy of a list with one value more. */
static loligo_status lengthen(const loligo_distribution *list, double value, loligo_distribution *longer)
{
  const size_t n = list->kind == LOLIGO_LIST ? list->n_values : 0;
  double *values = memory_allocate(n + 1, sizeof *values, "parameters");
  if (!values) return LOLIGO_MACHINE_ERROR;
  if (n) memcpy(values, list->values, n * sizeof *values);
  values[n] = value;
  *longer = loligo_list(values, n + 1);
  return LOLIGO_OK;
}

loligo_status population_append(loligo_network *network, size_t population, const named_number *more, size_t n)
{
  loligo_population *p = &network->populations[population];
  loligo_status status = network_begin_change(network);
  for (size_t i = 0; i < n && status == LOLIGO_OK; i++) {
    loligo_distribution longer, *list = &p->params[model_param_index(p->model, more[i].list)];
    status = lengthen(list, more[i].value, &longer);
    if (status != LOLIGO_OK) break;
    distribution_free(list);
    *list = longer;
  }
  return status == LOLIGO_OK ? describe(p) : status;
}

loligo_status loligo_network_set_param(loligo_network *network, size_t population, const char *name,
                                       loligo_distribution value)
{
  assert(population < network->n_populations);
  LOLIGO_TRY(network_begin_change(network));
  loligo_population *p = &network->populations[population];
  int i = model_param_index(p->model, name);
  if (i < 0) return param_unknown(p->model->params, name, p->model->name);
  const loligo_param *row = &p->model->params.rows[i];
  LOLIGO_TRY(check_param(&value, row, p->size));
  const bool is_structure = row->type != LOLIGO_PARAM_REAL && p->model->describe;
  if (is_structure) return set_structure(network, population, (size_t)i, &value);
  return replace_law(&p->params[i], &value);
}

/* -- results -- */

loligo_status population_set_whole(loligo_network *network, size_t population, const char *whole,
                                   const uint64_t *node_ids)
{
  loligo_population *p = &network->populations[population];
  uint64_t *kept = pool_take(&network->pool, p->size * sizeof *kept, "node ids");
  p->whole = pool_text(&network->pool, whole);
  if (!kept || !p->whole) return LOLIGO_MACHINE_ERROR;
  memcpy(kept, node_ids, p->size * sizeof *kept);
  p->node_ids = kept;
  return LOLIGO_OK;
}

/* -- names of receptors -- */

size_t population_n_listed(const loligo_population *population)
{
  const int row = model_param_index(population->model, "receptor_tau");
  return row < 0 ? 0 : list_length(population, (size_t)row);
}

static loligo_status check_receptor_name(const loligo_model *registered, const char *const *names, size_t k)
{
  bool is_taken = model_receptor_index(registered, names[k]) >= 0;
  LOLIGO_TRY(network_check_name("a receptor", names[k]));
  for (size_t other = 0; other < k; other++) is_taken = is_taken || strcmp(names[other], names[k]) == 0;
  if (!is_taken) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "there is a receptor '%s' already; choose another name", names[k]);
}

static loligo_status check_receptor_names(const loligo_network *network, size_t population, const char *const *names,
                                          size_t n)
{
  const loligo_population *p = &network->populations[population];
  const size_t listed = population_n_listed(p);
  if (n != listed)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%zu names for the %zu receptors that population '%s' lists", n, listed,
                       p->name);
  if (is_in_use(network, population))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "name receptors before initial states, projections and inputs of population '%s'", p->name);
  for (size_t k = 0; k < n; k++) LOLIGO_TRY(check_receptor_name(p->registered, names, k));
  return LOLIGO_OK;
}

loligo_status loligo_network_name_receptors(loligo_network *network, size_t population, const char *const *names,
                                            size_t n)
{
  assert(population < network->n_populations);
  loligo_population *p = &network->populations[population];
  LOLIGO_TRY(network_begin_change(network));
  LOLIGO_TRY(check_receptor_names(network, population, names, n));
  if (n == 0) return LOLIGO_OK;
  const char **kept = pool_take(&network->pool, n * sizeof *kept, "receptors");
  if (!kept) return LOLIGO_MACHINE_ERROR;
  for (size_t k = 0; k < n; k++)
    if (!(kept[k] = pool_text(&network->pool, names[k]))) return LOLIGO_MACHINE_ERROR;
  p->receptor_names = kept;
  p->n_receptor_names = n;
  name_receptors(p, (loligo_model *)p->model);
  return LOLIGO_OK;
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

loligo_status loligo_network_set_repeat(loligo_network *network, size_t population, double repeat)
{
  assert(population < network->n_populations);
  LOLIGO_TRY(network_begin_change(network));
  loligo_population *p = &network->populations[population];
  if (!p->model->is_source || p->model->n_variables > 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "repeat is for sources that keep no state, which model %s is not",
                       p->model->name);
  return check_repeat(&(repeated_times){repeat, network->dt, p->times, p->n_times}, &p->repeat);
}

loligo_status loligo_network_set_trains(loligo_network *network, size_t population, const double *times,
                                        const uint64_t *owners, size_t n)
{
  assert(population < network->n_populations);
  LOLIGO_TRY(network_begin_change(network));
  loligo_population *p = &network->populations[population];
  if (!p->model->takes_trains)
    return loligo_fail(LOLIGO_INPUT_ERROR, "model %s takes no spike times; use spike_source", p->model->name);
  const loligo_selection cells = {.population = population, .last = p->size};
  spike_times given = {.times = times,
                       .owners = owners,
                       .n = n,
                       .cells = &cells,
                       .dt = network->dt,
                       .refused = &network->index->refused};
  memory_free(p->times);
  memory_free(p->owners);
  p->n_times = 0;
  LOLIGO_TRY(spike_times_copy(&given, &p->times, &p->owners));
  p->n_times = n;
  return LOLIGO_OK;
}
