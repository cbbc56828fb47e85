/*
 * Binding of inputs to local cells. Local cells are sorted by index, so the targets of an input that leaves out none
 * between its first and its last are one local range.
 */
#include "sim/cells/inputs.h"

#include <string.h>

#include "base/memory.h"
#include "base/vector.h"
#include "network/input.h"
#include "network/selection.h"

static size_t count_blocks(const cell_group *group)
{
  return (group->n + group->block - 1) / group->block;
}

static loligo_status make_windows(bound_input *bound, const cell_group *group)
{
  const input_model *model = bound->input->model;
  const size_t n = count_blocks(group);
  if (!input_model_is_current(model) && !(bound->window = memory_allocate(n, sizeof *bound->window, "inputs")))
    return LOLIGO_MACHINE_ERROR;
  if (model->draw && !(bound->course = memory_allocate(n, sizeof *bound->course, "inputs")))
    return LOLIGO_MACHINE_ERROR;
  return LOLIGO_OK;
}

static void release_one(const bound_input *bound, void **shared)
{
  if (*shared && bound->input->model->release) bound->input->model->release(*shared);
  *shared = NULL;
}

/* -- values that differ from cell to cell -- */

static bool differ_in_params(const loligo_input *input)
{
  for (size_t i = 0; i < input->model->params.n; i++)
    if (input_is_distributed(input, i)) return true;
  return false;
}

/* Fills param[] of the i-th of the input's local cells where cells differ. */
static loligo_status params_of_cell(const bound_input *bound, const loligo_network *network, size_t i, double *param)
{
  const loligo_input *input = bound->input;
  const uint64_t index = bound->cells.index[i], position = selection_before(&input->target, index);
  for (size_t p = 0; p < input->model->params.n; p++)
    if (input_is_distributed(input, p)) LOLIGO_TRY(input_value(network, input, p, index, position, &param[p]));
  return LOLIGO_OK;
}

/* Prepares for a cell alone, or derives its number. */
static loligo_status prepare_cell(bound_input *bound, const loligo_network *network, size_t i, input_setup *setup,
                                  double *param)
{
  const input_model *model = bound->input->model;
  LOLIGO_TRY(params_of_cell(bound, network, i, param));
  setup->param = param;
  return bound->each ? model->prepare(setup, &bound->each[i]) : model->derive(param, network->dt, &bound->derived[i]);
}

static loligo_status prepare_cells(bound_input *bound, const loligo_network *network, uint64_t trial_seed)
{
  const size_t n = bound->input->model->params.n;
  double *param = memory_allocate(n, sizeof *param, "inputs");
  if (!param) return LOLIGO_MACHINE_ERROR;
  memcpy(param, bound->input->params, n * sizeof *param);
  input_setup setup = input_setup_of(network, bound->input, trial_seed);
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < bound->cells.n && status == LOLIGO_OK; i++)
    status = prepare_cell(bound, network, i, &setup, param);
  memory_free(param);
  return status;
}

static loligo_status fill_weights(bound_input *bound, const loligo_network *network)
{
  const loligo_input *input = bound->input;
  const size_t row = input->model->params.n;
  for (size_t i = 0; i < bound->cells.n; i++) {
    const uint64_t index = bound->cells.index[i], position = selection_before(&input->target, index);
    LOLIGO_TRY(input_value(network, input, row, index, position, &bound->weight[i]));
  }
  return LOLIGO_OK;
}

/* Makes room for what differs. */
static loligo_status make_room(bound_input *bound)
{
  const loligo_input *input = bound->input;
  const size_t n = bound->cells.n;
  const bool one_number = input->model->derive, differ = differ_in_params(input);
  if (differ && !one_number && !(bound->each = memory_allocate(n, sizeof(void *), "inputs")))
    return LOLIGO_MACHINE_ERROR;
  if (differ && one_number && !(bound->derived = memory_allocate(n, sizeof *bound->derived, "inputs")))
    return LOLIGO_MACHINE_ERROR;
  if (!input_is_distributed(input, input->model->params.n)) return LOLIGO_OK;
  bound->weight = memory_allocate(n, sizeof *bound->weight, "inputs");
  return bound->weight ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* -- binding -- */

static loligo_status prepare(bound_input *bound, const loligo_network *network, uint64_t trial_seed)
{
  const input_model *model = bound->input->model;
  if (bound->each) return prepare_cells(bound, network, trial_seed);
  if (bound->derived) LOLIGO_TRY(prepare_cells(bound, network, trial_seed));
  if (!model->prepare) return LOLIGO_OK;
  const input_setup setup = input_setup_of(network, bound->input, trial_seed);
  return model->prepare(&setup, &bound->shared);
}

static void forget_values(bound_input *bound)
{
  release_one(bound, &bound->shared);
  for (size_t i = 0; bound->each && i < bound->cells.n; i++) release_one(bound, &bound->each[i]);
  memory_free(bound->each);
  memory_free(bound->derived);
  memory_free(bound->weight);
  bound->each = NULL;
  bound->derived = bound->weight = NULL;
}

static void forget_what_is_drawn_ahead(bound_input *bound, const cell_group *group)
{
  for (size_t b = 0; bound->window && b < count_blocks(group); b++) bound->window[b].first = -1;
  for (size_t b = 0; bound->course && b < count_blocks(group); b++) bound->course[b].first = -1;
}

/* Takes over the values that hold now, in place of any before: the one way for an input to begin. */
static loligo_status take_values(bound_input *bound, const loligo_network *network, const cells *cells,
                                 uint64_t trial_seed)
{
  forget_values(bound);
  forget_what_is_drawn_ahead(bound, &cells->groups[bound->input->target.population]);
  LOLIGO_TRY(make_room(bound));
  if (bound->weight) LOLIGO_TRY(fill_weights(bound, network));
  return prepare(bound, network, trial_seed);
}

static loligo_status bind(bound_input *bound, const loligo_network *network, const loligo_input *input,
                          const cells *cells)
{
  const cell_group *group = &cells->groups[input->target.population];
  bound->input = input;
  LOLIGO_TRY(local_cells_init(&bound->cells, group, &input->target));
  LOLIGO_TRY(make_windows(bound, group));
  return take_values(bound, network, cells, network->seed);
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

loligo_status inputs_begin(inputs *inputs, const loligo_network *network, const cells *cells, uint64_t trial_seed)
{
  for (size_t i = 0; i < inputs->n; i++) LOLIGO_TRY(take_values(&inputs->bound[i], network, cells, trial_seed));
  return LOLIGO_OK;
}

loligo_status inputs_change(inputs *inputs, const loligo_network *network, const cells *cells, size_t input,
                            uint64_t trial_seed)
{
  size_t i = 0;
  while (inputs->bound[i].input != &network->inputs[input]) i++;
  return take_values(&inputs->bound[i], network, cells, trial_seed);
}

void inputs_free(inputs *inputs)
{
  for (size_t i = 0; i < inputs->n; i++) {
    forget_values(&inputs->bound[i]);
    memory_free(inputs->bound[i].window);
    memory_free(inputs->bound[i].course);
    local_cells_free(&inputs->bound[i].cells);
  }
  memory_free(inputs->bound);
  memory_free(inputs->group_first);
  *inputs = (struct inputs){0};
}

double inputs_bytes_each(const loligo_network *network, const loligo_input *input)
{
  const loligo_model *target = network->populations[input->target.population].model;
  return input->model->draw ? (double)sizeof(input_course) / (double)cells_block(target) : 0;
}

bool inputs_have_arrivals(const inputs *inputs, size_t g, int receptor)
{
  for (size_t i = inputs->group_first[g]; i < inputs->group_first[g + 1]; i++)
    if (inputs->bound[i].window && inputs->bound[i].input->receptor == receptor) return true;
  return false;
}

/* The cells of an input that it reaches among some at their step; none where it is off. */
static local_span reach_of(const bound_input *bound, const input_cells *cells)
{
  const loligo_input *input = bound->input;
  const int64_t at = bound->window ? cells->step + 1 : cells->step; /* spikes arrive at the end of the step */
  if (at < input->start || at >= input->stop) return (local_span){0, 0};
  return local_cells_within(&bound->cells, cells->first, cells->n);
}

/* The same of a current into a part of the cells. */
static local_span current_reach_of(const bound_input *bound, const input_cells *cells)
{
  if (bound->window || bound->input->site != cells->site) return (local_span){0, 0};
  return reach_of(bound, cells);
}

/* The same cells at the step of the input's own time. */
static input_cells in_own_time(const bound_input *bound, const input_cells *cells)
{
  input_cells own = *cells;
  own.step = repeated_step(bound->input->repeat, cells->step);
  return own;
}

/* Where the cells of an input lie among some: number i at place_of(..., i). */
static inline size_t place_of(const bound_input *bound, const input_cells *cells, size_t i)
{
  return (bound->cells.position ? bound->cells.position[i] : bound->cells.first + i) - cells->first;
}

bool inputs_share_current(const inputs *inputs, const input_cells *cells, double *current)
{
  const size_t g = cells->group->population;
  *current = 0;
  for (size_t i = inputs->group_first[g]; i < inputs->group_first[g + 1]; i++) {
    const bound_input *bound = &inputs->bound[i];
    const local_span r = current_reach_of(bound, cells);
    if (r.low >= r.high) continue;
    if (r.high - r.low < cells->n || bound->each || bound->course) return false;
    *current += bound->input->model->current(bound->shared, in_own_time(bound, cells).step);
  }
  return true;
}

static void draw_ahead(const bound_input *bound, int64_t first, local_span r, input_course *course)
{
  const input_model *model = bound->input->model;
  const uint64_t *index = bound->cells.index;
  course->first = first;
  if (!bound->each) model->draw(bound->shared, first, r.high - r.low, index + r.low, course->current);
  for (size_t i = r.low; bound->each && i < r.high; i++)
    model->draw(bound->each[i], first, 1, index + i, (current_row *)&course->current[0][i - r.low]);
}

static void add_drawn_current(const bound_input *bound, const input_cells *cells, local_span r, double *current)
{
  const int64_t k = cells->step % CURRENT_STEPS;
  input_course *course = &bound->course[cells->first / cells->group->block];
  if (course->first != cells->step - k) draw_ahead(bound, cells->step - k, r, course);
  for (size_t i = r.low; i < r.high; i++) current[place_of(bound, cells, i)] += course->current[k][i - r.low];
}

static void add_each_current(const bound_input *bound, const input_cells *cells, local_span r, double *current)
{
  for (size_t i = r.low; i < r.high; i++)
    current[place_of(bound, cells, i)] += bound->input->model->current(bound->each[i], cells->step);
}

void inputs_add_current(const inputs *inputs, const input_cells *cells, double *current)
{
  const size_t g = cells->group->population;
  for (size_t i = inputs->group_first[g]; i < inputs->group_first[g + 1]; i++) {
    const bound_input *bound = &inputs->bound[i];
    const local_span r = current_reach_of(bound, cells);
    if (r.low >= r.high) continue;
    const input_cells own = in_own_time(bound, cells);
    if (bound->course) {
      add_drawn_current(bound, &own, r, current);
      continue;
    }
    if (bound->each) {
      add_each_current(bound, &own, r, current);
      continue;
    }
    const double given = bound->input->model->current(bound->shared, own.step);
    for (size_t i = r.low; i < r.high; i++) current[place_of(bound, cells, i)] += given;
  }
}

VECTOR_CLONES static void add_scaled(size_t n, double weight, const int32_t *restrict count, double *restrict out)
{
  for (size_t i = 0; i < n; i++) out[i] += weight * count[i];
}

VECTOR_CLONES static void add_scaled_bytes(size_t n, double weight, const uint8_t *restrict count, double *restrict out)
{
  for (size_t i = 0; i < n; i++) out[i] += weight * count[i];
}

/* The same with a weight for each cell; counts in bytes where they are given. */
static void add_each(size_t n, const double *weight, const uint8_t *bytes, const int32_t *count, double *out)
{
  for (size_t i = 0; i < n; i++) out[i] += weight[i] * (bytes ? bytes[i] : count[i]);
}

/* Copies n counts into bytes; whether all fit. */
VECTOR_CLONES static bool to_bytes(size_t n, const int32_t *restrict count, uint8_t *restrict bytes)
{
  int32_t all = 0;
  for (size_t i = 0; i < n; i++) {
    all |= count[i];
    bytes[i] = (uint8_t)count[i];
  }
  return all <= UINT8_MAX;
}

/* Counts the spikes of POISSON_STEPS steps and keeps them where they fit. */
static void count_ahead(const bound_input *bound, const input_cells *cells, local_span r, input_window *window,
                        poisson_row *rows)
{
  const size_t n = r.high - r.low;
  const int64_t first = cells->step - cells->step % POISSON_STEPS;
  const uint64_t *index = bound->cells.index + r.low;
  const input_model *model = bound->input->model;
  if (bound->derived)
    model->count_each(bound->shared, bound->derived + r.low, first, n, index, rows);
  else if (!bound->each)
    model->count(bound->shared, first, n, index, rows);
  for (size_t i = 0; bound->each && i < n; i++)
    model->count(bound->each[r.low + i], first, 1, index + i, (poisson_row *)&rows[0][i]);
  window->first = first;
  for (int k = 0; k < POISSON_STEPS; k++)
    if (!to_bytes(n, rows[k], window->count[k])) window->first = -1;
}

/* Copies numbers of the cells that an input reaches to or from where they lie among some. */
static void gather(const bound_input *bound, const input_cells *cells, local_span r, const double *from, double *to)
{
  for (size_t i = r.low; i < r.high; i++) to[i - r.low] = from[place_of(bound, cells, i)];
}

static void scatter(const bound_input *bound, const input_cells *cells, local_span r, const double *from, double *to)
{
  for (size_t i = r.low; i < r.high; i++) to[place_of(bound, cells, i)] = from[i - r.low];
}

/* Adds to arriving[], which has the cells of the input side by side. */
static void add_spikes_of(const bound_input *bound, const input_cells *cells, local_span r, double *arriving)
{
  const int64_t k = cells->step % POISSON_STEPS;
  const size_t n = r.high - r.low;
  const double weight = bound->input->weight;
  input_window *window = &bound->window[cells->first / cells->group->block];
  poisson_row rows[POISSON_STEPS];
  if (window->first != cells->step - k) count_ahead(bound, cells, r, window, rows);
  if (bound->weight)
    add_each(n, bound->weight + r.low, window->first >= 0 ? window->count[k] : NULL, rows[k], arriving);
  else if (window->first >= 0)
    add_scaled_bytes(n, weight, window->count[k], arriving);
  else
    add_scaled(n, weight, rows[k], arriving);
}

void inputs_add_spikes(const inputs *inputs, const input_cells *cells, double *const *arriving)
{
  const size_t g = cells->group->population;
  for (size_t i = inputs->group_first[g]; i < inputs->group_first[g + 1]; i++) {
    const bound_input *bound = &inputs->bound[i];
    const local_span r = reach_of(bound, cells);
    if (!bound->window || r.low >= r.high) continue;
    const input_cells own = in_own_time(bound, cells);
    double *all = arriving[bound->input->receptor], some[LOLIGO_BLOCK_CELLS];
    if (!bound->cells.position) {
      add_spikes_of(bound, &own, r, all + place_of(bound, cells, r.low));
      continue;
    }
    gather(bound, cells, r, all, some);
    add_spikes_of(bound, &own, r, some);
    scatter(bound, cells, r, some, all);
  }
}
