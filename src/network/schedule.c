/*
 * Changes are kept in the order of their steps. A course through them has descriptions of its own of what they are of:
 * a value that all cells share is put in its place, one in which cells differ is looked up (scheduled.h).
 */
#include "network/schedule.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/grid.h"
#include "base/memory.h"
#include "base/random/distribution.h"
#include "base/random/random.h"
#include "loligo/network.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "network/append.h"
#include "network/checks.h"
#include "network/index.h"
#include "network/input.h"
#include "network/population.h"
#include "network/selection.h"

static const char WHAT[] = "scheduled changes";

/* Rows of an input behind those of its model. */
enum { ROW_WEIGHT, ROW_START, ROW_STOP, INPUT_ROWS };

static const loligo_param input_rows[INPUT_ROWS] = {
    [ROW_WEIGHT] = LOLIGO_REAL_ROW("weight", NULL, NULL, LOLIGO_RANGE_ANY, ""),
    [ROW_START] = LOLIGO_REAL_ROW("start", "ms", NULL, LOLIGO_RANGE_NON_NEGATIVE, ""),
    [ROW_STOP] = LOLIGO_REAL_ROW("stop", "ms", NULL, LOLIGO_RANGE_POSITIVE, ""),
};

static const loligo_param *input_row(const loligo_input *input, size_t row)
{
  const loligo_param_table *table = &input->model->params;
  return row < table->n ? &table->rows[row] : &input_rows[row - table->n];
}

static bool is_row(const loligo_input *input, size_t row, size_t which)
{
  return row == input->model->params.n + which;
}

/* -- adding -- */

static bool is_of_one(const scheduled_change *a, const scheduled_change *b)
{
  return a->of_input == b->of_input && a->of == b->of;
}

/* Whether it reaches all cells with one value. */
static bool is_for_all(const loligo_network *network, const scheduled_change *change)
{
  if (change->value.kind != LOLIGO_CONSTANT) return false;
  if (change->of_input) return true;
  return selection_count(&change->cells) == network->populations[change->of].size;
}

loligo_status schedule_add(loligo_network *network, const scheduled_change *change)
{
  LOLIGO_TRY(append_room((void **)&network->changes, network->n_changes, sizeof *network->changes, WHAT));
  size_t i = network->n_changes++;
  for (; i > 0 && network->changes[i - 1].step > change->step; i--) network->changes[i] = network->changes[i - 1];
  network->changes[i] = *change;
  if (!change->of_input) network->populations[change->of].may_differ |= !is_for_all(network, change);
  return LOLIGO_OK;
}

void schedule_free_change(scheduled_change *change)
{
  selection_free(&change->cells);
  distribution_free(&change->value);
}

void schedule_free_changes(loligo_network *network)
{
  for (size_t i = 0; i < network->n_changes; i++) schedule_free_change(&network->changes[i]);
  memory_free(network->changes);
}

loligo_status schedule_check_time(const loligo_network *network, double at)
{
  const double dt = network->dt;
  LOLIGO_TRY(distribution_check_number("at", "", at));
  if (at < 0) return loligo_fail(LOLIGO_INPUT_ERROR, "at must be >= 0, not %g ms", at);
  if (grid_holds(at, dt)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "at %g ms is not a multiple of dt %g ms; take %.15g ms", at, dt,
                     grid_steps(at, dt) * dt);
}

/* Whether the same cells get the same value at the same step already. */
static loligo_status check_twice(const loligo_network *network, const scheduled_change *change, double at)
{
  for (size_t i = network->n_changes; i > 0 && network->changes[i - 1].step >= change->step; i--) {
    const scheduled_change *other = &network->changes[i - 1];
    if (other->step != change->step || !is_of_one(other, change) || other->row != change->row) continue;
    if (!change->of_input && !selection_meets(&other->cells, &change->cells)) continue;
    char key[SCHEDULE_KEY_BYTES];
    schedule_print_key(network, change, key);
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s changes twice at %g ms; leave one out", key, at);
  }
  return LOLIGO_OK;
}

loligo_status schedule_check_row(const loligo_param *row)
{
  if (row->type == LOLIGO_PARAM_REAL) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s cannot change within a run: it is a %s, and only numbers can; end the run with a checkpoint "
                     "and go on by --from with another model",
                     row->name, row->type == LOLIGO_PARAM_LIST ? "list" : "choice of what the model is made of");
}

/* Takes over the cells and the value. */
static loligo_status take(loligo_network *network, const loligo_selection *cells, const loligo_distribution *value,
                          double at, scheduled_change *change)
{
  const loligo_population *population = &network->populations[cells->population];
  change->step = grid_whole_steps(at, network->dt);
  loligo_status status = selection_take(cells, population, SELECTION_REFUSES, &change->cells);
  if (status == LOLIGO_OK) status = check_twice(network, change, at);
  if (status == LOLIGO_OK) status = distribution_copy(value, &change->value);
  if (status == LOLIGO_OK) status = schedule_add(network, change);
  if (status != LOLIGO_OK) schedule_free_change(change);
  return status;
}

loligo_status loligo_network_change_param(loligo_network *network, double at, const loligo_selection *cells,
                                          const char *name, loligo_distribution value)
{
  LOLIGO_TRY(network_begin_change(network));
  LOLIGO_TRY(schedule_check_time(network, at));
  const loligo_population *population = &network->populations[cells->population];
  const loligo_model *model = population->model;
  const int i = model_param_index(model, name);
  if (i < 0) return param_unknown(model->params, name, model->name);
  const loligo_param *row = &model->params.rows[i];
  LOLIGO_TRY(schedule_check_row(row));
  loligo_selection taken;
  LOLIGO_TRY(selection_take(cells, population, SELECTION_REFUSES, &taken));
  const loligo_status status = check_param(&value, row, selection_count(&taken));
  selection_free(&taken);
  LOLIGO_TRY(status);
  return take(network, cells, &value, at, &(scheduled_change){.of = cells->population, .row = (size_t)i});
}

static loligo_status check_weight_of(const loligo_network *network, const loligo_input *input,
                                     const loligo_distribution *value)
{
  const loligo_model *model = network->populations[input->target.population].model;
  const loligo_receptor *receptor = &model->receptors[input->receptor];
  LOLIGO_TRY(distribution_check(value, "weight", selection_count(&input->target)));
  const distribution_range range = distribution_range_of(value);
  LOLIGO_TRY(check_one_weight(value->kind == LOLIGO_LIST && value->n_values > 0 ? range.low : range.mean, receptor));
  return input->any_sign ? LOLIGO_OK : check_sign(range.mean, receptor);
}

/* start and stop become steps. */
static loligo_status check_window(const loligo_network *network, const loligo_param *row, loligo_distribution *value)
{
  if (value->kind != LOLIGO_CONSTANT)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be one value for all cells", row->name);
  LOLIGO_TRY(check_param(value, row, DISTRIBUTION_NO_LIST));
  value->mean = (double)grid_whole_steps(value->mean, network->dt);
  return LOLIGO_OK;
}

static loligo_status check_input(const loligo_network *network, const loligo_input *input, size_t row,
                                 loligo_distribution *value)
{
  const loligo_param *of = input_row(input, row);
  if (is_row(input, row, ROW_WEIGHT)) return check_weight_of(network, input, value);
  if (row > input->model->params.n) return check_window(network, of, value);
  LOLIGO_TRY(schedule_check_row(of));
  return check_param(value, of, selection_count(&input->target));
}

const loligo_param *schedule_input_row(const loligo_input *input, const char *name, size_t *row)
{
  const size_t n = input->model->params.n;
  for (*row = 0; *row < n + INPUT_ROWS; ++*row) {
    if (is_row(input, *row, ROW_WEIGHT) && input_model_is_current(input->model)) continue;
    if (strcmp(input_row(input, *row)->name, name) == 0) return input_row(input, *row);
  }
  return NULL;
}

loligo_status schedule_unknown_input_row(const loligo_input *input, const char *name)
{
  fault_names names = {.n = 0};
  for (size_t row = 0; row < input->model->params.n + INPUT_ROWS; row++)
    if (!is_row(input, row, ROW_WEIGHT) || !input_model_is_current(input->model))
      fault_names_add(&names, input_row(input, row)->name);
  return fault_unknown_in("parameter", name, input->model->name, &names);
}

loligo_status loligo_network_change_input(loligo_network *network, double at, size_t input, const char *name,
                                          loligo_distribution value)
{
  LOLIGO_TRY(network_begin_change(network));
  LOLIGO_TRY(schedule_check_time(network, at));
  const loligo_input *of = &network->inputs[input];
  scheduled_change change = {.of_input = true, .of = input};
  if (!schedule_input_row(of, name, &change.row)) return schedule_unknown_input_row(of, name);
  LOLIGO_TRY(check_input(network, of, change.row, &value));
  return take(network, &of->target, &value, at, &change);
}

/* -- the course -- */

static size_t rows_of(const schedule_course *course, const scheduled_change *change)
{
  const loligo_network *network = course->described;
  if (!change->of_input) return network->populations[change->of].model->params.n;
  return network->inputs[change->of].model->params.n + INPUT_ROWS;
}

static scheduled_values *values_of(const schedule_course *course, const scheduled_change *change)
{
  return &course->values[change->of_input ? course->described->n_populations + change->of : change->of];
}

/* Gives what a change is of values of its own. */
static loligo_status own_values(schedule_course *course, const scheduled_change *change)
{
  const size_t n = rows_of(course, change);
  scheduled_values *values = values_of(course, change);
  if (values->latest) return LOLIGO_OK;
  *values = (scheduled_values){.changes = course->described->changes,
                               .before = course->before,
                               .latest = memory_allocate(n, sizeof *values->latest, WHAT),
                               .differ = memory_allocate(n, sizeof *values->differ, WHAT)};
  if (!values->latest || !values->differ) return LOLIGO_MACHINE_ERROR;
  if (!change->of_input) {
    course->now.populations[change->of].values = values;
    return LOLIGO_OK;
  }
  loligo_input *input = &course->now.inputs[change->of];
  input->values = values;
  input->params = memory_allocate(input->model->params.n, sizeof *input->params, WHAT);
  return input->params ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status own_descriptions(schedule_course *course)
{
  const loligo_network *from = course->described;
  loligo_network *now = &course->now;
  const size_t n_populations = from->n_populations, n_inputs = from->n_inputs;
  now->populations = memory_allocate(n_populations, sizeof *now->populations, WHAT);
  now->inputs = memory_allocate(n_inputs, sizeof *now->inputs, WHAT);
  course->values = memory_allocate(n_populations + n_inputs, sizeof *course->values, WHAT);
  course->before = memory_allocate(from->n_changes, sizeof *course->before, WHAT);
  course->population_has_changed = memory_allocate(n_populations, sizeof(bool), WHAT);
  course->input_has_changed = memory_allocate(n_inputs, sizeof(bool), WHAT);
  if (!now->populations || !now->inputs || !course->values || !course->before || !course->population_has_changed ||
      !course->input_has_changed)
    return LOLIGO_MACHINE_ERROR;
  if (n_populations > 0) memcpy(now->populations, from->populations, n_populations * sizeof *now->populations);
  if (n_inputs > 0) memcpy(now->inputs, from->inputs, n_inputs * sizeof *now->inputs);
  for (size_t i = 0; i < from->n_changes; i++) LOLIGO_TRY(own_values(course, &from->changes[i]));
  return LOLIGO_OK;
}

static int64_t step_of_next(const schedule_course *course)
{
  const loligo_network *network = course->described;
  return course->n_made < network->n_changes ? network->changes[course->n_made].step : INT64_MAX;
}

loligo_status schedule_init(schedule_course *course, const loligo_network *network)
{
  *course = (schedule_course){.described = network, .now = *network, .next = INT64_MAX};
  if (network->n_changes == 0) return LOLIGO_OK;
  LOLIGO_TRY(own_descriptions(course));
  schedule_rewind(course);
  return LOLIGO_OK;
}

void schedule_free(schedule_course *course)
{
  if (!course->described || course->described->n_changes == 0) return;
  const size_t n_populations = course->described->n_populations, n_inputs = course->described->n_inputs;
  for (size_t i = 0; course->values && i < n_populations + n_inputs; i++) {
    memory_free(course->values[i].latest);
    memory_free(course->values[i].differ);
  }
  for (size_t i = 0; course->now.inputs && i < n_inputs; i++)
    if (course->now.inputs[i].values) memory_free(course->now.inputs[i].params);
  memory_free(course->now.populations);
  memory_free(course->now.inputs);
  memory_free(course->values);
  memory_free(course->before);
  memory_free(course->population_has_changed);
  memory_free(course->input_has_changed);
  *course = (schedule_course){0};
}

/* An input as it was described, with values of its own where it has some. */
static void rewind_input(loligo_input *input, const loligo_input *described)
{
  const loligo_input own = *input;
  *input = *described;
  if (!own.values) return;
  input->values = own.values;
  input->params = own.params;
  if (input->model->params.n > 0)
    memcpy(input->params, described->params, input->model->params.n * sizeof *input->params);
}

void schedule_rewind(schedule_course *course)
{
  const loligo_network *network = course->described;
  if (network->n_changes == 0) return;
  memset(course->before, 0, network->n_changes * sizeof *course->before);
  for (size_t i = 0; i < network->n_changes; i++) {
    const scheduled_values *values = values_of(course, &network->changes[i]);
    memset(values->latest, 0, rows_of(course, &network->changes[i]) * sizeof *values->latest);
    memset(values->differ, 0, rows_of(course, &network->changes[i]) * sizeof *values->differ);
  }
  for (size_t i = 0; i < network->n_inputs; i++) rewind_input(&course->now.inputs[i], &network->inputs[i]);
  course->n_made = 0;
  course->next = step_of_next(course);
  schedule_take(course);
}

static void change_input(loligo_input *input, const scheduled_change *change)
{
  const size_t n = input->model->params.n, row = change->row;
  const double value = change->value.mean;
  if (is_row(input, row, ROW_START))
    input->start = (int64_t)value;
  else if (is_row(input, row, ROW_STOP))
    input->stop = (int64_t)value;
  else if (row == n)
    input->weight = input_is_distributed(input, n) ? NAN : value;
  else
    input->params[row] = input_is_distributed(input, row) ? NAN : value;
}

static void make(schedule_course *course, size_t number)
{
  const scheduled_change *change = &course->described->changes[number];
  const scheduled_values *values = values_of(course, change);
  course->before[number] = values->latest[change->row];
  values->latest[change->row] = number + 1;
  values->differ[change->row] |= !is_for_all(course->described, change);
  if (change->of_input) change_input(&course->now.inputs[change->of], change);
  (change->of_input ? course->input_has_changed : course->population_has_changed)[change->of] = true;
}

void schedule_advance(schedule_course *course, int64_t step)
{
  while (course->next <= step) {
    make(course, course->n_made++);
    course->next = step_of_next(course);
  }
}

void schedule_take(schedule_course *course)
{
  const loligo_network *network = course->described;
  if (network->n_changes == 0) return;
  memset(course->population_has_changed, 0, network->n_populations * sizeof(bool));
  memset(course->input_has_changed, 0, network->n_inputs * sizeof(bool));
}

/* What a change is of, with all that was made so far. */
static loligo_status check_together(const schedule_course *course, const scheduled_change *change)
{
  const loligo_network *now = &course->now;
  if (!change->of_input) return population_check(&now->populations[change->of], now->dt);
  const loligo_input *input = &now->inputs[change->of];
  if (input->start > input->stop)
    return loligo_fail(LOLIGO_INPUT_ERROR, "input %s: stop %g ms is before start %g ms", input->name,
                       (double)input->stop * now->dt, (double)input->start * now->dt);
  return input_check(now, input);
}

/* What the changes from number `first` on are of, which are of one step. */
static loligo_status check_step(schedule_course *course, size_t first, fault_place *place)
{
  for (size_t i = course->n_made; i > first; i--) {
    const scheduled_change *change = &course->described->changes[i - 1];
    bool *has_changed = &(change->of_input ? course->input_has_changed : course->population_has_changed)[change->of];
    *place = change->place;
    if (*has_changed) LOLIGO_TRY(check_together(course, change));
    *has_changed = false;
  }
  return LOLIGO_OK;
}

loligo_status schedule_check(const loligo_network *network, fault_place *place)
{
  schedule_course course;
  loligo_status status = schedule_init(&course, network);
  while (status == LOLIGO_OK && course.n_made < network->n_changes) {
    const size_t first = course.n_made;
    schedule_advance(&course, course.next);
    status = check_step(&course, first, place);
  }
  schedule_free(&course);
  return status;
}

bool schedule_is_time(const loligo_network *network, const scheduled_change *change)
{
  return change->of_input && change->row > network->inputs[change->of].model->params.n;
}

void schedule_print_key(const loligo_network *network, const scheduled_change *change, char key[SCHEDULE_KEY_BYTES])
{
  if (change->of_input) {
    const loligo_input *input = &network->inputs[change->of];
    snprintf(key, SCHEDULE_KEY_BYTES, "inputs.%s.%s", input->name, input_row(input, change->row)->name);
    return;
  }
  const loligo_population *population = &network->populations[change->of];
  snprintf(key, SCHEDULE_KEY_BYTES, "populations.%s.params.%s", population->name,
           population->model->params.rows[change->row].name);
}
