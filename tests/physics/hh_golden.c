/*
 * Hodgkin-Huxley models against published numbers: spike counts and intervals of RK4 runs (squid: Hodgkin & Huxley
 * 1952, 10.1113/jphysiol.1952.sp004764; Traub-Miles: Brette et al. 2007, 10.1007/s10827-007-0038-6). Step current after
 * 100 ms of rest.
 */
#include "cell.h"

enum { MAX_CELLS = 16, MAX_SPIKES = 200 };

typedef struct train {
  int n;
  double time[MAX_SPIKES]; /* ms after the step */
} train;

/* Applies current[i] (pA) to cell i from 100 ms on, for 1 s. */
static void run_step_current(cell_block *cells, const double *current, train *trains)
{
  const long rest = lround(100 / cells->dt), steps = lround(1100 / cells->dt);
  memset(trains, 0, cells->block.n * sizeof *trains);
  for (long k = 0; k < steps; k++) {
    for (size_t i = 0; i < cells->block.n; i++) cells->current[i] = k < rest ? 0 : current[i];
    cell_step(cells);
    for (size_t i = 0; i < cells->block.n; i++) {
      if (!cells->spike[i] || k < rest) continue;
      assert_true(trains[i].n < MAX_SPIKES);
      trains[i].time[trains[i].n++] = (double)(k + 1 - rest) * cells->dt;
    }
  }
}

static double last_intervals(const train *t, int count)
{
  return (t->time[t->n - 1] - t->time[t->n - 1 - count]) / count;
}

/* What a cell does in 1 s of each current; spikes and last intervals are of RK4 at 0.005 ms. */
typedef struct golden {
  size_t n;
  double current[MAX_CELLS]; /* pA */
  int spikes[MAX_CELLS];
  double interval[MAX_CELLS]; /* ms; NAN where the cell does not go on firing */
} golden;

static const golden squid = {7,
                             {220, 230, 500, 700, 1000, 2000, 5000},
                             {0, 1, 1, 59, 69, 87, 117},
                             {NAN, NAN, NAN, 17.145, 14.636, 11.565, 8.544}};
static const golden traub = {4, {50, 100, 200, 500}, {31, 46, 71, 133}, {31.654, 21.759, 14.035, 7.527}};

/* Runs the cells of the golden case that belongs to a model, by one of its integrators. */
static const golden *run_golden(const loligo_model *model, size_t integrator, double dt, train *trains)
{
  const golden *case_of = model_param_index(model, "V_T") >= 0 ? &traub : &squid;
  cell_block cells;
  cell_open(&cells, model->name, case_of->n, dt);
  cell_set(&cells, "integrator", (double)integrator);
  if (case_of == &traub) {
    cell_set(&cells, "C_m", 100);
    cell_set(&cells, "g_Na", 10000);
    cell_set(&cells, "g_K", 3000);
    cell_set(&cells, "g_L", 5);
  }
  cell_start(&cells);
  run_step_current(&cells, case_of->current, trains);
  cell_close(&cells);
  return case_of;
}

static void squid_counts_and_intervals(void **state)
{
  (void)state;
  static const double first[] = {NAN, 7.278, 2.989, 2.376, 1.901, 1.271, 0.759};
  static const char *const models[] = {"hh_psc_exp", "hh_cond_exp"};
  for (int m = 0; m < 2; m++) {
    train trains[MAX_CELLS];
    run_golden(loligo_model_find(models[m]), 0, 0.025, trains);
    for (size_t i = 0; i < squid.n; i++) {
      assert_int_equal(trains[i].n, squid.spikes[i]);
      if (trains[i].n > 0) assert_near(trains[i].time[0], first[i], 0.025 + 0.005);
      if (trains[i].n > 10) assert_near(last_intervals(&trains[i], 10), squid.interval[i], 0.02);
    }
  }
}

static void squid_fires_on_above_a_bifurcation(void **state)
{
  (void)state;
  cell_block cells;
  train trains[2];
  cell_open(&cells, "hh_psc_exp", 2, 0.025);
  cell_start(&cells);
  run_step_current(&cells, (const double[]){620, 630}, trains);
  assert_in_range(trains[0].n, 1, 9);
  assert_in_range(trains[1].n, 41, 60);
  assert_near(last_intervals(&trains[1], 10), 19.10, 0.02);
}

static void traub_intervals(void **state)
{
  (void)state;
  train trains[MAX_CELLS];
  run_golden(loligo_model_find("hh_cond_exp_traub"), 0, 0.025, trains);
  for (size_t i = 0; i < traub.n; i++) {
    assert_in_range(trains[i].n, traub.spikes[i] - 1, traub.spikes[i] + 1);
    assert_near(last_intervals(&trains[i], 10), traub.interval[i], 0.02);
  }
}

/* The largest error of the intervals under each current, and of the number of all spikes. */
static double golden_error(const loligo_model *model, size_t integrator, double dt)
{
  train trains[MAX_CELLS];
  const golden *exact = run_golden(model, integrator, dt, trains);
  double error = 0, spikes = 0, expected = 0;
  for (size_t i = 0; i < exact->n; i++) {
    spikes += trains[i].n;
    expected += exact->spikes[i];
    if (isnan(exact->interval[i])) continue;
    if (trains[i].n < 11) return INFINITY;
    error = fmax(error, fabs(last_intervals(&trains[i], 10) / exact->interval[i] - 1));
  }
  return fmax(error, fabs(spikes / expected - 1));
}

static void models_are_right_up_to_their_longest_step(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    const loligo_param *row = model_param_index(model, "g_Na") >= 0 ? model_integrator(model) : NULL;
    for (size_t i = 0; row && row->choices[i]; i++) {
      const double at = golden_error(model, i, model->max_dt[i]), beyond = golden_error(model, i, 2 * model->max_dt[i]);
      print_message("  %s, %s: error %.3g at %g ms, %.3g at twice that\n", model->name, row->choices[i], at,
                    model->max_dt[i], beyond);
      assert_true(at <= 0.01 && beyond > 0.01);
    }
  }
}

static void hold_off_lets_one_action_potential_count_once(void **state)
{
  (void)state;
  cell_block cells;
  train trains[1];
  cell_open(&cells, "hh_psc_exp", 1, 0.025);
  cell_set(&cells, "t_ref", 20);
  cell_start(&cells);
  run_step_current(&cells, (const double[]){1000}, trains);
  assert_near(last_intervals(trains, 10), 2 * 14.636, 0.04);

  cell_open(&cells, "hh_psc_exp", 1, 0.025);
  cell_set(&cells, "t_ref", 0);
  cell_start(&cells);
  run_step_current(&cells, (const double[]){1000}, trains);
  assert_int_equal(trains[0].n, 69);
}

static void check_breakdown(const char *model, const char *integrator, double current)
{
  cell_block cells;
  cell_open(&cells, model, 1, 0.1);
  cell_choose(&cells, "integrator", integrator);
  cell_start(&cells);
  cells.current[0] = current;
  for (int k = 0; k < 5000; k++) cell_step(&cells);
  assert_true(!isfinite(cell_state(&cells, "V_m")[0]));
}

static void explicit_integrators_break_down_into_nan(void **state)
{
  (void)state;
  check_breakdown("hh_cond_exp_traub", "forward_euler", 500);
  check_breakdown("hh_psc_exp", "rk4", 1000);
  check_breakdown("hh_cond_exp", "rk4", 1000);
  check_breakdown("hh_cond_exp_traub", "rk4", 500);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(squid_counts_and_intervals),
      cmocka_unit_test(squid_fires_on_above_a_bifurcation),
      cmocka_unit_test(traub_intervals),
      cmocka_unit_test(models_are_right_up_to_their_longest_step),
      cmocka_unit_test(hold_off_lets_one_action_potential_count_once),
      cmocka_unit_test(explicit_integrators_break_down_into_nan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
