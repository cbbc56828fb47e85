/*
 * The list of fields, made from the tables of the models: of each population first its variables, then its levels, then
 * where its potential was a step ago, if it is coupled.
 */
#include "sim/cells/fields.h"

#include <assert.h>

#include "base/lower_bound.h"

size_t fields_count(const cells *cells)
{
  if (cells->n_groups == 0) return 0;
  const cell_group *last = &cells->groups[cells->n_groups - 1];
  return last->first_field + cell_group_fields(last);
}

/* The last group that begins at or before a field: those before it that begin there have no fields. */
static const cell_group *group_of_field(const cells *cells, size_t i)
{
  const size_t behind =
      lower_bound_of_field(&cells->groups->first_field, sizeof *cells->groups, cells->n_groups, i + 1);
  return &cells->groups[behind - 1];
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

static loligo_field before_field(const cell_group *group)
{
  return (loligo_field){.name = "V_m_before",
                        .unit = "mV",
                        .help = "membrane potential a step ago",
                        .type = LOLIGO_FLOAT64,
                        .values = group->coupling.before};
}

static loligo_field field_of_group(const cell_group *group, size_t i)
{
  const size_t n_variables = group->model->n_variables, n_levels = model_level_count(group->model);
  if (i < n_variables) return variable_field(group, i);
  return i < n_variables + n_levels ? level_field(group, i - n_variables) : before_field(group);
}

loligo_field fields_at(const cells *cells, size_t i)
{
  assert(i < fields_count(cells));
  const cell_group *group = group_of_field(cells, i);
  loligo_field field = field_of_group(group, i - group->first_field);
  field.population = group->population;
  field.n_cells = group->n;
  field.index = group->index;
  return field;
}
