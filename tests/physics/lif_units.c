/*
 * Cells of four units (s_lif2hh, lif4) against maps written out here, and the chain of two cells of He et al. 2024
 * (10.1038/s43588-024-00674-9, figure 3), Hodgkin-Huxley beside s-LIF2HH, at the published input.
 */
#include "cell.h"

enum { UNITS = 4, CELLS = 7, PERIODS = 300 };

/* Currents and arrivals that differ by cell and period, in [0, 1). */
static double varied(size_t cell, size_t period, size_t what)
{
  return (double)((cell * 7919 + period * 31337 + what * 104729) % 1000) / 1000;
}

/* One cell as the equations read. */
typedef struct reference {
  double u[UNITS];
  bool exceeds[UNITS];
  int spikes;
} reference;

static void reference_s_lif2hh(reference *cell, double mean, const double *arrived, double all)
{
  double sum = 0;
  for (int k = 0; k < 3; k++) sum += cell->u[k] = 0.9 * cell->u[k] + (mean + arrived[k] + all);
  cell->u[3] = 0.9 * cell->u[3] + (sum + arrived[3]);
  cell->spikes = 1;
  for (int k = 0; k < UNITS; k++) {
    cell->exceeds[k] = cell->u[k] > 70;
    if (!cell->exceeds[k]) cell->spikes = 0;
  }
  if (cell->spikes) memset(cell->u, 0, sizeof cell->u);
}

static void reference_lif4(reference *cell, double mean, const double *arrived, double all)
{
  (void)all;
  cell->spikes = 0;
  for (int k = 0; k < UNITS; k++) {
    cell->u[k] = 0.9 * cell->u[k] + (mean + arrived[k]);
    cell->exceeds[k] = cell->u[k] > 60 + 5 * k;
    if (!cell->exceeds[k]) continue;
    cell->u[k] = 0;
    cell->spikes++;
  }
}

/* A step of the model and, where it ends a period of the same input, of the reference. Arrivals come in the middle of
 * the period and at its end. */
static void step_through(cell_block *cells, size_t per_period, double *arrived, double *all)
{
  const size_t step = (size_t)cells->block.step, phase = step % per_period;
  for (size_t i = 0; i < cells->block.n; i++) {
    cells->current[i] = 1600 * varied(i, step, 0);
    for (size_t k = 0; k < UNITS; k++) {
      const double weight = 12 * varied(i, step, k + 1) - 4;
      if (phase != per_period / 2 && phase + 1 != per_period) continue;
      cells->input[k][i] = weight;
      arrived[i * UNITS + k] += weight;
    }
    if (!all || phase + 1 != per_period) continue;
    cell_input(cells, "all")[i] = 2 * varied(i, step, 9);
    all[i] += cells->input[UNITS][i];
  }
  cell_step(cells);
}

static void assert_quiet(const cell_block *cells)
{
  for (size_t i = 0; i < cells->block.n; i++) {
    assert_int_equal(cells->spike[i], 0);
    for (size_t k = 0; k < UNITS; k++) assert_int_equal(cells->signal[k][i], 0);
  }
}

static void assert_as_reference(const cell_block *cells, size_t i, const reference *cell)
{
  assert_int_equal(cells->spike[i], cell->spikes);
  for (size_t k = 0; k < UNITS; k++) {
    assert_int_equal(cells->signal[k][i], cell->exceeds[k]);
    assert_near(cells->state[k][i], cell->u[k], 1e-9);
    assert_near(cells->state[UNITS + k][i], 0, 0);
  }
}

typedef void map(reference *cell, double mean, const double *arrived, double all);

/* Spikes, and signals of unit 1, of a model that follows its map for PERIODS periods of per_period steps. */
static void follow(cell_block *cells, map *map, size_t per_period, bool has_all, int *spikes, int *signals)
{
  reference reference[CELLS] = {0};
  for (size_t p = 0; p < PERIODS; p++) {
    double mean[CELLS] = {0}, arrived[CELLS * UNITS] = {0}, all[CELLS] = {0};
    for (size_t k = 0; k < per_period; k++) {
      step_through(cells, per_period, arrived, has_all ? all : NULL);
      for (size_t i = 0; i < CELLS; i++) mean[i] += cells->current[i] / (double)per_period / 100;
      if (k + 1 < per_period) assert_quiet(cells);
    }
    for (size_t i = 0; i < CELLS; i++) {
      map(&reference[i], mean[i], &arrived[i * UNITS], all[i]);
      assert_as_reference(cells, i, &reference[i]);
      *spikes += reference[i].spikes;
      *signals += reference[i].exceeds[0];
    }
  }
}

static void s_lif2hh_follows_its_map(void **state)
{
  (void)state;
  static const size_t per_period[] = {1, 4, 10};
  for (int d = 0; d < 3; d++) {
    cell_block cells;
    int spikes = 0, signals = 0;
    cell_open(&cells, "s_lif2hh", CELLS, 1.0 / (double)per_period[d]);
    cell_start(&cells);
    follow(&cells, reference_s_lif2hh, per_period[d], true, &spikes, &signals);
    assert_in_range(spikes, 50, 1000);
    assert_true(signals > spikes + 50);
  }
}

static void lif4_follows_its_map(void **state)
{
  (void)state;
  static const size_t per_period[] = {1, 8};
  for (int d = 0; d < 2; d++) {
    cell_block cells;
    int spikes = 0, signals = 0;
    cell_open(&cells, "lif4", CELLS, 1.0 / (double)per_period[d]);
    cell_set(&cells, "threshold1", 60);
    cell_set(&cells, "threshold2", 65);
    cell_set(&cells, "threshold4", 75);
    cell_start(&cells);
    follow(&cells, reference_lif4, per_period[d], false, &spikes, &signals);
    assert_in_range(spikes, 500, 5000);
    assert_in_range(signals, 100, spikes);
  }
}

/* I_e is the scale, an input of 1 per period: u1 is (1 - 0.8^k) / 0.2 after k periods, whatever their length. */
static void parameters_have_their_meaning(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "s_lif2hh", 2, 0.5);
  cells.block.uniform = false;
  cell_set(&cells, "I_e", 150);
  cell_set(&cells, "scale", 150);
  cell_set(&cells, "decay", 0.8);
  cells.param[0][cell_param_index(&cells, "period")] = 1.5;
  cell_start(&cells);
  for (int k = 0; k < 6; k++) cell_step(&cells);
  assert_near(cell_state(&cells, "u1")[0], 1.8, 1e-14);
  assert_near(cell_state(&cells, "u1")[1], 2.44, 1e-14);
  assert_near(cell_state(&cells, "u4")[0], 0.8 * 3 + 3 * 1.8, 1e-13);
  cell_step(&cells);
  assert_near(cell_state(&cells, "input3")[0], 1.0 / 3, 1e-15);
  assert_near(cell_state(&cells, "input4")[0], 0, 0);
}

static void unit_above_threshold_tells_though_the_cell_does_not_fire(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "s_lif2hh", 1, 1);
  cell_start(&cells);
  cell_input(&cells, "u2")[0] = 70.5;
  cell_step(&cells);
  assert_int_equal(cells.spike[0], 0);
  assert_int_equal(cells.signal[0][0], 0);
  assert_int_equal(cells.signal[1][0], 1);
  assert_int_equal(cells.signal[3][0], 1);
  assert_near(cell_state(&cells, "u2")[0], 70.5, 0);
  cell_step(&cells);
  assert_int_equal(cells.signal[1][0], 0);
  cell_input(&cells, "all")[0] = 70.5;
  cell_step(&cells);
  assert_int_equal(cells.spike[0], 1);
  for (int k = 0; k < UNITS; k++) {
    assert_int_equal(cells.signal[k][0], 1);
    assert_near(cells.state[k][0], 0, 0);
  }
}

static void threshold_must_be_exceeded(void **state)
{
  (void)state;
  static const char *const models[] = {"lif4", "s_lif2hh"};
  for (int m = 0; m < 2; m++) {
    cell_block cells;
    cell_open(&cells, models[m], 1, 1);
    cell_start(&cells);
    cell_input(&cells, "u1")[0] = 70;
    cell_input(&cells, "u3")[0] = nextafter(70, 71);
    cell_step(&cells);
    assert_int_equal(cells.signal[0][0], 0);
    assert_int_equal(cells.signal[2][0], 1);
  }
}

static void period_is_a_multiple_of_the_step(void **state)
{
  (void)state;
  static const double wrong[] = {0.3, 2, 0.99999};
  static const double right[] = {1, 0.1, 0.001, 1.0 / 3};
  cell_block cells;
  double derived[CELL_DERIVED];
  cell_open(&cells, "s_lif2hh", 1, 1);
  for (int i = 0; i < 4; i++) assert_int_equal(cells.model->derive(cells.param[0], right[i], derived), LOLIGO_OK);
  for (int i = 0; i < 3; i++) {
    loligo_error_clear();
    assert_int_equal(cells.model->derive(cells.param[0], wrong[i], derived), LOLIGO_INPUT_ERROR);
    assert_non_null(strstr(loligo_error_message(), "period"));
  }
}

/* The input of figure 3 in units of the map (100 pA); its mean from t - 1 ms to t. */
typedef struct published_input {
  double (*at)(double t);
  double (*mean)(double t);
} published_input;

static double constant(double t)
{
  (void)t;
  return 9;
}

static double sine(double t)
{
  return 11.5 - 19 * sin(1.2 * t);
}

static double sine_mean(double t)
{
  return 11.5 + 19 * (cos(1.2 * t) - cos(1.2 * (t - 1))) / 1.2;
}

enum { DURATION = 80, MOST_SPIKES = 20 };

/* Times at which a second cell starts to fire, without the step that its synapse takes. */
typedef struct onsets {
  size_t n;
  double times[MOST_SPIKES]; /* ms */
} onsets;

static void onsets_add(onsets *onsets, double time)
{
  assert_true(onsets->n < MOST_SPIKES);
  onsets->times[onsets->n++] = time;
}

/* While V of the first cell is above +5 mV, 10 000 pA flow into the second. */
static onsets hodgkin_huxley_chain(published_input input)
{
  const double dt = 0.001;
  cell_block cells;
  cell_open(&cells, "hh_psc_exp", 2, dt);
  cell_choose(&cells, "integrator", "forward_euler");
  cell_set(&cells, "V_level", 5);
  cell_init(&cells, "V_m", -65);
  cell_init(&cells, "m", 0.0489);
  cell_init(&cells, "n", 0.6446);
  cell_init(&cells, "h", 0.1341);
  cell_start(&cells);
  onsets found = {0};
  int64_t sent = 0;
  for (int k = 1; k <= lround(DURATION / dt); k++) {
    cells.current[0] = 100 * input.at(k * dt);
    cell_input(&cells, "level")[1] += 10000 * (double)sent;
    cell_step(&cells);
    sent = cells.signal[0][0];
    if (cells.signal[0][1] > 0) onsets_add(&found, (k - 1) * dt);
  }
  return found;
}

/* Times are those at which the step of the map starts, as the published code has them. */
static onsets s_lif2hh_chain(published_input input)
{
  static const char *const receptors[UNITS] = {"u1", "u2", "u3", "all"};
  cell_block cells;
  cell_open(&cells, "s_lif2hh", 2, 1);
  cell_start(&cells);
  onsets found = {0};
  int64_t fired = 0;
  for (int k = 1; k <= DURATION + 1; k++) {
    cells.current[0] = 100 * input.mean(k);
    for (int u = 0; u < UNITS; u++)
      cell_input(&cells, receptors[u])[1] = (u < 3 ? 1e5 : 1) * (double)cells.signal[u][0];
    cell_step(&cells);
    if (cells.spike[1] > fired) onsets_add(&found, k - 2);
    fired = cells.spike[1];
  }
  return found;
}

static void compare_chains(published_input input, size_t n, double longer, double apart)
{
  const onsets hh = hodgkin_huxley_chain(input), lif = s_lif2hh_chain(input);
  assert_int_equal(hh.n, n);
  assert_int_equal(lif.n, n);
  const double intervals = (double)(n - 1);
  const double hh_interval = (hh.times[n - 1] - hh.times[0]) / intervals;
  const double lif_interval = (lif.times[n - 1] - lif.times[0]) / intervals;
  double distance = 0;
  for (size_t i = 0; i < n; i++) distance += fabs(lif.times[i] - hh.times[i]) / (double)n;
  assert_near(lif_interval - hh_interval, longer, 1e-3);
  assert_near(distance / hh_interval, apart, 1e-3);
}

static void chains_agree_as_published(void **state)
{
  (void)state;
  compare_chains((published_input){constant, constant}, 5, -0.232, 0.0401);
  compare_chains((published_input){sine, sine_mean}, 8, -0.481, 0.1730);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(s_lif2hh_follows_its_map),
      cmocka_unit_test(lif4_follows_its_map),
      cmocka_unit_test(parameters_have_their_meaning),
      cmocka_unit_test(unit_above_threshold_tells_though_the_cell_does_not_fire),
      cmocka_unit_test(threshold_must_be_exceeded),
      cmocka_unit_test(period_is_a_multiple_of_the_step),
      cmocka_unit_test(chains_agree_as_published),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
