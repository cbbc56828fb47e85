/*
 * Binding of inputs to local cells. Local cells are sorted by index, so the targets of an input are one local range.
 */
#include "sim/inputs.h"

#include "base/memory.h"

static loligo_status bind(bound_input *bound, const loligo_network *network, const loligo_input *input,
                          const cells *cells)
{
  const cell_group *group = &cells->groups[input->target.population];
  bound->input = input;
  bound->first = cell_group_lower_bound(group, input->target.first);
  bound->last = cell_group_lower_bound(group, input->target.last);
  if (!input->drive->prepare) return LOLIGO_OK;
  drive_setup setup = {.param = input->params,
                       .lists = input->lists,
                       .times = input->times,
                       .owners = input->owners,
                       .n_times = input->n_times,
                       .key = random_key_make(network->seed, RANDOM_DRIVE, input->name, ""),
                       .dt = network->dt};
  return input->drive->prepare(&setup, &bound->shared);
}

loligo_status inputs_init(inputs *inputs, const loligo_network *network, const cells *cells)
{
  *inputs = (struct inputs){0};
  inputs->bound = memory_allocate(network->n_inputs, sizeof *inputs->bound, "inputs");
  inputs->group_first = memory_allocate(cells->n_groups + 1, sizeof *inputs->group_first, "inputs");
  if (!inputs->bound || !inputs->group_first) return LOLIGO_MACHINE_ERROR;
  for (size_t g = 0; g < cells->n_groups; g++) {
    for (size_t i = 0; i < network->n_inputs; i++)
      if (network->inputs[i].target.population == g)
        LOLIGO_TRY(bind(&inputs->bound[inputs->n++], network, &network->inputs[i], cells));
    inputs->group_first[g + 1] = inputs->n;
  }
  return LOLIGO_OK;
}

void inputs_free(inputs *inputs)
{
  for (size_t i = 0; i < inputs->n; i++)
    if (inputs->bound[i].shared && inputs->bound[i].input->drive->release)
      inputs->bound[i].input->drive->release(inputs->bound[i].shared);
  memory_free(inputs->bound);
  memory_free(inputs->group_first);
  *inputs = (struct inputs){0};
}

bool inputs_have_current(const inputs *inputs, size_t g)
{
  for (size_t i = inputs->group_first[g]; i < inputs->group_first[g + 1]; i++)
    if (inputs->bound[i].input->drive->is_current) return true;
  return false;
}

bool inputs_have_arrivals(const inputs *inputs, size_t g, int receptor)
{
  for (size_t i = inputs->group_first[g]; i < inputs->group_first[g + 1]; i++)
    if (!inputs->bound[i].input->drive->is_current && inputs->bound[i].input->receptor == receptor) return true;
  return false;
}

void inputs_add(const inputs *inputs, const cell_group *group, uint64_t first, size_t n, int64_t step, double *current,
                double *const *arriving)
{
  size_t g = group->population;
  for (size_t i = inputs->group_first[g]; i < inputs->group_first[g + 1]; i++) {
    const bound_input *bound = &inputs->bound[i];
    const loligo_input *input = bound->input;
    uint64_t low = bound->first > first ? bound->first : first;
    uint64_t high = bound->last < first + n ? bound->last : first + n;
    if (step < input->start || step >= input->stop || low >= high) continue;
    bool is_current = input->drive->is_current;
    double *out = (is_current ? current : arriving[input->receptor]) + (low - first);
    input->drive->add(bound->shared, step, high - low, group->index + low, is_current ? 1 : input->weight, out);
  }
}
