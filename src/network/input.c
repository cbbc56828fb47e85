/*
 * Inputs from outside the network, and their checks.
 */
#include "network/input.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "model/drive.h"
#include "model/model.h"
#include "network/append.h"
#include "network/fault.h"
#include "network/law.h"
#include "network/projection.h"
#include "network/registry.h"
#include "network/spike_times.h"

void input_free(loligo_input *input)
{
  for (size_t i = 0; input->lists && i < input->drive->params.n; i++) memory_free(input->lists[i].values);
  memory_free(input->lists);
  memory_free(input->params);
  memory_free(input->times);
  memory_free(input->owners);
  memory_free(input->name);
}

static loligo_status find_drive(const char *name, const drive **found)
{
  *found = drive_find(name);
  if (*found) return LOLIGO_OK;
  fault_names names = {.n = 0};
  for (size_t i = 0; drive_at(i); i++) fault_names_add(&names, drive_at(i)->name);
  return fault_unknown("input model", name, &names);
}

static loligo_status set_name(const loligo_network *network, loligo_input *input, const char *name)
{
  LOLIGO_TRY(network_check_name("an input", name));
  if (name_table_find(&network->registry->inputs, 0, name) != NAME_TABLE_NONE)
    return loligo_fail(LOLIGO_INPUT_ERROR, "input '%s' exists already; choose another name", name);
  input->name = memory_string(name);
  return input->name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status check_target(const loligo_network *network, const loligo_selection *target)
{
  assert(target->population < network->n_populations);
  const loligo_population *population = &network->populations[target->population];
  if (population->model->is_source)
    return loligo_fail(LOLIGO_INPUT_ERROR, "target '%s' is of model %s, which takes no input", population->name,
                       population->model->name);
  if (target->first <= target->last && target->last <= population->size) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "target '%s[%llu:%llu]' does not lie within the %llu cells of %s",
                     population->name, (unsigned long long)target->first, (unsigned long long)target->last,
                     (unsigned long long)population->size, population->name);
}

static loligo_status set_list(const param *row, const real_list *given, real_list *list)
{
  if (given->n == 0 && !row->fallback) return loligo_fail(LOLIGO_INPUT_ERROR, "missing key '%s'", row->name);
  list->values = memory_allocate(given->n, sizeof *list->values, "list of an input");
  if (!list->values) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < given->n; i++) {
    loligo_distribution value = loligo_constant(given->values[i]);
    LOLIGO_TRY(law_check_param(&value, row, LAW_NO_LIST));
    list->values[list->n++] = given->values[i];
  }
  return LOLIGO_OK;
}

static loligo_status set_value(const param *row, double given, double *value)
{
  *value = isnan(given) ? param_default(row) : given;
  if (isnan(*value) && !row->fallback) return loligo_fail(LOLIGO_INPUT_ERROR, "missing key '%s'", row->name);
  if (isnan(*value)) return LOLIGO_OK;
  loligo_distribution constant = loligo_constant(*value);
  return law_check_param(&constant, row, LAW_NO_LIST);
}

static loligo_status set_params(loligo_input *input, const loligo_input_spec *spec)
{
  const param_table *table = &input->drive->params;
  input->params = memory_allocate(table->n, sizeof *input->params, "input parameters");
  input->lists = memory_allocate(table->n, sizeof *input->lists, "input parameters");
  if (!input->params || !input->lists) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < table->n; i++) {
    real_list list = spec->lists ? spec->lists[i] : (real_list){0};
    input->params[i] = NAN;
    if (table->rows[i].type == PARAM_LIST)
      LOLIGO_TRY(set_list(&table->rows[i], &list, &input->lists[i]));
    else
      LOLIGO_TRY(set_value(&table->rows[i], spec->params ? spec->params[i] : NAN, &input->params[i]));
  }
  return LOLIGO_OK;
}

static loligo_status set_effect(const loligo_network *network, loligo_input *input, const loligo_input_spec *spec)
{
  input->receptor = -1;
  input->weight = 1;
  if (drive_is_current(input->drive)) return LOLIGO_OK;
  const loligo_population *target = &network->populations[spec->target.population];
  int receptors[2];
  LOLIGO_TRY(projection_receptors(target, spec->receptor, spec->weight, spec->weight, receptors));
  input->receptor = receptors[0];
  const model_receptor *receptor = &target->model->receptors[input->receptor];
  if (receptor->kind == RECEPTOR_LEVEL)
    return loligo_fail(LOLIGO_INPUT_ERROR, "receptor '%s' takes levels, not spikes; for a current choose dc or steps",
                       receptor->name);
  input->weight = spec->weight;
  LOLIGO_TRY(law_check_one_weight(input->weight, receptor));
  return spec->receptor && !spec->any_sign ? law_check_sign(input->weight, receptor) : LOLIGO_OK;
}

static loligo_status set_trains(const loligo_network *network, loligo_input *input, const loligo_input_spec *spec)
{
  if (!input->drive->takes_trains) return LOLIGO_OK;
  spike_times given = {.times = spec->times,
                       .owners = spec->owners,
                       .n = spec->n_times,
                       .first = spec->target.first,
                       .last = spec->target.last,
                       .dt = network->dt,
                       .refused = &network->registry->refused};
  LOLIGO_TRY(spike_times_copy(&given, &input->times, &input->owners));
  input->n_times = spec->n_times;
  return LOLIGO_OK;
}

static loligo_status set_window(loligo_input *input, const loligo_input_spec *spec, double dt)
{
  if (!isfinite(spec->start) || spec->start < 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "start must be >= 0, not %g ms", spec->start);
  bool open = !(spec->stop > 0) || spec->stop / dt >= 0x1p62;
  input->start = loligo_steps(spec->start, dt);
  input->stop = open ? INT64_MAX : loligo_steps(spec->stop, dt);
  if (input->start <= input->stop) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "stop %g ms is before start %g ms", spec->stop, spec->start);
}

drive_setup input_drive_setup(const loligo_network *network, const loligo_input *input)
{
  return (drive_setup){.param = input->params,
                       .lists = input->lists,
                       .times = input->times,
                       .owners = input->owners,
                       .n_times = input->n_times,
                       .key = random_key_make(network->seed, RANDOM_DRIVE, input->name, ""),
                       .dt = network->dt};
}

/* What only the drive itself knows to check. */
static loligo_status check_drive(const loligo_network *network, const loligo_input *input)
{
  if (!input->drive->prepare) return LOLIGO_OK;
  const drive_setup setup = input_drive_setup(network, input);
  void *shared = NULL;
  loligo_status status = input->drive->prepare(&setup, &shared);
  if (shared && input->drive->release) input->drive->release(shared);
  return status;
}

static loligo_status fill(const loligo_network *network, const loligo_input_spec *spec, loligo_input *input)
{
  LOLIGO_TRY(set_name(network, input, spec->name));
  LOLIGO_TRY(check_target(network, &spec->target));
  LOLIGO_TRY(set_params(input, spec));
  LOLIGO_TRY(set_effect(network, input, spec));
  LOLIGO_TRY(set_trains(network, input, spec));
  LOLIGO_TRY(set_window(input, spec, network->dt));
  return check_drive(network, input);
}

loligo_status loligo_network_add_input(loligo_network *network, const loligo_input_spec *spec)
{
  LOLIGO_TRY(network_begin_change(network));
  LOLIGO_TRY(append_room((void **)&network->inputs, network->n_inputs, sizeof *network->inputs, "inputs"));
  loligo_input input = {.target = spec->target};
  LOLIGO_TRY(find_drive(spec->drive, &input.drive));
  loligo_status status = fill(network, spec, &input);
  if (status == LOLIGO_OK) status = name_table_set(&network->registry->inputs, 0, input.name, network->n_inputs);
  if (status == LOLIGO_OK)
    network->inputs[network->n_inputs++] = input;
  else
    input_free(&input);
  return status;
}
