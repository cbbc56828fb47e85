/** Runs one block of cells of a model alone: no network, no ranks. For tests. */
#ifndef LOLIGO_TESTS_CELL_H
#define LOLIGO_TESTS_CELL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "model/neuron/model.h"

enum {
  CELL_BLOCK = LOLIGO_BLOCK_CELLS,
  CELL_PARAMS = 64,
  CELL_VARIABLES = 32,
  CELL_DERIVED = 64,
  CELL_RECEPTORS = 8,
  CELL_SIGNALS = 4
};

typedef struct cell_block {
  const loligo_model *model;
  double dt; /* ms */
  double param[CELL_BLOCK][CELL_PARAMS];
  double state[CELL_VARIABLES][CELL_BLOCK];
  double derived[CELL_DERIVED][CELL_BLOCK];
  double input[CELL_RECEPTORS]
              [CELL_BLOCK];   /* receptor's unit, at the end of the next step; cleared by each step, but for levels */
  double current[CELL_BLOCK]; /* pA */
  int64_t spike[CELL_BLOCK];
  int64_t signal[CELL_SIGNALS][CELL_BLOCK];
  uint64_t index[CELL_BLOCK];
  double *state_table[CELL_VARIABLES];
  const double *derived_table[CELL_DERIVED], *input_table[CELL_RECEPTORS];
  int64_t *signal_table[CELL_SIGNALS];
  loligo_block block;
} cell_block;

/* |a - b| <= tolerance, in double precision; false for NaN. */
#define assert_near(a, b, tolerance) assert_near_at(a, b, tolerance, __FILE__, __LINE__)

static inline void assert_near_at(double a, double b, double tolerance, const char *file, int line)
{
  if (fabs(a - b) <= tolerance) return;
  print_error("%.17g and %.17g differ by more than %g\n", a, b, tolerance);
  _fail(file, line);
}

/* Where to put what arrives at a receptor. */
static inline double *cell_input(cell_block *cells, const char *receptor)
{
  const int r = model_receptor_index(cells->model, receptor);
  assert_true(r >= 0);
  return cells->input[r];
}

static inline int cell_param_index(const cell_block *cells, const char *name)
{
  const int p = model_param_index(cells->model, name);
  assert_true(p >= 0);
  return p;
}

/* n cells with default parameters and unset states; the block is uniform, and all its signals are heard, unless the
 * test says otherwise. */
static inline void cell_open(cell_block *cells, const char *model, size_t n, double dt)
{
  *cells = (cell_block){.model = loligo_model_find(model), .dt = dt};
  assert_non_null(cells->model);
  assert_true(cells->model->n_variables <= CELL_VARIABLES && cells->model->n_derived <= CELL_DERIVED);
  assert_true(cells->model->n_receptors <= CELL_RECEPTORS && cells->model->n_signals <= CELL_SIGNALS);
  for (int v = 0; v < CELL_VARIABLES; v++) cells->state_table[v] = cells->state[v];
  for (int j = 0; j < CELL_DERIVED; j++) cells->derived_table[j] = cells->derived[j];
  for (int r = 0; r < CELL_RECEPTORS; r++) cells->input_table[r] = cells->input[r];
  for (int s = 0; s < CELL_SIGNALS; s++) cells->signal_table[s] = cells->signal[s];
  cells->block = (loligo_block){.n = n,
                                .state = cells->state_table,
                                .derived = cells->derived_table,
                                .uniform = true,
                                .input = cells->input_table,
                                .current = cells->current,
                                .spike = cells->spike,
                                .signal = cells->signal_table,
                                .index = cells->index};
  for (size_t i = 0; i < n; i++) {
    cells->index[i] = i;
    for (size_t p = 0; p < cells->model->params.n; p++)
      cells->param[i][p] = param_default(&cells->model->params.rows[p]);
    for (size_t v = 0; v < cells->model->n_variables; v++) cells->state[v][i] = NAN;
  }
}

static inline void cell_set(cell_block *cells, const char *param, double value)
{
  const int p = cell_param_index(cells, param);
  for (size_t i = 0; i < cells->block.n; i++) cells->param[i][p] = value;
}

/* Gives all cells the values of a list; lists in the order of their rows. */
static inline void cell_set_list(cell_block *cells, const char *param, const double *values, size_t n)
{
  const int row = cell_param_index(cells, param);
  for (size_t i = 0; i < cells->block.n; i++) {
    size_t at = cells->model->params.n;
    for (int p = 0; p < row; p++)
      if (cells->model->params.rows[p].type == LOLIGO_PARAM_LIST && cells->param[i][p] > 0)
        at += (size_t)cells->param[i][p];
    assert_true(at + n <= CELL_PARAMS);
    cells->param[i][row] = (double)n;
    memcpy(&cells->param[i][at], values, n * sizeof *values);
  }
}

/* Gives the cells the tables that follow from their lists; forget() frees them. */
static inline void cell_describe(cell_block *cells, loligo_model *described)
{
  *described = *cells->model;
  assert_int_equal(cells->model->describe(cells->param[0], described), LOLIGO_OK);
  cells->model = described;
}

static inline void cell_choose(cell_block *cells, const char *param, const char *choice)
{
  const char *const *choices = cells->model->params.rows[cell_param_index(cells, param)].choices;
  int c = 0;
  while (choices[c] && strcmp(choices[c], choice) != 0) c++;
  assert_non_null(choices[c]);
  cell_set(cells, param, c);
}

/* The n values of a variable as the model keeps them. */
static inline double *cell_state(cell_block *cells, const char *variable)
{
  const int v = model_variable_index(cells->model, variable);
  assert_true(v >= 0);
  return cells->state[v];
}

/* Sets a variable of all cells before cell_start(). */
static inline void cell_init(cell_block *cells, const char *variable, double value)
{
  for (size_t i = 0; i < cells->block.n; i++) cell_state(cells, variable)[i] = value;
}

/* Gives a neuron what its model prepares for a population; cell_close() then, or else it need not. */
static inline void cell_prepare(cell_block *cells)
{
  const loligo_model_setup setup = {.param = cells->param[0], .key = 0x9e3779b97f4a7c15, .dt = cells->dt};
  void *shared = NULL;
  if (!cells->model->prepare || cells->model->is_source) return;
  assert_int_equal(cells->model->prepare(&setup, &shared), LOLIGO_OK);
  cells->block.shared = shared;
}

static inline void cell_close(cell_block *cells)
{
  if (cells->block.shared) cells->model->release((void *)cells->block.shared);
  cells->block.shared = NULL;
}

/** The values of the first cell cannot be, as the model says in these words. */
static inline void cell_refuse(const cell_block *cells, const char *words)
{
  double derived[CELL_DERIVED];
  loligo_error_clear();
  assert_int_equal(cells->model->derive(cells->param[0], cells->dt, derived), LOLIGO_INPUT_ERROR);
  if (!strstr(loligo_error_message(), words)) fail_msg("'%s' is not in '%s'", words, loligo_error_message());
}

static inline void cell_start(cell_block *cells)
{
  const loligo_model *model = cells->model;
  cell_prepare(cells);
  for (size_t i = 0; i < cells->block.n; i++) {
    double derived[CELL_DERIVED], state[CELL_VARIABLES];
    if (model->derive) assert_int_equal(model->derive(cells->param[i], cells->dt, derived), LOLIGO_OK);
    for (size_t j = 0; j < model->n_derived; j++) cells->derived[j][i] = derived[j];
    for (size_t v = 0; v < model->n_variables; v++) state[v] = cells->state[v][i];
    if (model->complete) model->complete(cells->param[i], state);
    for (size_t v = 0; v < model->n_variables; v++) cells->state[v][i] = state[v];
  }
  if (model->start) model->start(&cells->block);
}

/* One step; what was put into input arrives at its end. */
static inline void cell_step(cell_block *cells)
{
  cells->model->step(&cells->block);
  cells->block.step++;
  for (size_t r = 0; r < cells->model->n_receptors; r++) {
    if (cells->model->receptors[r].kind != LOLIGO_RECEPTOR_LEVEL) memset(cells->input[r], 0, sizeof cells->input[r]);
  }
}

/* Value of a variable of cell i on the grid, as a recorder sees it. */
static inline double cell_observe(cell_block *cells, const char *variable, size_t i)
{
  double out[CELL_BLOCK];
  const int v = model_variable_index(cells->model, variable);
  assert_true(v >= 0);
  if (!cells->model->observe) return cells->state[v][i];
  cells->model->observe(&cells->block, (size_t)v, out);
  return out[i];
}

#endif
