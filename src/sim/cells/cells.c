/*
 * Local cells: parameters, derived constants and initial states.
 *
 * Every number is keyed by (seed, population, quantity, index of the cell), so it does not matter which rank draws it.
 */
#include "sim/cells/cells.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/random/distribution.h"

/** What cells_init() hands from step to step for one population. */
typedef struct placement {
  const loligo_network *network;
  const loligo_population *population;
  cell_group *group;
} placement;

static const loligo_distribution *param_law(const placement *p, size_t i, loligo_distribution *fallback)
{
  if (p->population->params[i].kind != LOLIGO_UNSET) return &p->population->params[i];
  *fallback = loligo_constant(param_default(&p->group->model->params.rows[i]));
  return fallback;
}

static bool is_uniform(const placement *p)
{
  for (size_t i = 0; i < p->group->model->params.n; i++) {
    loligo_distribution_kind kind = p->population->params[i].kind;
    if (kind != LOLIGO_UNSET && kind != LOLIGO_CONSTANT) return false;
  }
  return true;
}

/* Parameters of the cell with that index; NAN instead of drawing where only uniform ones are asked for. */
static void fill_params(const placement *p, bool uniform_only, uint64_t index, double *param)
{
  const param_table *table = &p->group->model->params;
  for (size_t i = 0; i < table->n; i++) {
    loligo_distribution fallback;
    const loligo_distribution *law = param_law(p, i, &fallback);
    if (law->kind == LOLIGO_CONSTANT) {
      param[i] = law->mean;
    } else if (uniform_only) {
      param[i] = NAN;
    } else {
      random_key key = random_key_make(p->network->seed, RANDOM_PARAMETER, p->population->name, table->rows[i].name);
      param[i] = distribution_draw_one(law, key, index);
    }
  }
}

static loligo_status check_drawn(const placement *p, const double *param, uint64_t index)
{
  const param_table *table = &p->group->model->params;
  for (size_t i = 0; i < table->n; i++) {
    bool unset = p->population->params[i].kind == LOLIGO_UNSET;
    if (unset || param_in_range(&table->rows[i], param[i])) continue;
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%spopulation %s: %s drawn for cell %llu is %g, but must be %s; clip its distribution",
                       fault_place(p->population->place), p->population->name, table->rows[i].name,
                       (unsigned long long)index, param[i], param_range_text(table->rows[i].range));
  }
  return LOLIGO_OK;
}

static loligo_status derive_cell(const placement *p, const double *param, uint64_t position)
{
  const loligo_model *model = p->group->model;
  double derived[CELL_MAX_DERIVED];
  if (model->derive) LOLIGO_TRY(model->derive(param, p->network->dt, derived));
  for (size_t j = 0; j < model->n_derived; j++) p->group->derived[j][position] = derived[j];
  return LOLIGO_OK;
}

static void init_state(const placement *p, const double *param, uint64_t position)
{
  const loligo_model *model = p->group->model;
  double state[CELL_MAX_VARIABLES];
  for (size_t v = 0; v < model->n_variables; v++) {
    const loligo_distribution *law = &p->population->init[v];
    random_key key = {{0, 0}};
    if (law->kind != LOLIGO_UNSET && law->kind != LOLIGO_CONSTANT)
      key = random_key_make(p->network->seed, RANDOM_STATE, p->population->name, model->variables[v].name);
    state[v] = law->kind == LOLIGO_UNSET ? NAN : distribution_draw_one(law, key, p->group->index[position]);
  }
  if (model->complete) model->complete(param, state);
  for (size_t v = 0; v < model->n_variables; v++) p->group->state[v][position] = state[v];
}

static loligo_status fill_cells(const placement *p)
{
  double param[CELL_MAX_PARAMS];
  cell_group *group = p->group;
  if (group->uniform) {
    fill_params(p, false, 0, param);
    LOLIGO_TRY(derive_cell(p, param, 0));
  }
  for (uint64_t l = 0; l < group->n; l++) {
    if (!group->uniform) {
      fill_params(p, false, group->index[l], param);
      LOLIGO_TRY(check_drawn(p, param, group->index[l]));
      LOLIGO_TRY(derive_cell(p, param, l));
    }
    init_state(p, param, l);
  }
  return LOLIGO_OK;
}

static loligo_status prepare_shared(const placement *p)
{
  if (!p->group->model->prepare) return LOLIGO_OK;
  double param[CELL_MAX_PARAMS];
  fill_params(p, true, 0, param);
  model_setup setup = {.param = param,
                       .times = p->population->times,
                       .owners = p->population->owners,
                       .n_times = p->population->n_times,
                       .key = random_key_make(p->network->seed, RANDOM_SOURCE, p->population->name, ""),
                       .dt = p->network->dt};
  return p->group->model->prepare(&setup, &p->group->shared);
}

static loligo_status allocate_columns(double ***columns, size_t n_columns, uint64_t n, const char *what)
{
  *columns = memory_allocate(n_columns, sizeof(double *), what);
  if (!*columns) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n_columns; i++)
    if (!((*columns)[i] = memory_allocate(n, sizeof(double), what))) return LOLIGO_MACHINE_ERROR;
  return LOLIGO_OK;
}

static loligo_status group_init(const placement *p)
{
  cell_group *group = p->group;
  const loligo_model *model = group->model;
  assert(model->params.n <= CELL_MAX_PARAMS && model->n_variables <= CELL_MAX_VARIABLES &&
         model->n_derived <= CELL_MAX_DERIVED);
  group->uniform = is_uniform(p);
  LOLIGO_TRY(allocate_columns(&group->state, model->n_variables, group->n, "cell states"));
  LOLIGO_TRY(allocate_columns(&group->derived, model->n_derived, group->uniform ? 1 : group->n, "cell parameters"));
  for (size_t r = 0; r < model->n_receptors; r++) {
    if (model->receptors[r].kind != RECEPTOR_LEVEL) continue;
    group->levels[r] = memory_allocate(group->n, sizeof *group->levels[r], "synaptic levels");
    if (!group->levels[r]) return LOLIGO_MACHINE_ERROR;
  }
  LOLIGO_TRY(prepare_shared(p));
  return fill_cells(p);
}

loligo_status cells_init(cells *cells, const loligo_network *network, const loligo_decomposition *decomposition,
                         int rank)
{
  *cells = (struct cells){0};
  cells->groups = memory_allocate(network->n_populations, sizeof(cell_group), "populations");
  if (!cells->groups) return LOLIGO_MACHINE_ERROR;
  cells->n_groups = network->n_populations;
  for (size_t i = 0; i < cells->n_groups; i++) {
    cell_group *group = &cells->groups[i];
    group->population = i;
    group->model = network->populations[i].model;
    group->n = loligo_decomposition_count(decomposition, i, rank);
    group->first_lid = cells->n;
    group->index = memory_allocate(group->n, sizeof *group->index, "cell indices");
    if (!group->index) return LOLIGO_MACHINE_ERROR;
    loligo_decomposition_cells(decomposition, i, rank, group->index);
    LOLIGO_TRY(group_init(&(placement){network, &network->populations[i], group}));
    cells->n += group->n;
  }
  return LOLIGO_OK;
}

static void free_columns(double **columns, size_t n)
{
  for (size_t i = 0; columns && i < n; i++) memory_free(columns[i]);
  memory_free(columns);
}

void cells_free(cells *cells)
{
  for (size_t i = 0; cells->groups && i < cells->n_groups; i++) {
    cell_group *group = &cells->groups[i];
    if (!group->model) continue;
    if (group->shared && group->model->release) group->model->release(group->shared);
    for (size_t r = 0; r < MODEL_MAX_RECEPTORS; r++) memory_free(group->levels[r]);
    free_columns(group->state, group->model->n_variables);
    free_columns(group->derived, group->model->n_derived);
    memory_free(group->index);
  }
  memory_free(cells->groups);
  *cells = (struct cells){0};
}

uint64_t cell_group_lower_bound(const cell_group *group, uint64_t index)
{
  uint64_t low = 0, high = group->n;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (group->index[middle] < index)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool cell_group_holds(const cell_group *group, uint64_t index)
{
  uint64_t position = cell_group_lower_bound(group, index);
  return position < group->n && group->index[position] == index;
}

void cell_group_view(const cell_group *group, uint64_t first, size_t n, cell_view *view)
{
  for (size_t v = 0; v < group->model->n_variables; v++) view->state[v] = group->state[v] + first;
  for (size_t j = 0; j < group->model->n_derived; j++)
    view->derived[j] = group->derived[j] + (group->uniform ? 0 : first);
  view->block = (model_block){.n = n,
                              .state = view->state,
                              .derived = view->derived,
                              .uniform = group->uniform,
                              .shared = group->shared,
                              .index = group->index + first};
}
