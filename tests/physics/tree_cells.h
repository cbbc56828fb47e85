/** A block of cells with dendrites, from lists that a test fills. For tests. */
#ifndef LOLIGO_TESTS_TREE_CELLS_H
#define LOLIGO_TESTS_TREE_CELLS_H

#include <stdio.h>

#include "cell.h"

#include "base/memory.h"
#include "model/neuron/listed.h"
#include "model/neuron/tree.h"

enum { MAX_NUMBERS = 12 * TREE_MAX_COMPARTMENTS, MAX_CELLS = 64 };

/* Cells with dendrites, as a population describes them. */
typedef struct tree_cells {
  const loligo_model *registered;
  loligo_model model;
  double dt;                /* ms */
  double *list[TREE_LISTS]; /* [n[...]] */
  size_t n[TREE_LISTS], n_cells;
  double listed[4][LISTED_MAX]; /* [..., n_listed] receptors that the population lists: tau, tau_rise, E, Mg */
  size_t n_listed;
  double *param;                    /* what the hooks take */
  double **state, **input, **sites; /* [variables, receptors, sites] -> [n_cells] */
  double **derived;
  double current[MAX_CELLS];
  int64_t spike[MAX_CELLS];
  uint64_t index[MAX_CELLS];
  loligo_block block;
} tree_cells;

static inline void tree_open(tree_cells *cells, const char *model, double dt, size_t n_cells)
{
  *cells = (tree_cells){.registered = loligo_model_find(model), .dt = dt, .n_cells = n_cells};
  assert_non_null(cells->registered);
  for (int l = 0; l < TREE_LISTS; l++) cells->list[l] = memory_allocate(MAX_NUMBERS, sizeof(double), "test");
  cells->param = memory_allocate((size_t)TREE_LISTS * MAX_NUMBERS, sizeof(double), "test");
  for (size_t i = 0; i < cells->registered->params.n; i++)
    cells->param[i] = param_default(&cells->registered->params.rows[i]);
}

static inline void tree_set(tree_cells *cells, const char *name, double value)
{
  cells->param[model_param_index(cells->registered, name)] = value;
}

static inline void put(tree_cells *cells, int list, double value)
{
  cells->list[list][cells->n[list]++] = value;
}

/* A channel of a compartment. */
static inline void add_channel(tree_cells *cells, size_t compartment, const char *name, const double *params)
{
  size_t number = 0;
  while (strcmp(channel_at(number)->name, name) != 0) number++;
  put(cells, TREE_CHANNEL_AT, (double)compartment);
  put(cells, TREE_CHANNEL, (double)number);
  for (size_t i = 0; i < channel_at(number)->params.n; i++) put(cells, TREE_PARAMS, params[i]);
}

/* One compartment with one channel, whose number is returned. */
static inline size_t add_compartment(tree_cells *cells, size_t parent, double c_m, double g, const char *channel,
                                     const double *params)
{
  put(cells, TREE_PARENT, (double)parent);
  put(cells, TREE_C_M, c_m);
  put(cells, TREE_G, g);
  add_channel(cells, cells->n[TREE_PARENT], channel, params);
  return cells->n[TREE_PARENT];
}

/* Returns its number. */
static inline size_t open_receptor(tree_cells *cells, size_t compartment, int kind)
{
  put(cells, TREE_OPEN_AT, (double)compartment);
  put(cells, TREE_OPEN_KIND, kind);
  return cells->registered->n_receptors + cells->n[TREE_OPEN_AT] - 1;
}

static inline double **columns(size_t n, size_t n_cells)
{
  double **made = memory_allocate(n, sizeof *made, "test");
  for (size_t i = 0; i < n; i++) made[i] = memory_allocate(n_cells, sizeof **made, "test");
  return made;
}

static inline void free_columns(double **made, size_t n)
{
  for (size_t i = 0; i < n; i++) memory_free(made[i]);
  memory_free(made);
}

static inline void describe_cells(tree_cells *cells)
{
  const loligo_model *registered = cells->registered;
  double *next = cells->param + registered->params.n;
  for (size_t l = 0; l < 4 && cells->n_listed > 0; l++) {
    cells->param[(size_t)model_param_index(registered, "receptor_tau") + l] = (double)cells->n_listed;
    memcpy(next, cells->listed[l], cells->n_listed * sizeof *next);
    next += cells->n_listed;
  }
  for (int l = 0; l < TREE_LISTS; l++) {
    cells->param[model_param_index(registered, tree_list_names[l])] = (double)cells->n[l];
    memcpy(next, cells->list[l], cells->n[l] * sizeof *next);
    next += cells->n[l];
  }
  cells->model = *registered;
  assert_int_equal(registered->describe(cells->param, &cells->model), LOLIGO_OK);
  assert_true(model_is_complete(&cells->model));
}

/* All cells at -65 mV unless `v` has other potentials, [compartments]. */
static inline void tree_begin(tree_cells *cells, const double *v)
{
  describe_cells(cells);
  const loligo_model *m = &cells->model;
  cells->state = columns(m->n_variables, cells->n_cells);
  cells->input = columns(m->n_receptors, cells->n_cells);
  cells->sites = columns(m->n_sites, cells->n_cells);
  cells->derived = columns(m->n_derived, 1);
  double *derived = memory_allocate(m->n_derived, sizeof *derived, "test");
  double *state = memory_allocate(m->n_variables, sizeof *state, "test");
  if (m->derive(cells->param, cells->dt, derived) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  for (size_t j = 0; j < m->n_derived; j++) cells->derived[j][0] = derived[j];
  for (size_t i = 0; i < m->n_variables; i++) state[i] = NAN;
  state[0] = v ? v[0] : -65;
  for (size_t c = 1, at = 0; v && at < m->n_variables; at++)
    if (strncmp(m->variables[at].name, "V_m[", 4) == 0) state[at] = v[c++];
  m->complete(cells->param, state);
  for (size_t i = 0; i < cells->n_cells; i++) {
    cells->index[i] = i;
    for (size_t s = 0; s < m->n_variables; s++) cells->state[s][i] = state[s];
  }
  void *shared = NULL;
  const loligo_model_setup setup = {.param = cells->param, .dt = cells->dt};
  assert_int_equal(m->prepare(&setup, &shared), LOLIGO_OK);
  cells->block = (loligo_block){.n = cells->n_cells,
                                .state = cells->state,
                                .derived = (const double *const *)cells->derived,
                                .uniform = true,
                                .input = (const double *const *)cells->input,
                                .current = cells->current,
                                .site_current = (const double *const *)cells->sites,
                                .spike = cells->spike,
                                .shared = shared,
                                .index = cells->index};
  m->start(&cells->block);
  memory_free(derived);
  memory_free(state);
}

static inline void tree_step(tree_cells *cells)
{
  cells->model.step(&cells->block);
  cells->block.step++;
  for (size_t r = 0; r < cells->model.n_receptors; r++) memset(cells->input[r], 0, cells->n_cells * sizeof(double));
}

static inline void tree_close(tree_cells *cells)
{
  if (cells->block.shared) {
    cells->model.release((void *)cells->block.shared);
    free_columns(cells->state, cells->model.n_variables);
    free_columns(cells->input, cells->model.n_receptors);
    free_columns(cells->sites, cells->model.n_sites);
    free_columns(cells->derived, cells->model.n_derived);
  }
  cells->model.forget(&cells->model);
  for (int l = 0; l < TREE_LISTS; l++) memory_free(cells->list[l]);
  memory_free(cells->param);
}

static inline double *potential(const tree_cells *cells, size_t c)
{
  char name[32];
  snprintf(name, sizeof name, c ? "V_m[%zu]" : "V_m", c);
  const int v = model_variable_index(&cells->model, name);
  assert_true(v >= 0);
  return cells->state[v];
}

#endif
