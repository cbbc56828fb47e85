/*
 * What a cell does depends on its own state and parameters alone, to the last bit: not on the size of its block, its
 * place in it, nor on whether the block keeps one set of constants or one per cell. For every model of the registry and
 * every integrator.
 */
#include <stdlib.h>

#include "cell.h"
#include "model/neuron/taught.h"

enum { LARGEST = 128, STEPS = 600 };

static double spread(size_t cell, size_t what)
{
  return (double)((cell * 7919 + what * 104729) % 1000) / 1000;
}

/* Cell i of the block is cell first + i of an imaginary population whose cells all differ in state, input and current.
 */
static void run(cell_block *cells, const loligo_model *model, int choice, size_t first, size_t n, bool uniform,
                int64_t *spikes, int64_t *signals)
{
  cell_open(cells, model->name, n, 0.02);
  if (choice >= 0) cell_set(cells, "integrator", choice);
  cells->block.uniform = uniform;
  for (size_t i = 0; i < n; i++) {
    cells->index[i] = first + i;
    cells->state[0][i] = -75 + 25 * spread(first + i, 0);
    cells->current[i] = 1500 * spread(first + i, 1);
    spikes[i] = signals[i] = 0;
  }
  cell_start(cells);
  for (int k = 0; k < STEPS; k++) {
    for (size_t i = 0; k % 7 == 0 && i < n; i++) {
      for (size_t r = 0; r < model->n_receptors; r++) cells->input[r][i] = 2 * spread(first + i, (size_t)k + r);
    }
    cell_step(cells);
    for (size_t i = 0; i < n; i++) {
      spikes[i] += cells->spike[i] * (k + 1);
      for (size_t s = 0; s < model->n_signals; s++) signals[i] += cells->signal[s][i] * (k + 1) * (int64_t)(s + 1);
    }
  }
  cell_close(cells);
}

static void assert_same_cells(const cell_block *whole, const cell_block *part, size_t first)
{
  for (size_t v = 0; v < whole->model->n_variables; v++) {
    for (size_t i = 0; i < part->block.n; i++)
      assert_memory_equal(&whole->state[v][first + i], &part->state[v][i], sizeof(double));
  }
}

static void check_model(const loligo_model *model, int choice)
{
  cell_block whole, part;
  int64_t spikes[LARGEST], part_spikes[LARGEST], signals[LARGEST], part_signals[LARGEST], all = 0, all_signals = 0;
  run(&whole, model, choice, 0, LARGEST, true, spikes, signals);
  for (size_t i = 0; i < LARGEST; i++) all += spikes[i];
  for (size_t i = 0; i < LARGEST; i++) all_signals += llabs(signals[i]);
  assert_int_equal(all > 0, model_variable_index(model, TAUGHT_ERROR) < 0); /* readouts never fire */
  assert_int_equal(all_signals > 0, model->n_signals > 0);
  for (size_t n = 1; n <= 18; n++) {
    const size_t size = n == 18 ? LARGEST : n, first = n == 18 ? 0 : 3 * n;
    run(&part, model, choice, first, size, n % 2, part_spikes, part_signals);
    assert_same_cells(&whole, &part, first);
    assert_memory_equal(spikes + first, part_spikes, size * sizeof *spikes);
    assert_memory_equal(signals + first, part_signals, size * sizeof *signals);
  }
}

static void cells_do_not_depend_on_their_block(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    if (model->is_source || model_is_for_trials(model)) continue;
    const int integrator = model_param_index(model, "integrator");
    if (integrator < 0) {
      check_model(model, -1);
      continue;
    }
    for (int c = 0; model->params.rows[integrator].choices[c]; c++) check_model(model, c);
  }
}

/* One that the first variable follows; NULL where there is none. */
static const char *varied_parameter(const loligo_model *model)
{
  static const char *const names[] = {"C_m", "scale", "tau", "a"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (model_param_index(model, names[i]) >= 0) return names[i];
  return NULL;
}

static void cells_differ_where_their_parameters_do(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    if (model->is_source || model_is_for_trials(model)) continue;
    cell_block mixed, alone;
    cell_open(&mixed, model->name, 19, 0.02);
    mixed.block.uniform = false;
    const char *varied = varied_parameter(model);
    if (!varied) continue;
    const double fallback = param_default(param_find(model->params, varied));
    for (size_t i = 0; i < 19; i++)
      mixed.param[i][cell_param_index(&mixed, varied)] = fallback * (0.6 + 0.04 * (double)i);
    for (size_t i = 0; i < 19; i++) mixed.current[i] = 300;
    for (size_t i = 0; i < 19; i++) mixed.input[0][i] = 0.25;
    cell_start(&mixed);
    for (int k = 0; k < STEPS; k++) cell_step(&mixed);
    cell_open(&alone, model->name, 1, 0.02);
    cell_set(&alone, varied, fallback * (0.6 + 0.04 * 11));
    alone.index[0] = 11;
    alone.current[0] = 300;
    alone.input[0][0] = 0.25;
    cell_start(&alone);
    for (int k = 0; k < STEPS; k++) cell_step(&alone);
    assert_memory_equal(&mixed.state[0][11], &alone.state[0][0], sizeof(double));
    assert_true(mixed.state[0][11] != mixed.state[0][12]);
    cell_close(&mixed);
    cell_close(&alone);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_do_not_depend_on_their_block),
      cmocka_unit_test(cells_differ_where_their_parameters_do),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
