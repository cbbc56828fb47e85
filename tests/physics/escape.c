/*
 * Models whose cells fire by chance, and gamma sources, against closed forms: within 4 standard errors.
 */
#include <stdlib.h>

#include "base/grid.h"
#include "cell.h"

enum { CELLS = CELL_BLOCK };

/* Intervals between spikes of all cells. */
typedef struct intervals {
  double n, sum, squares; /* 1, steps, steps^2 */
} intervals;

/* The first so many of each cell: to take all up to an end would favour the short ones. */
static void count(const cell_block *cells, int64_t *last, int *taken, int most, intervals *found)
{
  for (size_t i = 0; i < CELLS; i++) {
    if (cells->spike[i] == 0) continue;
    const double interval = (double)(cells->block.step - last[i]);
    if (last[i] > 0 && taken[i]++ < most) {
      found->n++;
      found->sum += interval;
      found->squares += interval * interval;
    }
    last[i] = cells->block.step;
  }
}

static intervals run(cell_block *cells, int steps, int most)
{
  intervals found = {0};
  int64_t last[CELLS] = {0};
  int taken[CELLS] = {0};
  cell_start(cells);
  for (int k = 0; k < steps; k++) {
    cell_step(cells);
    count(cells, last, taken, most, &found);
  }
  cell_close(cells);
  assert_near(found.n, CELLS * most, 0);
  return found;
}

/* Mean interval in ms and its coefficient of variation; the errors of both follow from the intervals. */
static void check(const char *name, double dt, intervals found, double mean, double cv)
{
  const double measured = found.sum / found.n, variance = found.squares / found.n - measured * measured;
  const double error = sqrt(variance / found.n) * dt, cv_error = cv / sqrt(found.n / 2);
  print_message("  %s: %g intervals, %.6g +- %.2g Hz, expected %.6g; CV %.4g, expected %.4g\n", name, found.n,
                1e3 / (measured * dt), 1e3 / mean * error / mean, 1e3 / mean, sqrt(variance) / measured, cv);
  assert_near(measured * dt, mean, 4 * error);
  assert_near(sqrt(variance) / measured, cv, 4 * cv_error);
}

/* A step of dead time and waiting for a chance of p in each: on the grid, and (dt -> 0) in continuous time. */
static void check_dead_time(const char *name, double dt, intervals found, double dead, double hz)
{
  const double p = -expm1(-hz * dt * 1e-3), mean = dead + dt / p;
  check(name, dt, found, mean, dt * sqrt(1 - p) / p / mean);
}

static void point_process_fires_at_its_rate(void **state)
{
  enum { STEPS = 100000 };
  (void)state;
  static cell_block cells;
  const double dt = 0.05;
  cell_open(&cells, "pp_psc_delta", CELLS, dt);
  cell_set(&cells, "with_reset", false);
  cell_set(&cells, "I_e", 250); /* 10 mV */
  cell_init(&cells, "V_m", -60);
  const intervals found = run(&cells, STEPS, 40);
  assert_near(cell_state(&cells, "V_m")[3], -60, 1e-9);
  check_dead_time("pp_psc_delta", dt, found, 1, 1.238 * exp(2.5));
  check("pp_psc_delta", dt, found, 1e3 / 14.857843, 0.985142);
}

static void gif_cells_fire_at_their_rate(void **state)
{
  enum { STEPS = 50000 };
  (void)state;
  static const char *const models[] = {"gif_psc_exp", "gif_cond_exp"};
  for (int m = 0; m < 2; m++) {
    static cell_block cells;
    const double dt = 0.02;
    cell_open(&cells, models[m], CELLS, dt);
    cell_set(&cells, "V_reset", -33);
    cell_set(&cells, "E_L", -33); /* 2 mV above V_T_star */
    const intervals found = run(&cells, STEPS, 20);
    const double hz = exp(4);
    check_dead_time(models[m], dt, found, 4, hz);
    check(models[m], dt, found, 1e3 / 44.811623, (1 / hz) / (1 / hz + 4e-3));
  }
}

/* Relative error in the mean interval of a cell that fires at `hz` behind a dead time, by steps of dt. */
static double interval_error(double hz, double dead, double dt)
{
  const double on_grid = grid_steps(dead, dt) * dt + dt / -expm1(-hz * dt * 1e-3);
  return fabs(on_grid / (dead + 1e3 / hz) - 1);
}

static void rates_are_right_up_to_the_longest_step(void **state)
{
  static const struct {
    const char *model;
    double hz, dead;
  } cases[] = {{"gif_psc_exp", 54.59815, 4}, {"gif_cond_exp", 54.59815, 4}, {"pp_psc_delta", 15.08193, 1}};
  (void)state;
  for (int c = 0; c < 3; c++) {
    const double longest = *loligo_model_find(cases[c].model)->max_dt;
    assert_true(interval_error(cases[c].hz, cases[c].dead, longest) <= 0.01);
    assert_true(interval_error(cases[c].hz, cases[c].dead, 2 * longest) > 0.01);
  }
}

static void only_what_can_fire_does(void **state)
{
  (void)state;
  static cell_block cells;
  cell_open(&cells, "pp_psc_delta", CELLS, 0.1);
  cell_set(&cells, "c_2", -1);
  cell_start(&cells);
  for (int k = 0; k < 100; k++) {
    cells.input[0][7] = 1;
    cell_step(&cells);
    for (size_t i = 0; i < CELLS; i++) assert_int_equal(cells.spike[i], 0);
  }
  assert_near(cell_state(&cells, "V_m")[7], -70 + (1 - exp(-1)) / (1 - exp(-0.01)), 1e-9);
  cell_close(&cells);
}

/* A spike by force, then the decay of threshold and currents, against closed forms. */
static void elements_jump_and_decay(void **state)
{
  (void)state;
  static const char *const names[] = {"tau_sfa", "q_sfa", "tau_stc", "q_stc"};
  static const double values[][2] = {{20, 100}, {7, 3}, {5, 30}, {40, -10}};
  static const char *const models[] = {"gif_psc_exp", "gif_cond_exp"};
  for (int m = 0; m < 2; m++) {
    loligo_model described;
    cell_block cells;
    const double dt = 0.01, tau = 20, c_m = 80;
    cell_open(&cells, models[m], 2, dt);
    for (int k = 0; k < 4; k++) cell_set_list(&cells, names[k], values[k], 2);
    cell_set(&cells, "t_ref", 0);
    cell_set(&cells, "V_reset", -70);
    cell_describe(&cells, &described);
    cell_start(&cells);
    cell_state(&cells, "V_m")[0] = 0;
    cell_step(&cells);
    assert_true(cells.spike[0] == 1 && cells.spike[1] == 0);
    assert_near(cell_state(&cells, "sfa_2")[0], 3, 0);
    assert_near(cell_state(&cells, "stc_1")[1], 0, 0);
    for (int k = 0; k < 1000; k++) cell_step(&cells);
    assert_near(cell_state(&cells, "sfa_1")[0], 7 * exp(-10.0 / 20), 1e-12);
    double v = -70; /* of two exponential currents that began 10 ms ago */
    for (int e = 0; e < 2; e++) {
      const double t = values[2][e], q = values[3][e];
      v -= q / c_m * (exp(-10 / tau) - exp(-10 / t)) / (1 / t - 1 / tau);
    }
    assert_near(cell_state(&cells, "V_m")[0], v, m == 0 ? 1e-10 : 1e-4);
    cell_close(&cells);
    described.forget(&described);
  }
}

static void lists_must_match(void **state)
{
  (void)state;
  const loligo_model *model = loligo_model_find("gif_psc_exp");
  cell_block cells;
  cell_open(&cells, "gif_psc_exp", 1, 0.1);
  cells.param[0][model_param_index(model, "tau_sfa")] = 1;
  cells.param[0][model->params.n] = 5;
  cell_refuse(&cells, "q_sfa has 0");
  loligo_model described = *model;
  cells.param[0][model_param_index(model, "tau_sfa")] = 9;
  loligo_error_clear();
  assert_int_equal(model->describe(cells.param[0], &described), LOLIGO_INPUT_ERROR);
  model->forget(&described);
}

/* Rates are right from the start on, and intervals vary as their law says. */
static void gamma_sources_follow_their_law(void **state)
{
  enum { STEPS = 100000, EARLY = 200, MOST = 150 };
  static const double shapes[] = {0.5, 1, 2.5, 16};
  (void)state;
  for (int s = 0; s < 4; s++) {
    static cell_block cells;
    const double dt = 0.05, hz = 50;
    double early = 0;
    cell_open(&cells, "gamma_source", CELLS, dt);
    cell_set(&cells, "rate", hz);
    cell_set(&cells, "shape", shapes[s]);
    const loligo_model_setup setup = {.param = cells.param[0], .key = 99 + (uint64_t)s, .dt = dt};
    void *shared = NULL;
    assert_int_equal(cells.model->prepare(&setup, &shared), LOLIGO_OK);
    cells.block.shared = shared;
    intervals found = {0};
    int64_t last[CELLS] = {0};
    int taken[CELLS] = {0};
    cell_start(&cells);
    for (int k = 0; k < STEPS; k++) {
      cell_step(&cells);
      count(&cells, last, taken, MOST, &found);
      for (size_t i = 0; k < EARLY && i < CELLS; i++) early += (double)cells.spike[i];
    }
    cell_close(&cells);
    const double expected = CELLS * EARLY * dt * hz * 1e-3;
    assert_near(early, expected, 4 * sqrt(expected / fmin(shapes[s], 1)));
    if (shapes[s] < 1) continue; /* several spikes in a step are common */
    check("gamma_source", dt, found, 1e3 / hz, 1 / sqrt(shapes[s]));
  }
}

static void silent_gamma_sources_wait_for_ever(void **state)
{
  (void)state;
  cell_block cells;
  void *shared = NULL;
  cell_open(&cells, "gamma_source", 2, 0.1);
  assert_int_equal(cells.model->prepare(&(loligo_model_setup){.dt = 0.1}, &shared), LOLIGO_OK);
  cells.block.shared = shared;
  cell_state(&cells, "wait")[1] = 0.25;
  cell_start(&cells);
  for (int k = 0; k < 100; k++) {
    cell_step(&cells);
    assert_true(cells.spike[0] == 0 && cells.spike[1] == (k == 2) && cell_state(&cells, "wait")[0] < 1e300);
  }
  cell_close(&cells);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(point_process_fires_at_its_rate),
      cmocka_unit_test(gif_cells_fire_at_their_rate),
      cmocka_unit_test(rates_are_right_up_to_the_longest_step),
      cmocka_unit_test(only_what_can_fire_does),
      cmocka_unit_test(elements_jump_and_decay),
      cmocka_unit_test(lists_must_match),
      cmocka_unit_test(gamma_sources_follow_their_law),
      cmocka_unit_test(silent_gamma_sources_wait_for_ever),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
