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

static void squid_counts_and_intervals(void **state)
{
  (void)state;
  static const double current[] = {220, 230, 500, 700, 1000, 2000, 5000};
  static const int spikes[] = {0, 1, 1, 59, 69, 87, 117};
  static const double first[] = {NAN, 7.278, 2.989, 2.376, 1.901, 1.271, 0.759};
  static const double interval[] = {NAN, NAN, NAN, 17.145, 14.636, 11.565, 8.544};
  enum { N = sizeof current / sizeof current[0] };
  static const char *const models[] = {"hh_psc_exp", "hh_cond_exp"};
  for (int m = 0; m < 2; m++) {
    cell_block cells;
    train trains[N];
    cell_open(&cells, models[m], N, 0.025);
    cell_start(&cells);
    run_step_current(&cells, current, trains);
    for (int i = 0; i < N; i++) {
      assert_int_equal(trains[i].n, spikes[i]);
      if (spikes[i] > 0) assert_near(trains[i].time[0], first[i], 0.025 + 0.005);
      if (spikes[i] > 10) assert_near(last_intervals(&trains[i], 10), interval[i], 0.02);
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
  static const double current[] = {50, 100, 200, 500};
  static const int spikes[] = {31, 46, 71, 133};
  static const double interval[] = {31.654, 21.759, 14.035, 7.527};
  cell_block cells;
  train trains[4];
  cell_open(&cells, "hh_cond_exp_traub", 4, 0.025);
  cell_set(&cells, "C_m", 100);
  cell_set(&cells, "g_Na", 10000);
  cell_set(&cells, "g_K", 3000);
  cell_set(&cells, "g_L", 5);
  cell_start(&cells);
  run_step_current(&cells, current, trains);
  for (int i = 0; i < 4; i++) {
    assert_in_range(trains[i].n, spikes[i] - 1, spikes[i] + 1);
    assert_near(last_intervals(&trains[i], 10), interval[i], 0.02);
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
      cmocka_unit_test(hold_off_lets_one_action_potential_count_once),
      cmocka_unit_test(explicit_integrators_break_down_into_nan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
