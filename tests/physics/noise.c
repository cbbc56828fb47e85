/*
 * Noise currents and Poisson inputs whose rate changes in time, against their laws: within 4 standard errors, which
 * follow from the spread over independent cells.
 */
#include "cell.h"
#include "model/input/input_model.h"

enum { CELLS = LOLIGO_BLOCK_CELLS };

static const double pi = 3.14159265358979323846, dt = 0.1;
static const random_key key = {{18, 9}};

typedef struct drawn {
  const input_model *model;
  void *shared;
  uint64_t index[CELLS];
  current_row rows[CURRENT_STEPS];
} drawn;

static loligo_status try_prepare(drawn *d, const char *name, input_setup setup)
{
  *d = (drawn){.model = input_model_find(name)};
  for (size_t i = 0; i < CELLS; i++) d->index[i] = i;
  setup.key = key;
  setup.dt = dt;
  loligo_error_clear();
  return d->model->prepare(&setup, &d->shared);
}

static void prepare_noise(drawn *d, double mean, double sd, double tau, double interval, bool shared)
{
  assert_int_equal(
      try_prepare(d, "noise_current", (input_setup){.param = (const double[]){mean, sd, tau, interval, shared}}),
      LOLIGO_OK);
}

/* Currents of step k; steps are asked for in order. */
static const double *currents(drawn *d, int64_t k)
{
  if (k % CURRENT_STEPS == 0) d->model->draw(d->shared, k, CELLS, d->index, d->rows);
  return d->rows[k % CURRENT_STEPS];
}

static void assert_mean(const double *of_cells, double expected, double largest_error)
{
  double sum = 0, squares = 0;
  for (size_t i = 0; i < CELLS; i++) {
    sum += of_cells[i];
    squares += of_cells[i] * of_cells[i];
  }
  const double mean = sum / CELLS, error = sqrt((squares / CELLS - mean * mean) / (CELLS - 1));
  print_message("  %.6g +- %.2g, expected %.6g\n", mean, error, expected);
  assert_true(error < largest_error * expected);
  assert_near(mean, expected, 4 * error);
}

/* V of a cell at rest under a noise current: its mean square over the steps that are multiples of `every`. */
static void check_potential(double tau, double interval, int every, double sd)
{
  enum { STEPS = 20000, SKIPPED = 1000 };
  static drawn noise;
  static cell_block cells;
  double squares[CELLS] = {0};
  prepare_noise(&noise, 0, 200, tau, interval, false);
  cell_open(&cells, "iaf_psc_exp", CELLS, dt);
  cell_set(&cells, "V_th", 1e6);
  cell_start(&cells);
  for (int64_t k = 0; k < STEPS; k++) {
    memcpy(cells.current, currents(&noise, k), sizeof cells.current);
    cell_step(&cells);
    for (size_t i = 0; k >= SKIPPED && (k + 1) % every == 0 && i < CELLS; i++) {
      const double v = cell_state(&cells, "V_m")[i] + 70;
      squares[i] += v * v * every / (STEPS - SKIPPED);
    }
  }
  noise.model->release(noise.shared);
  assert_mean(squares, sd * sd, 0.01);
}

static void potentials_spread_as_the_closed_forms(void **state)
{
  (void)state;
  check_potential(5, 0, 1, 4.618802);
  check_potential(0, 0, 1, 0.565683);
  check_potential(0, 1, 10, 1.788110);
}

/* Correlations within a window, over its border and over that of the longest stretches (2^11 steps). */
static void the_process_is_correlated_as_it_says(void **state)
{
  enum { STEPS = 1 << 15, STRETCH = 1 << 11, LAG = 50 };
  (void)state;
  static drawn noise;
  static double past[STEPS][CELLS];
  double everywhere[CELLS] = {0}, at_borders[CELLS] = {0}, mean[CELLS] = {0};
  prepare_noise(&noise, 3, 1, 5, 0, false);
  for (int64_t k = 0; k < STEPS; k++) {
    memcpy(past[k], currents(&noise, k), sizeof past[k]);
    for (size_t i = 0; i < CELLS; i++) mean[i] += past[k][i] / STEPS;
    for (size_t i = 0; k >= LAG && i < CELLS; i++) {
      const double product = (past[k][i] - 3) * (past[k - LAG][i] - 3);
      everywhere[i] += product / (STEPS - LAG);
      if (k % STRETCH == 20) at_borders[i] += product * STRETCH / (STEPS - STRETCH);
    }
  }
  noise.model->release(noise.shared);
  assert_mean(mean, 3, 0.01);
  assert_mean(everywhere, exp(-1), 0.01);
  assert_mean(at_borders, exp(-1), 0.1);
}

/* Whoever asks, whatever was asked before. */
static void values_follow_from_cell_and_step_alone(void **state)
{
  static const double taus[] = {0, 0.3, 20, 1e5};
  (void)state;
  for (int t = 0; t < 4; t++) {
    static drawn all, one;
    prepare_noise(&all, 0, 1, taus[t], t == 0 ? 0.7 : 0, false);
    prepare_noise(&one, 0, 1, taus[t], t == 0 ? 0.7 : 0, false);
    one.index[0] = 77;
    for (int64_t first = 640; first >= 0; first -= 320) {
      all.model->draw(all.shared, first, CELLS, all.index, all.rows);
      one.model->draw(one.shared, first, 1, one.index, one.rows);
      for (int k = 0; k < CURRENT_STEPS; k++) {
        assert_true(all.rows[k][77] == one.rows[k][0] && isfinite(one.rows[k][0]));
        assert_true(all.rows[k][76] != all.rows[k][77]);
        if (t == 0) assert_int_equal(all.rows[k][5] == all.rows[0][5], (first + k) / 7 == first / 7);
      }
    }
    all.model->release(all.shared);
    one.model->release(one.shared);
  }
}

static void shared_noise_is_the_same_for_all(void **state)
{
  (void)state;
  static drawn noise;
  prepare_noise(&noise, 0, 1, 5, 0, true);
  const double *now = currents(&noise, 0);
  for (size_t i = 1; i < CELLS; i++) assert_true(now[i] == now[0]);
  assert_true(noise.rows[1][0] != now[0]);
  noise.model->release(noise.shared);
}

static void refuse(const char *name, input_setup setup, const char *words)
{
  drawn d;
  assert_int_equal(try_prepare(&d, name, setup), LOLIGO_INPUT_ERROR);
  if (!strstr(loligo_error_message(), words)) fail_msg("'%s' is not in '%s'", words, loligo_error_message());
  if (d.shared) d.model->release(d.shared);
}

static void contradictions_are_refused(void **state)
{
  (void)state;
  double times[] = {1, 5}, rates[] = {10, 1e12}, one[] = {1};
  refuse("noise_current", (input_setup){.param = (const double[]){0, 1, 5, 1, 0}}, "not both");
  refuse("noise_current", (input_setup){.param = (const double[]){0, 1, 0, 0.25, 0}}, "multiple of dt");
  refuse("noise_current", (input_setup){.param = (const double[]){0, 1, 0, 0.01, 0}}, "multiple of dt");
  refuse("noise_current", (input_setup){.param = (const double[]){0, 1, 1e12, 0, 0}}, "tau");
  refuse("poisson_sine", (input_setup){.param = (const double[]){10, 11, 1, 0, 1}}, "amplitude");
  refuse("poisson_sine", (input_setup){.param = (const double[]){1e12, 11, 1, 0, 1}}, "rate");
  const double sources[] = {0, 0, 1};
  refuse("poisson_steps", (input_setup){.param = sources, .lists = (const real_list[]){{times, 2}, {rates, 2}}},
         "rate");
  refuse("poisson_steps", (input_setup){.param = sources, .lists = (const real_list[]){{times, 2}, {one, 1}}},
         "rates has 1");
}

/* Spikes of each cell in each of so many phases of `period` steps. */
static void count_phases(const drawn *d, int period, int phases, int steps, double *counts)
{
  static poisson_row rows[POISSON_STEPS];
  memset(counts, 0, (size_t)phases * sizeof *counts);
  for (int k = 0; k < steps; k++) {
    if (k % POISSON_STEPS == 0) d->model->count(d->shared, k, CELLS, d->index, rows);
    for (size_t i = 0; i < CELLS; i++) counts[k % period * phases / period] += rows[k % POISSON_STEPS][i];
  }
}

static void sinusoidal_rates_fill_phases_by_their_integral(void **state)
{
  enum { PERIOD = 500, PHASES = 20, STEPS = 40 * PERIOD };
  (void)state;
  static drawn d;
  double counts[PHASES], chi = 0;
  const double mean = 30, amplitude = 25, phase = 0.4;
  assert_int_equal(
      try_prepare(&d, "poisson_sine", (input_setup){.param = (const double[]){mean, amplitude, 20, phase, 3}}),
      LOLIGO_OK);
  count_phases(&d, PERIOD, PHASES, STEPS, counts);
  for (int b = 0; b < PHASES; b++) {
    const double from = 2 * pi * b / PHASES + phase, to = 2 * pi * (b + 1) / PHASES + phase;
    const double integral = mean / PHASES + amplitude * (cos(from) - cos(to)) / (2 * pi); /* Hz, of a period */
    const double expected = 3 * CELLS * (STEPS * dt * 1e-3) * integral;
    chi += (counts[b] - expected) * (counts[b] - expected) / expected;
  }
  print_message("  chi square %.3g of %d phases\n", chi, PHASES);
  assert_true(chi < PHASES + 4 * sqrt(2.0 * PHASES) && chi > PHASES - 3 * sqrt(2.0 * PHASES));
  d.model->release(d.shared);
}

static void piecewise_rates_hold_from_their_times_on(void **state)
{
  enum { STEPS = 4000, PHASES = 4 };
  (void)state;
  static drawn d;
  double counts[PHASES], times[] = {100, 200, 300}, rates[] = {40, 0, 5};
  const double sources[] = {0, 0, 10};
  const input_setup setup = {.param = sources, .lists = (const real_list[]){{times, 3}, {rates, 3}}};
  assert_int_equal(try_prepare(&d, "poisson_steps", setup), LOLIGO_OK);
  count_phases(&d, STEPS, PHASES, STEPS, counts);
  for (int b = 0; b < PHASES; b++) {
    const double expected = b == 0 ? 0 : CELLS * 0.1 * 10 * rates[b - 1];
    assert_near(counts[b], expected, 4 * sqrt(expected));
  }
  d.model->release(d.shared);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(potentials_spread_as_the_closed_forms),
      cmocka_unit_test(the_process_is_correlated_as_it_says),
      cmocka_unit_test(values_follow_from_cell_and_step_alone),
      cmocka_unit_test(shared_noise_is_the_same_for_all),
      cmocka_unit_test(contradictions_are_refused),
      cmocka_unit_test(sinusoidal_rates_fill_phases_by_their_integral),
      cmocka_unit_test(piecewise_rates_hold_from_their_times_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
