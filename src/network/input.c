/*
 * Inputs from outside the network, and their checks.
 */
#include "network/input.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/grid.h"
#include "base/memory.h"
#include "loligo/network.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "network/append.h"
#include "network/cell_values.h"
#include "network/checks.h"
#include "network/compartments.h"
#include "network/gap.h"
#include "network/index.h"
#include "network/named_values.h"
#include "network/projection.h"
#include "network/scheduled.h"
#include "network/selection.h"
#include "network/spike_times.h"

/* Of an input and of one of its parameters. */
enum { NAME_SIZE = LOLIGO_NAME_BYTES + 64 };

void input_free(loligo_input *input)
{
  for (size_t i = 0; input->lists && i < input->model->params.n; i++) memory_free(input->lists[i].values);
  for (size_t i = 0; input->each && i <= input->model->params.n; i++) distribution_free(&input->each[i]);
  memory_free(input->each);
  memory_free(input->lists);
  memory_free(input->params);
  memory_free(input->times);
  memory_free(input->owners);
  memory_free(input->name);
  selection_free(&input->target);
}

/* Names by_population stand in the scope of their population, and in that of all others. */
static bool is_taken(const loligo_network *network, const loligo_input *input, const char *name)
{
  const name_table *names = &network->index->inputs;
  const size_t first = name_table_find(names, INDEX_ALL_POPULATIONS, name);
  if (first == NAME_TABLE_NONE) return false;
  if (!input->by_population || !network->inputs[first].by_population) return true;
  return name_table_find(names, input->target.population, name) != NAME_TABLE_NONE;
}

loligo_status input_index_name(const loligo_network *network, const loligo_input *input, size_t number)
{
  name_table *names = &network->index->inputs;
  if (input->by_population) LOLIGO_TRY(name_table_set(names, input->target.population, input->name, number));
  return name_table_set(names, INDEX_ALL_POPULATIONS, input->name, number);
}

static loligo_status set_name(const loligo_network *network, loligo_input *input, const char *name)
{
  LOLIGO_TRY(network_check_name("an input", name));
  if (is_taken(network, input, name))
    return loligo_fail(LOLIGO_INPUT_ERROR, "input '%s' exists already; choose another name", name);
  input->name = memory_string(name);
  return input->name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status set_target(const loligo_network *network, loligo_input *input, const loligo_selection *target)
{
  assert(target->population < network->n_populations);
  const loligo_population *population = &network->populations[target->population];
  if (population->model->is_source)
    return loligo_fail(LOLIGO_INPUT_ERROR, "target '%s' is of model %s, which takes no input", population->name,
                       population->model->name);
  return selection_take(target, population, SELECTION_REFUSES, &input->target);
}

static loligo_status set_list(const loligo_param *row, const loligo_distribution *given, real_list *list)
{
  const double fallback = param_default(row);
  const loligo_distribution unset = loligo_list(&fallback, isnan(fallback) ? 0 : 1);
  if (given->kind == LOLIGO_UNSET) given = &unset;
  if (given->kind != LOLIGO_LIST) return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be a list", row->name);
  if (given->n_values == 0 && !row->fallback) return loligo_fail(LOLIGO_INPUT_ERROR, "missing key '%s'", row->name);
  LOLIGO_TRY(check_param(given, row, given->n_values));
  list->values = memory_allocate(given->n_values, sizeof *list->values, "list of an input");
  if (!list->values) return LOLIGO_MACHINE_ERROR;
  if (given->n_values > 0) memcpy(list->values, given->values, given->n_values * sizeof *list->values);
  list->n = given->n_values;
  return LOLIGO_OK;
}

static loligo_status set_value(const loligo_param *row, const loligo_distribution *given, uint64_t cells, double *value,
                               loligo_distribution *each)
{
  const bool is_given = given->kind != LOLIGO_UNSET;
  if (!is_given && !row->fallback) return loligo_fail(LOLIGO_INPUT_ERROR, "missing key '%s'", row->name);
  if (is_given) LOLIGO_TRY(check_param(given, row, cells));
  if (is_given && given->kind != LOLIGO_CONSTANT) return distribution_copy(given, each);
  *value = param_value(given, row);
  return LOLIGO_OK;
}

static loligo_status set_params(loligo_input *input, const loligo_input_spec *spec)
{
  const loligo_param_table *table = &input->model->params;
  input->params = memory_allocate(table->n, sizeof *input->params, "input parameters");
  input->lists = memory_allocate(table->n, sizeof *input->lists, "input parameters");
  input->each = memory_allocate(table->n + 1, sizeof *input->each, "input parameters");
  if (!input->params || !input->lists || !input->each) return LOLIGO_MACHINE_ERROR;
  const uint64_t cells = selection_count(&input->target);
  const named_values values = {spec->params, spec->n_params};
  LOLIGO_TRY(named_values_check(values, *table, input->model->name));
  for (size_t i = 0; i < table->n; i++) {
    const loligo_distribution given = named_value(values, &table->rows[i]);
    input->params[i] = NAN;
    if (table->rows[i].type == LOLIGO_PARAM_LIST)
      LOLIGO_TRY(set_list(&table->rows[i], &given, &input->lists[i]));
    else
      LOLIGO_TRY(set_value(&table->rows[i], &given, cells, &input->params[i], &input->each[i]));
  }
  return LOLIGO_OK;
}

/* One weight for all cells, or a law or list of them. */
static loligo_status set_weight(loligo_input *input, const loligo_distribution *weights,
                                const distribution_range *range, const loligo_receptor *receptor)
{
  const bool is_list = weights->kind == LOLIGO_LIST;
  LOLIGO_TRY(check_one_weight(is_list && weights->n_values > 0 ? range->low : range->mean, receptor));
  if (weights->kind != LOLIGO_CONSTANT) {
    input->weight = NAN;
    return distribution_copy(weights, &input->each[input->model->params.n]);
  }
  input->weight = weights->mean;
  return LOLIGO_OK;
}

static loligo_status check_current(const loligo_input *input, const loligo_population *target)
{
  if (!target->model->takes_no_current) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "target '%s' is of model %s, which takes spikes, but no current as %s",
                     target->name, target->model->name, input->model->name);
}

static loligo_status set_current(loligo_network *network, loligo_input *input, const loligo_input_spec *spec)
{
  LOLIGO_TRY(check_current(input, &network->populations[spec->target.population]));
  return compartments_open_site(network, spec->target.population, spec->compartment, &input->site);
}

static loligo_status set_effect(loligo_network *network, loligo_input *input, const loligo_input_spec *spec)
{
  const char *name = NULL;
  input->receptor = -1;
  input->weight = 1;
  if (input_model_is_current(input->model)) return set_current(network, input, spec);
  LOLIGO_TRY(compartments_open(network, spec->target.population, spec->compartment, spec->receptor, &name));
  const loligo_population *target = &network->populations[spec->target.population];
  const loligo_distribution weights =
      spec->weights.kind == LOLIGO_UNSET ? loligo_constant(spec->weight) : spec->weights;
  LOLIGO_TRY(distribution_check(&weights, "weight", selection_count(&input->target)));
  const distribution_range range = distribution_range_of(&weights);
  int receptors[2];
  LOLIGO_TRY(projection_receptors(target, name, range.mean, range.mean, receptors));
  input->receptor = receptors[0];
  const loligo_receptor *receptor = &target->model->receptors[input->receptor];
  if (receptor->kind == LOLIGO_RECEPTOR_LEVEL)
    return loligo_fail(LOLIGO_INPUT_ERROR, "receptor '%s' takes levels, not spikes; for a current choose dc or steps",
                       receptor->name);
  LOLIGO_TRY(gap_check_receptor(NULL, receptor));
  LOLIGO_TRY(set_weight(input, &weights, &range, receptor));
  if (!spec->receptor || spec->any_sign) return LOLIGO_OK;
  return check_sign(range.mean, receptor);
}

static loligo_status set_trains(const loligo_network *network, loligo_input *input, const loligo_input_spec *spec)
{
  if (!input->model->takes_trains) return LOLIGO_OK;
  spike_times given = {.times = spec->times,
                       .owners = spec->owners,
                       .n = spec->n_times,
                       .cells = &input->target,
                       .dt = network->dt,
                       .refused = &network->index->refused};
  LOLIGO_TRY(spike_times_copy(&given, &input->times, &input->owners));
  input->n_times = spec->n_times;
  return LOLIGO_OK;
}

static loligo_status set_window(loligo_input *input, const loligo_input_spec *spec, double dt)
{
  if (!isfinite(spec->start) || spec->start < 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "start must be >= 0, not %g ms", spec->start);
  bool open = !(spec->stop > 0) || spec->stop / dt >= 0x1p62;
  input->start = grid_whole_steps(spec->start, dt);
  input->stop = open ? INT64_MAX : grid_whole_steps(spec->stop, dt);
  if (input->start <= input->stop) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "stop %g ms is before start %g ms", spec->stop, spec->start);
}

input_setup input_setup_of(const loligo_network *network, const loligo_input *input, uint64_t seed)
{
  const loligo_population *target = &network->populations[input->target.population];
  return (input_setup){.param = input->params,
                       .lists = input->lists,
                       .times = input->times,
                       .owners = input->owners,
                       .n_times = input->n_times,
                       .key =
                           random_key_make(seed, RANDOM_INPUT, input->name, input->by_population ? target->name : ""),
                       .dt = network->dt};
}

bool input_is_distributed(const loligo_input *input, size_t i)
{
  return input->each[i].kind != LOLIGO_UNSET || (input->values && input->values->differ[i]);
}

static loligo_status check_drawn_weight(const loligo_network *network, const loligo_input *input, double weight)
{
  const loligo_model *model = network->populations[input->target.population].model;
  return check_one_weight(weight, &model->receptors[input->receptor]);
}

static loligo_status fail_drawn(const loligo_input *input, const loligo_param *row, uint64_t index, double value)
{
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "input %s: %s drawn for cell %llu is %g, but must be %s; clip its distribution", input->name,
                     row->name, (unsigned long long)index, value, param_range_text(row->range));
}

/* What is listed for a cell, or drawn. */
static double given_to(const loligo_network *network, const loligo_input *input, size_t i, uint64_t index,
                       uint64_t position)
{
  const loligo_param_table *table = &input->model->params;
  const loligo_distribution *each = &input->each[i];
  const scheduled_change *change = scheduled_for(input->values, i, index);
  char what[NAME_SIZE];
  snprintf(what, sizeof what, "%s.%s", input->name, i < table->n ? table->rows[i].name : "weight");
  if (change) return scheduled_value(network, change, what, index);
  if (each->kind == LOLIGO_LIST) return cell_values_at(each, position);
  const char *population = network->populations[input->target.population].name;
  return distribution_draw_one(each, random_key_make(network->seed, RANDOM_EACH, population, what), index);
}

loligo_status input_value(const loligo_network *network, const loligo_input *input, size_t i, uint64_t index,
                          uint64_t position, double *value)
{
  const loligo_param_table *table = &input->model->params;
  *value = given_to(network, input, i, index, position);
  if (i == table->n) return check_drawn_weight(network, input, *value);
  return param_in_range(&table->rows[i], *value) ? LOLIGO_OK : fail_drawn(input, &table->rows[i], index, *value);
}

static bool has_distributed(const loligo_input *input)
{
  for (size_t i = 0; i < input->model->params.n; i++)
    if (input_is_distributed(input, i)) return true;
  return false;
}

loligo_status input_check(const loligo_network *network, const loligo_input *input)
{
  if (has_distributed(input)) return LOLIGO_OK;
  if (!input->model->prepare) return LOLIGO_OK;
  const input_setup setup = input_setup_of(network, input, network->seed);
  void *shared = NULL;
  loligo_status status = input->model->prepare(&setup, &shared);
  if (shared && input->model->release) input->model->release(shared);
  return status;
}

static loligo_status fill(loligo_network *network, const loligo_input_spec *spec, loligo_input *input)
{
  LOLIGO_TRY(set_target(network, input, &spec->target));
  LOLIGO_TRY(set_name(network, input, spec->name));
  LOLIGO_TRY(set_params(input, spec));
  LOLIGO_TRY(set_effect(network, input, spec));
  LOLIGO_TRY(set_trains(network, input, spec));
  LOLIGO_TRY(set_window(input, spec, network->dt));
  const repeated_times repeated = {spec->repeat, network->dt, input->times, input->n_times};
  LOLIGO_TRY(check_repeat(&repeated, &input->repeat));
  return input_check(network, input);
}

loligo_status loligo_network_add_input(loligo_network *network, const loligo_input_spec *spec)
{
  LOLIGO_TRY(network_begin_change(network));
  LOLIGO_TRY(append_room((void **)&network->inputs, network->n_inputs, sizeof *network->inputs, "inputs"));
  loligo_input input = {.by_population = spec->by_population, .any_sign = spec->any_sign};
  input.model = input_model_find(spec->model);
  if (!input.model) return registry_unknown(&input_model_registry, spec->model);
  loligo_status status = fill(network, spec, &input);
  if (status == LOLIGO_OK) status = input_index_name(network, &input, network->n_inputs);
  if (status == LOLIGO_OK)
    network->inputs[network->n_inputs++] = input;
  else
    input_free(&input);
  return status;
}
