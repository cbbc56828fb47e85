/*
 * Level synapses: a current that stands while the source is at or above its V_level. Their exclusive or is that of He
 * et al. 2024 (10.1038/s43588-024-00674-9), the same for Hodgkin-Huxley neurons and tv-LIF ones.
 */
#include "cell.h"

enum { STEPS = 4000, CELLS = 5 };

static const char *const models[] = {"hh_psc_exp",        "hh_cond_exp",        "hh_cond_exp_traub",
                                     "tv_lif_hh_psc_exp", "tv_lif_hh_cond_exp", "tv_lif_hh_cond_exp_traub"};
enum { MODELS = sizeof models / sizeof models[0] };

/* Five cells with levels of their own under currents of their own; the last starts at 0 mV, above its level. */
static void open_spread(cell_block *cells, const char *model, int integrator)
{
  cell_open(cells, model, CELLS, 0.01);
  cell_set(cells, "integrator", integrator);
  cells->block.uniform = false;
  cell_init(cells, "V_m", -65);
  cell_init(cells, "m", 0.05);
  cell_init(cells, "h", 0.6);
  cell_init(cells, "n", 0.3);
  cell_state(cells, "V_m")[CELLS - 1] = 0;
  const int v_level = cell_param_index(cells, "V_level");
  for (size_t i = 0; i < CELLS; i++) {
    cells->param[i][v_level] = -45 + 10 * (double)i;
    cells->current[i] = 1000 + 500 * (double)i;
  }
  cell_start(cells);
}

/* Runs the cells, comparing their signals with their potentials; returns the number of changes. */
static int count_changes(cell_block *cells)
{
  const int v_level = cell_param_index(cells, "V_level");
  int64_t above[CELLS] = {0};
  int changes = 0;
  for (int k = 0; k < STEPS; k++) {
    cell_step(cells);
    for (size_t i = 0; i < CELLS; i++) {
      const int64_t now = cell_state(cells, "V_m")[i] >= cells->param[i][v_level];
      assert_int_equal(cells->signal[0][i], now - above[i]);
      changes += now != above[i];
      above[i] = now;
    }
  }
  return changes;
}

static void signal_tells_when_the_potential_passes_its_level(void **state)
{
  (void)state;
  cell_block cells;
  for (int m = 0; m < MODELS; m++) {
    const loligo_param *row = param_find(loligo_model_find(models[m])->params, "integrator");
    for (int c = 0; row->choices[c]; c++) {
      open_spread(&cells, models[m], c);
      assert_in_range(count_changes(&cells), 2 * CELLS, 100);
    }
  }
}

static void cell_that_starts_above_tells_so_at_once(void **state)
{
  (void)state;
  cell_block cells;
  open_spread(&cells, "hh_psc_exp", 0);
  cell_step(&cells);
  for (size_t i = 0; i < CELLS; i++) assert_int_equal(cells.signal[0][i], i == CELLS - 1);
  cells.block.step = 0;
  cell_step(&cells);
  assert_int_equal(cells.signal[0][CELLS - 1], 1);
  cell_step(&cells);
  assert_int_equal(cells.signal[0][CELLS - 1], 0);
}

static void level_is_the_threshold_unless_given(void **state)
{
  (void)state;
  for (int m = 0; m < MODELS; m++) {
    cell_block given, left_out;
    cell_open(&given, models[m], 1, 0.01);
    cell_open(&left_out, models[m], 1, 0.01);
    cell_set(&given, "V_th", -30);
    cell_set(&given, "V_level", -30);
    cell_set(&left_out, "V_th", -30);
    cell_start(&given);
    cell_start(&left_out);
    assert_memory_equal(given.derived, left_out.derived, sizeof given.derived);
    cell_set(&given, "V_level", -20);
    cell_start(&given);
    assert_memory_not_equal(given.derived, left_out.derived, sizeof given.derived);
  }
}

static void nothing_changes_where_nobody_listens(void **state)
{
  (void)state;
  cell_block heard, unheard;
  open_spread(&heard, "hh_cond_exp", 0);
  open_spread(&unheard, "hh_cond_exp", 0);
  unheard.signal_table[0] = NULL;
  count_changes(&heard);
  for (int k = 0; k < STEPS; k++) {
    cell_step(&unheard);
    if (k == STEPS / 2) unheard.block.signal = NULL;
  }
  assert_memory_equal(heard.state, unheard.state, sizeof heard.state);
  for (size_t i = 0; i < CELLS; i++) assert_int_equal(unheard.signal[0][i], 0);
}

/* A level of `weight` pA that stands from the end of step 100 to that of step 900 is that current in steps 101 to 900.
 */
static void level_is_a_current_that_stands(void **state)
{
  (void)state;
  for (int m = 0; m < MODELS; m++) {
    cell_block level, current;
    cell_open(&level, models[m], 1, 0.01);
    cell_open(&current, models[m], 1, 0.01);
    cell_start(&level);
    cell_start(&current);
    for (int k = 0; k < 2000; k++) {
      cell_input(&level, "level")[0] = k >= 100 && k < 900 ? 750 : 0;
      current.current[0] = k > 100 && k <= 900 ? 750 : 0;
      cell_step(&level);
      cell_step(&current);
      assert_true(cell_state(&level, "V_m")[0] == cell_state(&current, "V_m")[0]);
      assert_near(cell_state(&level, "I_level")[0], k >= 100 && k < 900 ? 750 : 0, 0);
    }
  }
}

/* The network of the paper: two cells under constant currents, of which the first excites and the second inhibits the
 * third by 2000 pA, one step after they pass -40 mV. */
typedef struct xor_network {
  cell_block cells;
  int64_t sent[3];
} xor_network;

static void xor_open(xor_network *network, const char *model, double first, double second)
{
  cell_block *cells = &network->cells;
  cell_open(cells, model, 3, 0.001);
  cell_choose(cells, "integrator", "forward_euler");
  cell_set(cells, "V_level", -40);
  cell_init(cells, "V_m", -70);
  cell_init(cells, "m", 0.0289);
  cell_init(cells, "n", 0.2446);
  cell_init(cells, "h", 0.7541);
  cell_start(cells);
  cells->current[0] = first;
  cells->current[1] = second;
  memset(network->sent, 0, sizeof network->sent);
}

/* One step; whether the third cell is above -40 mV after it. */
static bool xor_step(xor_network *network)
{
  cell_block *cells = &network->cells;
  cell_input(cells, "level")[2] += 2000 * (double)(network->sent[0] - network->sent[1]);
  cell_step(cells);
  memcpy(network->sent, cells->signal[0], sizeof network->sent);
  return cell_state(cells, "V_m")[2] > -40;
}

static void network_of_levels_computes_exclusive_or(void **state)
{
  (void)state;
  static const struct {
    double first, second;
    int crossings;
  } cases[] = {{4000, 4000, 1}, {4000, 0, 4}, {0, 4000, 2}, {0, 0, 1}};
  for (int c = 0; c < 4; c++) {
    xor_network hh, tv;
    xor_open(&hh, "hh_psc_exp", cases[c].first, cases[c].second);
    xor_open(&tv, "tv_lif_hh", cases[c].first, cases[c].second);
    int crossings = 0, differing = 0;
    bool before = false;
    for (int k = 1; k < 40000; k++) {
      const bool above = xor_step(&hh);
      differing += above != xor_step(&tv);
      crossings += above && !before;
      before = above;
    }
    assert_int_equal(crossings, cases[c].crossings);
    assert_int_equal(differing, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signal_tells_when_the_potential_passes_its_level),
      cmocka_unit_test(cell_that_starts_above_tells_so_at_once),
      cmocka_unit_test(level_is_the_threshold_unless_given),
      cmocka_unit_test(nothing_changes_where_nobody_listens),
      cmocka_unit_test(level_is_a_current_that_stands),
      cmocka_unit_test(network_of_levels_computes_exclusive_or),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
