/*
 * Local cells: parameters, derived constants and initial states.
 *
 * Every number is keyed by (seed, population, quantity, index of the cell), so it does not matter which rank draws it.
 */
#include "sim/cells/cells.h"

#include <math.h>
#include <string.h>

#include "base/least.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/random/distribution.h"
#include "model/synapse/synapse_model.h"
#include "network/cell_values.h"
#include "network/population.h"
#include "network/selection.h"

/** What cells_init() hands from step to step for one population, with numbers of one cell at a time. */
typedef struct placement {
  const loligo_network *network;
  const loligo_population *population;
  cell_group *group;
  uint64_t trial_seed;
  double *param, *derived, *state; /* as the hooks of the model take them; owned */
} placement;

static loligo_status derive_cell(const placement *p, uint64_t position)
{
  const loligo_model *model = p->group->model;
  if (model->derive) LOLIGO_TRY(model->derive(p->param, p->network->dt, p->derived));
  for (size_t j = 0; j < model->n_derived; j++) p->group->derived[j][position] = p->derived[j];
  return LOLIGO_OK;
}

/* NAN where nothing is given. */
static double first_state(const placement *p, size_t v, uint64_t index)
{
  const loligo_distribution *given = &p->population->init[v];
  if (given->kind == LOLIGO_UNSET) return NAN;
  if (given->kind == LOLIGO_CONSTANT) return given->mean;
  if (given->kind == LOLIGO_LIST) return cell_values_at(given, index);
  const char *name = p->group->model->variables[v].name;
  return distribution_draw_one(given, random_key_make(p->network->seed, RANDOM_STATE, p->population->name, name),
                               index);
}

static void init_state(const placement *p, uint64_t position)
{
  const loligo_model *model = p->group->model;
  for (size_t v = 0; v < model->n_variables; v++) p->state[v] = first_state(p, v, p->group->index[position]);
  if (model->complete) model->complete(p->param, p->state);
  for (size_t v = 0; v < model->n_variables; v++) p->group->state[v][position] = p->state[v];
}

/* Where cells differ. */
static loligo_status draw_cell(const placement *p, uint64_t position)
{
  LOLIGO_TRY(population_draw_params(p->network, p->population, p->group->index[position], p->param));
  return derive_cell(p, position);
}

static loligo_status fill_cells(const placement *p)
{
  const cell_group *group = p->group;
  if (group->uniform) LOLIGO_TRY(derive_cell(p, 0));
  for (uint64_t l = 0; l < group->n; l++) {
    if (!group->uniform) LOLIGO_TRY(draw_cell(p, l));
    init_state(p, l);
  }
  return LOLIGO_OK;
}

static void release_shared(cell_group *group)
{
  if (group->shared && group->model->release) group->model->release(group->shared);
  group->shared = NULL;
}

static loligo_status prepare_shared(const placement *p)
{
  if (!p->group->model->prepare) return LOLIGO_OK;
  loligo_model_setup setup = {
      .param = p->param,
      .times = p->population->times,
      .owners = p->population->owners,
      .n_times = p->population->n_times,
      .key = random_key_bits(random_key_make(p->trial_seed, RANDOM_SOURCE, p->population->name, "")),
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

static loligo_status allocate_levels(cell_group *group)
{
  const loligo_model *model = group->model;
  group->levels = memory_allocate(model->n_receptors, sizeof *group->levels, "synaptic levels");
  if (!group->levels) return LOLIGO_MACHINE_ERROR;
  for (size_t r = 0; r < model->n_receptors; r++) {
    if (model->receptors[r].kind != LOLIGO_RECEPTOR_LEVEL) continue;
    group->levels[r] = memory_allocate(group->n, sizeof *group->levels[r], "synaptic levels");
    if (!group->levels[r]) return LOLIGO_MACHINE_ERROR;
  }
  return LOLIGO_OK;
}

/* Of a group that is coupled. */
static loligo_status allocate_coupling(cell_group *group)
{
  cell_coupling *coupling = &group->coupling;
  coupling->receptor = (size_t)model_receptor_index(group->model, SYNAPSE_GAP_RECEPTOR);
  coupling->conductance = memory_allocate(group->n, sizeof *coupling->conductance, "gap junctions");
  coupling->current = memory_allocate(group->n, sizeof *coupling->current, "gap junctions");
  coupling->before = memory_allocate(group->n, sizeof *coupling->before, "gap junctions");
  return coupling->conductance && coupling->current && coupling->before ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void mark_coupled(cells *cells, const loligo_network *network)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (projection->synapse->kind != SYNAPSE_GAP) continue;
    cells->groups[projection->source].coupling.is_there = true;
    cells->groups[projection->target].coupling.is_there = true;
  }
}

/* Puts the cells of a group into their initial states. */
static loligo_status group_begin(const placement *p)
{
  cell_group *group = p->group;
  for (size_t r = 0; r < group->model->n_receptors; r++)
    if (group->levels[r] && group->n > 0) memset(group->levels[r], 0, group->n * sizeof *group->levels[r]);
  group->uniform = population_is_uniform(p->population);
  release_shared(group);
  LOLIGO_TRY(prepare_shared(p));
  return fill_cells(p);
}

/* Gives the cells of a group the parameters that hold now. */
static loligo_status group_change(const placement *p)
{
  cell_group *group = p->group;
  group->uniform = population_is_uniform(p->population);
  release_shared(group);
  LOLIGO_TRY(prepare_shared(p));
  if (group->uniform) return derive_cell(p, 0);
  for (uint64_t l = 0; l < group->n; l++) LOLIGO_TRY(draw_cell(p, l));
  return LOLIGO_OK;
}

/* Whether each cell has derived constants of its own, now or later. */
static bool has_own_constants(const loligo_population *population)
{
  return population->may_differ || !population_is_uniform(population);
}

static loligo_status group_init(const placement *p)
{
  cell_group *group = p->group;
  const loligo_model *model = group->model;
  const uint64_t n_derived = has_own_constants(p->population) && group->n > 0 ? group->n : 1;
  LOLIGO_TRY(allocate_columns(&group->state, model->n_variables, group->n, "cell states"));
  LOLIGO_TRY(allocate_columns(&group->derived, model->n_derived, n_derived, "cell parameters"));
  LOLIGO_TRY(allocate_levels(group));
  if (group->coupling.is_there) LOLIGO_TRY(allocate_coupling(group));
  return group_begin(p);
}

/* Does the work on one group with the numbers that it needs. */
static loligo_status place(const loligo_network *network, cell_group *group, uint64_t trial_seed,
                           loligo_status (*work)(const placement *p))
{
  const loligo_population *population = &network->populations[group->population];
  placement p = {.network = network,
                 .population = population,
                 .group = group,
                 .trial_seed = trial_seed,
                 .param = memory_allocate(population_n_params(population), sizeof *p.param, "cell parameters"),
                 .derived = memory_allocate(group->model->n_derived, sizeof *p.derived, "cell parameters"),
                 .state = memory_allocate(group->model->n_variables, sizeof *p.state, "cell states")};
  loligo_status status = LOLIGO_MACHINE_ERROR;
  if (p.param && p.derived && p.state) {
    population_params(population, p.param);
    status = work(&p);
  }
  memory_free(p.param);
  memory_free(p.derived);
  memory_free(p.state);
  return status;
}

loligo_status cells_init(cells *cells, const loligo_network *network, const loligo_decomposition *decomposition,
                         int rank)
{
  *cells = (struct cells){0};
  cells->groups = memory_allocate(network->n_populations, sizeof(cell_group), "populations");
  if (!cells->groups) return LOLIGO_MACHINE_ERROR;
  cells->n_groups = network->n_populations;
  mark_coupled(cells, network);
  size_t n_fields = 0;
  for (size_t i = 0; i < cells->n_groups; i++) {
    cell_group *group = &cells->groups[i];
    group->population = i;
    group->model = network->populations[i].model;
    group->block = cells_block(group->model);
    group->n = loligo_decomposition_count(decomposition, i, rank);
    group->first_lid = cells->n;
    group->first_field = n_fields;
    group->index = memory_allocate(group->n, sizeof *group->index, "cell indices");
    if (!group->index) return LOLIGO_MACHINE_ERROR;
    loligo_decomposition_cells(decomposition, i, rank, group->index);
    LOLIGO_TRY(place(network, group, network->seed, group_init));
    cells->n += group->n;
    n_fields += cell_group_fields(group);
  }
  return LOLIGO_OK;
}

loligo_status cells_begin(cells *cells, const loligo_network *network, uint64_t trial_seed)
{
  for (size_t i = 0; i < cells->n_groups; i++) LOLIGO_TRY(place(network, &cells->groups[i], trial_seed, group_begin));
  return LOLIGO_OK;
}

loligo_status cells_change(cells *cells, const loligo_network *network, size_t population, uint64_t trial_seed)
{
  return place(network, &cells->groups[population], trial_seed, group_change);
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
    release_shared(group);
    for (size_t r = 0; group->levels && r < group->model->n_receptors; r++) memory_free(group->levels[r]);
    memory_free(group->levels);
    memory_free(group->coupling.conductance);
    memory_free(group->coupling.current);
    memory_free(group->coupling.before);
    free_columns(group->state, group->model->n_variables);
    free_columns(group->derived, group->model->n_derived);
    memory_free(group->index);
  }
  memory_free(cells->groups);
  *cells = (struct cells){0};
}

double cells_bytes_each(const loligo_population *population, bool least)
{
  const loligo_model *model = population->model;
  double columns = 1 + (double)(model->n_variables + model_level_count(model));
  if (!least && has_own_constants(population)) columns += (double)model->n_derived;
  return columns * sizeof(double);
}

size_t cells_block(const loligo_model *model)
{
  enum { STATE_BYTES = 320 << 10, LEAST = 16 };
  size_t cells = LOLIGO_BLOCK_CELLS;
  while (cells > LEAST && cells * model->n_variables * sizeof(double) > STATE_BYTES) cells /= 2;
  return cells;
}

uint64_t cell_group_lower_bound(const cell_group *group, uint64_t index)
{
  return lower_bound(group->index, group->n, index);
}

/* Those that are listed because others lie between them. */
static loligo_status list_cells(local_cells *local, const uint64_t *index, const loligo_selection *selection)
{
  size_t n = 0;
  for (uint64_t l = local->first; l < local->last; l++) n += selection_holds(selection, index[l]);
  local->position = memory_allocate(n, sizeof *local->position, "selected cells");
  local->listed = memory_allocate(n, sizeof *local->listed, "selected cells");
  if (!local->position || !local->listed) return LOLIGO_MACHINE_ERROR;
  for (uint64_t l = local->first; l < local->last; l++) {
    if (!selection_holds(selection, index[l])) continue;
    local->position[local->n] = l;
    local->listed[local->n++] = index[l];
  }
  local->index = local->listed;
  return LOLIGO_OK;
}

loligo_status local_cells_init(local_cells *local, const cell_group *group, const loligo_selection *selection)
{
  *local = (local_cells){.first = cell_group_lower_bound(group, selection->first),
                         .last = cell_group_lower_bound(group, selection->last)};
  if (selection->n_stretches > 0) return list_cells(local, group->index, selection);
  local->n = local->last - local->first;
  local->index = group->index + local->first;
  return LOLIGO_OK;
}

double local_cells_bytes(double n)
{
  const local_cells *local = NULL;
  return n * (sizeof *local->position + sizeof *local->listed);
}

void local_cells_free(local_cells *local)
{
  memory_free(local->position);
  memory_free(local->listed);
  *local = (local_cells){0};
}

/* Number of those that lie before a local position. */
static size_t count_before(const local_cells *local, uint64_t position)
{
  if (local->position) return lower_bound(local->position, local->n, position);
  const uint64_t end = least(position, local->last);
  return end > local->first ? end - local->first : 0;
}

local_span local_cells_within(const local_cells *local, uint64_t first, uint64_t n)
{
  if (first >= local->last || first + n <= local->first) return (local_span){0, 0};
  return (local_span){count_before(local, first), count_before(local, first + n)};
}

bool cell_group_holds(const cell_group *group, uint64_t index)
{
  uint64_t position = cell_group_lower_bound(group, index);
  return position < group->n && group->index[position] == index;
}

loligo_status cell_view_init(cell_view *view, const cells *cells)
{
  size_t n_variables = 0, n_derived = 0;
  for (size_t g = 0; g < cells->n_groups; g++) {
    const loligo_model *model = cells->groups[g].model;
    if (model->n_variables > n_variables) n_variables = model->n_variables;
    if (model->n_derived > n_derived) n_derived = model->n_derived;
  }
  *view = (cell_view){.state = memory_allocate(n_variables, sizeof *view->state, "views of cells"),
                      .derived = memory_allocate(n_derived, sizeof *view->derived, "views of cells")};
  return view->state && view->derived ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void cell_view_free(cell_view *view)
{
  memory_free(view->state);
  memory_free(view->derived);
  *view = (cell_view){0};
}

void cell_view_show(cell_view *view, const cell_group *group, uint64_t first, size_t n)
{
  for (size_t v = 0; v < group->model->n_variables; v++) view->state[v] = group->state[v] + first;
  for (size_t j = 0; j < group->model->n_derived; j++)
    view->derived[j] = group->derived[j] + (group->uniform ? 0 : first);
  view->block = (loligo_block){.n = n,
                               .state = view->state,
                               .derived = view->derived,
                               .uniform = group->uniform,
                               .shared = group->shared,
                               .index = group->index + first};
}
