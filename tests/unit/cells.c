/* Cells: each rank has those that it owns, with the parameters and states that a cell has on whatever rank it lies. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/param.h"
#include "loligo/network.h"
#include "loligo/partition.h"
#include "network/description.h"
#include "scarce.h"
#include "sim/cells/cells.h"

enum { CELLS = 600, FEW = 7, RANKS = 3 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static const double dt = 0.1;

static const loligo_distribution spread = {.kind = LOLIGO_NORMAL, .mean = -65, .std = 3};

/* Alike, different from cell to cell, a few with values of their own, and none. */
static loligo_network *make_network(void)
{
  static double currents[FEW] = {1, 2, 3, 5, 8, 13, 21};
  const loligo_model *model = loligo_model_find("iaf_psc_exp");
  loligo_network *network = loligo_network_create(dt, 9);
  OK(loligo_network_add_population(network, "alike", model, CELLS, NULL));
  OK(loligo_network_set_init(network, 0, "V_m", spread));
  OK(loligo_network_add_population(network, "empty", model, 0, NULL));
  OK(loligo_network_add_population(network, "unlike", model, CELLS, NULL));
  OK(loligo_network_set_param(network, 2, "tau_m",
                              (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 5, .high = 20}));
  OK(loligo_network_set_init(network, 2, "V_m", loligo_constant(-61)));
  OK(loligo_network_add_population(network, "few", model, FEW, NULL));
  OK(loligo_network_set_param(network, 3, "I_e",
                              (loligo_distribution){.kind = LOLIGO_LIST, .values = currents, .n_values = FEW}));
  return network;
}

static loligo_decomposition *split(const loligo_network *network, int ranks)
{
  loligo_decomposition *decomposition;
  OK(loligo_decomposition_create(network, "round_robin", ranks, &decomposition));
  return decomposition;
}

static void groups_hold_the_cells_of_the_rank(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  loligo_decomposition *decomposition = split(network, RANKS);
  for (int rank = 0; rank < RANKS; rank++) {
    cells cells;
    uint64_t lid = 0;
    OK(cells_init(&cells, network, decomposition, rank));
    assert_int_equal(cells.n_groups, network->n_populations);
    for (size_t p = 0; p < cells.n_groups; p++) {
      const cell_group *group = &cells.groups[p];
      assert_int_equal(group->population, p);
      assert_ptr_equal(group->model, network->populations[p].model);
      assert_int_equal(group->first_lid, lid);
      assert_int_equal(group->n, loligo_decomposition_count(decomposition, p, rank));
      assert_int_equal(group->uniform, p < 2);
      for (uint64_t index = 0, l = 0; index < network->populations[p].size; index++) {
        const bool here = loligo_decomposition_rank(decomposition, p, index) == rank;
        assert_int_equal(cell_group_holds(group, index), here);
        assert_int_equal(cell_group_lower_bound(group, index), l);
        if (here) assert_int_equal(group->index[l++], index);
      }
      assert_false(cell_group_holds(group, network->populations[p].size));
      assert_int_equal(cell_group_lower_bound(group, UINT64_MAX), group->n);
      lid += group->n;
    }
    assert_int_equal(cells.n, lid);
    cells_free(&cells);
    assert_int_equal(cells.n, 0);
  }
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

static double derived_of(const cell_group *group, size_t j, uint64_t l)
{
  return group->derived[j][group->uniform ? 0 : l];
}

/* The state and constants of every cell are those that it has where one rank owns all. */
static void values_do_not_depend_on_the_rank(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  loligo_decomposition *whole = split(network, 1), *parts = split(network, RANKS);
  cells all;
  OK(cells_init(&all, network, whole, 0));
  for (int rank = 0; rank < RANKS; rank++) {
    cells cells;
    OK(cells_init(&cells, network, parts, rank));
    for (size_t p = 0; p < cells.n_groups; p++) {
      const cell_group *part = &cells.groups[p], *group = &all.groups[p];
      for (uint64_t l = 0; l < part->n; l++) {
        for (size_t v = 0; v < part->model->n_variables; v++)
          assert_true(part->state[v][l] == group->state[v][part->index[l]]);
        for (size_t j = 0; j < part->model->n_derived; j++)
          assert_true(derived_of(part, j, l) == derived_of(group, j, part->index[l]));
      }
    }
    cells_free(&cells);
  }
  cells_free(&all);
  loligo_decomposition_destroy(whole);
  loligo_decomposition_destroy(parts);
  loligo_network_destroy(network);
}

/* Constants as the model derives them from the parameters of the cell; what is not set stands at its default. */
static void constants_are_derived_from_the_parameters_of_each(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  loligo_decomposition *decomposition = split(network, 1);
  cells cells;
  OK(cells_init(&cells, network, decomposition, 0));
  const loligo_model *model = cells.groups[3].model;
  double param[64], derived[64];
  for (size_t i = 0; i < model->params.n; i++) param[i] = param_default(&model->params.rows[i]);
  for (uint64_t l = 0; l < FEW; l++) {
    param[model_param_index(model, "I_e")] = network->populations[3].params[model_param_index(model, "I_e")].values[l];
    OK(model->derive(param, dt, derived));
    for (size_t j = 0; j < model->n_derived; j++) assert_true(derived_of(&cells.groups[3], j, l) == derived[j]);
  }
  param[model_param_index(model, "I_e")] = 0;
  OK(model->derive(param, dt, derived));
  for (size_t j = 0; j < model->n_derived; j++) assert_true(derived_of(&cells.groups[0], j, 5) == derived[j]);
  cells_free(&cells);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

/* Drawn with the mean and spread of the law, or the constant; the rest at its default. */
static void states_begin_as_described(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  loligo_decomposition *decomposition = split(network, 1);
  cells cells;
  OK(cells_init(&cells, network, decomposition, 0));
  double sum = 0, squares = 0;
  for (uint64_t l = 0; l < CELLS; l++) {
    const double v = cells.groups[0].state[0][l];
    sum += v;
    squares += (v - spread.mean) * (v - spread.mean);
    assert_true(cells.groups[2].state[0][l] == -61);
    assert_true(cells.groups[0].state[1][l] == 0);
  }
  assert_true(fabs(sum / CELLS - spread.mean) < 5 * spread.std / sqrt(CELLS));
  assert_true(fabs(sqrt(squares / CELLS) - spread.std) < 5 * spread.std / sqrt(2 * CELLS));
  cells_free(&cells);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

static void views_show_a_block_of_the_group(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  loligo_decomposition *decomposition = split(network, 1);
  cells cells;
  OK(cells_init(&cells, network, decomposition, 0));
  for (size_t p = 0; p < 3; p += 2) {
    const cell_group *group = &cells.groups[p];
    cell_view view;
    OK(cell_view_init(&view, &cells));
    cell_view_show(&view, group, LOLIGO_BLOCK_CELLS, 100);
    const loligo_block *block = &view.block;
    assert_int_equal(block->n, 100);
    assert_int_equal(block->uniform, group->uniform);
    assert_ptr_equal(block->index, group->index + LOLIGO_BLOCK_CELLS);
    assert_ptr_equal(block->shared, group->shared);
    for (size_t v = 0; v < group->model->n_variables; v++)
      assert_ptr_equal(block->state[v], group->state[v] + LOLIGO_BLOCK_CELLS);
    for (size_t j = 0; j < group->model->n_derived; j++)
      assert_true(block->derived[j][0] == derived_of(group, j, LOLIGO_BLOCK_CELLS));
    cell_view_free(&view);
  }
  cells_free(&cells);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

static void what_cannot_be_is_refused(void **state)
{
  (void)state;
  const struct {
    const char *param, *words;
  } cases[] = {{"C_m", "population A: C_m drawn for cell"}, {"V_reset", "V_reset"}};
  for (size_t c = 0; c < 2; c++) {
    loligo_network *network = loligo_network_create(dt, 1);
    OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
    OK(loligo_network_set_param(network, 0, cases[c].param,
                                (loligo_distribution){.kind = LOLIGO_NORMAL, .mean = 1, .std = 100}));
    loligo_decomposition *decomposition = split(network, 1);
    cells cells;
    loligo_error_clear();
    assert_int_equal(cells_init(&cells, network, decomposition, 0), LOLIGO_INPUT_ERROR);
    assert_non_null(strstr(loligo_error_message(), cases[c].words));
    cells_free(&cells);
    loligo_decomposition_destroy(decomposition);
    loligo_network_destroy(network);
  }
  loligo_error_clear();
}

/** For tests of scarce memory. */
typedef struct task {
  const loligo_network *network;
  const loligo_decomposition *decomposition;
} task;

static loligo_status place(void *self)
{
  const task *task = self;
  cells cells;
  const loligo_status status = cells_init(&cells, task->network, task->decomposition, 0);
  cells_free(&cells);
  return status;
}

/* Of every model: some prepare something for their population. */
static void placing_tells_that_there_is_no_memory(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(dt, 1);
  for (size_t m = 0; loligo_model_at(m); m++) {
    size_t id;
    const loligo_model *model = loligo_model_at(m);
    if (model_is_for_trials(model)) continue;
    OK(loligo_network_add_population(network, model->name, model, 3, &id));
    if (model->takes_trains) OK(loligo_network_set_trains(network, id, &(double){1}, NULL, 1));
  }
  loligo_decomposition *decomposition = split(network, 1);
  fails_without_memory(place, &(task){network, decomposition});
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups_hold_the_cells_of_the_rank),
      cmocka_unit_test(values_do_not_depend_on_the_rank),
      cmocka_unit_test(constants_are_derived_from_the_parameters_of_each),
      cmocka_unit_test(states_begin_as_described),
      cmocka_unit_test(views_show_a_block_of_the_group),
      cmocka_unit_test(what_cannot_be_is_refused),
      cmocka_unit_test(placing_tells_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
