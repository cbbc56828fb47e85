/*
 * The list of fields, made from the tables of the models: of each population first its variables, then its levels.
 */
#include "sim/cells/fields.h"

#include <assert.h>

static size_t count_of_group(const cell_group *group)
{
  return group->model->n_variables + model_level_count(group->model);
}

size_t fields_count(const cells *cells)
{
  size_t n = 0;
  for (size_t g = 0; g < cells->n_groups; g++) n += count_of_group(&cells->groups[g]);
  return n;
}

/* Receptor number of the k-th that takes levels. */
static size_t level_receptor(const loligo_model *model, size_t k)
{
  size_t r = 0;
  while (model->receptors[r].kind != LOLIGO_RECEPTOR_LEVEL || k-- > 0) r++;
  return r;
}

static loligo_field variable_field(const cell_group *group, size_t v)
{
  const loligo_variable *variable = &group->model->variables[v];
  return (loligo_field){.name = variable->name,
                        .unit = variable->unit,
                        .help = variable->help,
                        .type = LOLIGO_FLOAT64,
                        .values = group->state[v]};
}

static loligo_field level_field(const cell_group *group, size_t k)
{
  size_t r = level_receptor(group->model, k);
  return (loligo_field){.name = group->model->receptors[r].name,
                        .unit = "quantum",
                        .help = "sum of the weights that stand, in quanta of the receptor",
                        .type = LOLIGO_INT64,
                        .values = group->levels[r]};
}

loligo_field fields_at(const cells *cells, size_t i)
{
  const cell_group *group = cells->groups;
  while (i >= count_of_group(group)) i -= count_of_group(group++);
  assert(group < cells->groups + cells->n_groups);
  size_t n_variables = group->model->n_variables;
  loligo_field field = i < n_variables ? variable_field(group, i) : level_field(group, i - n_variables);
  field.population = group->population;
  field.n_cells = group->n;
  field.index = group->index;
  return field;
}
