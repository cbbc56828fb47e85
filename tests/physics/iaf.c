/*
 * Integrate-and-fire models against closed forms (Rotter & Diesmann 1999, 10.1007/s004220050570) and, where there is
 * none, against RK4 at a fine step.
 */
#include "cell.h"

static const double e_l = -70, tau_m = 10, c_m = 250; /* defaults of iaf_psc_exp and iaf_psc_delta; ms, mV, pF */

static double charging(double current, double t)
{
  return e_l - tau_m / c_m * current * expm1(-t / tau_m);
}

static void constant_current_charges_exactly(void **state)
{
  (void)state;
  static const char *const models[] = {"iaf_psc_exp", "iaf_psc_alpha", "iaf_psc_delta"};
  for (int m = 0; m < 3; m++) {
    cell_block cells;
    cell_open(&cells, models[m], 1, 0.1);
    cell_set(&cells, "V_th", 1e6);
    cell_set(&cells, "I_e", 400);
    cell_start(&cells);
    cells.current[0] = 600;
    for (int k = 1; k <= 2000; k++) {
      cell_step(&cells);
      assert_near(cell_state(&cells, "V_m")[0], charging(1000, k * 0.1), 1e-10);
    }
  }
}

/* PSP at time t after a current of weight w jumps up and decays with tau_s. */
static double exp_psp(double w, double tau_s, double t)
{
  if (tau_s == tau_m) return w / c_m * t * exp(-t / tau_m);
  return w / c_m * tau_s * tau_m / (tau_m - tau_s) * (exp(-t / tau_m) - exp(-t / tau_s));
}

static void one_spike_makes_the_closed_form_psp(void **state)
{
  (void)state;
  static const double tau_s[] = {0.5, 2, 10, 25};
  for (int i = 0; i < 4; i++) {
    cell_block cells;
    cell_open(&cells, "iaf_psc_exp", 1, 0.1);
    cell_set(&cells, "tau_syn_ex", tau_s[i]);
    cell_start(&cells);
    cells.input[0][0] = 87.8;
    cells.input[1][0] = -40;
    for (int k = 0; k < 1000; k++) {
      cell_step(&cells);
      assert_near(cell_state(&cells, "I_syn_ex")[0], 87.8 * exp(-k * 0.1 / tau_s[i]), 1e-10);
      assert_near(cell_state(&cells, "V_m")[0], e_l + exp_psp(87.8, tau_s[i], k * 0.1) + exp_psp(-40, 2, k * 0.1),
                  1e-10);
    }
  }
}

static void propagator_is_smooth_where_time_constants_meet(void **state)
{
  (void)state;
  double equal = 0;
  for (int i = 0; i < 14; i++) {
    cell_block cells;
    cell_open(&cells, "iaf_psc_exp", 1, 0.1);
    cell_set(&cells, "tau_syn_ex", i == 0 ? 10 : 10 * (1 + pow(10, -i - 2)));
    cell_start(&cells);
    cells.input[0][0] = 1000;
    for (int k = 0; k <= 100; k++) cell_step(&cells);
    if (i == 0) equal = cell_state(&cells, "V_m")[0];
    assert_near(cell_state(&cells, "V_m")[0], equal, i == 0 ? 0 : 50 * pow(10, -i - 2) + 1e-12);
  }
}

static void spikes_come_at_the_closed_form_period(void **state)
{
  (void)state;
  const double current = 500, dt = 0.1;
  const long to_threshold = (long)ceil(-tau_m * log1p(-15 / (tau_m / c_m * current)) / dt);
  static const char *const models[] = {"iaf_psc_exp", "iaf_psc_alpha", "iaf_psc_delta"};
  for (int m = 0; m < 3; m++) {
    cell_block cells;
    cell_open(&cells, models[m], 1, dt);
    cell_start(&cells);
    cells.current[0] = current;
    long last = -20, spikes = 0; /* t_ref is 20 steps */
    for (long k = 1; k <= 2000; k++) {
      cell_step(&cells);
      assert_true(k - last > 20 || cell_state(&cells, "V_m")[0] == e_l);
      if (!cells.spike[0]) continue;
      assert_int_equal(k - last, to_threshold + 20);
      assert_near(cell_state(&cells, "refractory")[0], 20, 0);
      last = k;
      spikes++;
    }
    assert_int_equal(spikes, 2020 / (to_threshold + 20));
  }
}

static void delta_jumps_and_ignores_input_while_refractory(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "iaf_psc_delta", 1, 0.1);
  cell_start(&cells);
  cells.input[0][0] = 5;
  cells.input[1][0] = -1;
  for (int k = 0; k < 50; k++) {
    cell_step(&cells);
    assert_near(cell_state(&cells, "V_m")[0], e_l + 4 * exp(-k * 0.1 / tau_m), 1e-10);
  }
  cells.input[0][0] = 20;
  cell_step(&cells);
  assert_int_equal(cells.spike[0], 1);
  for (int k = 0; k < 20; k++) {
    cells.input[0][0] = 20;
    cell_step(&cells);
    assert_int_equal(cells.spike[0], 0);
    assert_near(cell_state(&cells, "V_m")[0], e_l, 0);
  }
  cells.input[0][0] = 20;
  cell_step(&cells);
  assert_int_equal(cells.spike[0], 1);
}

/* One step of RK4 for V under decaying conductances (g at its start), defaults of iaf_cond_exp. */
static double rk4_conductance(double v, double g_ex, double g_in, double current, double h)
{
  double k[4], shift[4] = {0, 0.5, 0.5, 1};
  for (int s = 0; s < 4; s++) {
    const double x = v + (s > 0 ? shift[s] * h * k[s - 1] : 0), t = shift[s] * h;
    const double ex = g_ex * exp(-t / 0.2), in = g_in * exp(-t / 2);
    k[s] = (16.6667 * (-70 - x) + ex * (0 - x) + in * (-85 - x) + current) / 250;
  }
  return v + h / 6 * (k[0] + 2 * k[1] + 2 * k[2] + k[3]);
}

/* Over 40 ms with events every 2 ms: the largest error of V_m against RK4 at dt/100, mV. */
static double conductance_error(double dt)
{
  cell_block cells;
  cell_open(&cells, "iaf_cond_exp", 1, dt);
  cell_set(&cells, "V_th", 1e6);
  cell_start(&cells);
  cells.current[0] = 100;
  const long every = lround(2 / dt), fine = 100;
  double v = -70, g_ex = 0, g_in = 0, largest = 0;
  for (long k = 1; k <= 20 * every; k++) {
    const double h = dt / (double)fine;
    for (long f = 0; f < fine; f++) {
      v = rk4_conductance(v, g_ex, g_in, 100, h);
      g_ex *= exp(-h / 0.2);
      g_in *= exp(-h / 2);
    }
    if (k % every == 0) {
      g_ex += cells.input[0][0] = 50;
      g_in += cells.input[1][0] = 20;
    }
    cell_step(&cells);
    assert_near(cell_state(&cells, "g_ex")[0], g_ex, 1e-9);
    largest = fmax(largest, fabs(cell_state(&cells, "V_m")[0] - v));
  }
  return largest;
}

static void conductances_are_integrated_to_second_order(void **state)
{
  (void)state;
  double coarse = conductance_error(0.1);
  assert_true(coarse < 0.02);
  for (int l = 1; l < 5; l++) {
    const double error = conductance_error(0.1 / (1 << l));
    print_message("  iaf_cond_exp: error %.3g -> %.3g, order %.3f\n", coarse, error, log2(coarse / error));
    assert_true(log2(coarse / error) > 1.9);
    coarse = error;
  }
}

/* NEST's own test of iaf_psc_alpha: 1000 pA from the third step on. */
static void potentials_are_those_of_nest(void **state)
{
  (void)state;
  static const char *const models[] = {"iaf_psc_exp", "iaf_psc_alpha"};
  for (int m = 0; m < 2; m++) {
    cell_block cells;
    double v[80];
    cell_open(&cells, models[m], 1, 0.1);
    cell_start(&cells);
    for (int k = 1; k < 80; k++) {
      cells.current[0] = k < 3 ? 0 : 1000;
      cell_step(&cells);
      v[k] = cell_state(&cells, "V_m")[0];
      assert_int_equal(cells.spike[0], k == 50);
    }
    assert_near(v[2], -70, 0);
    assert_near(v[3], -69.602, 5e-5);
    assert_near(v[4], -69.2079, 5e-5);
    assert_near(v[5], -68.8178, 5e-5);
    assert_near(v[49], -55.0001, 5e-5);
    assert_near(v[70], -70, 0);
    assert_near(v[71], -69.602, 5e-5);
  }
}

/* NEST's test of mat2_psc_exp: 2400 pA from the third step on. */
static void threshold_of_mat2_jumps_and_decays(void **state)
{
  (void)state;
  static const long spikes[] = {11, 32, 54};
  cell_block cells;
  cell_open(&cells, "mat2_psc_exp", 1, 0.1);
  cell_start(&cells);
  const double *v = cell_state(&cells, "V_m"), *fast = cell_state(&cells, "theta_1"),
               *slow = cell_state(&cells, "theta_2");
  for (long k = 1, next = 0; k <= 80; k++) {
    cells.current[0] = k < 3 ? 0 : 2400;
    cell_step(&cells);
    assert_int_equal(cells.spike[0], next < 3 && k == spikes[next]);
    next += cells.spike[0];
    if (k == 11) assert_near(*v, -50.2324, 5e-5);
    if (k == 11) assert_near(-51 + *fast + *slow, -12, 5e-5);
    if (k == 21) assert_near(*v, -32.0634, 5e-5);
    if (k == 21) assert_near(-51 + *fast + *slow, -15.531, 5e-4);
    assert_near(*v, k < 3 ? -70 : -70 - 120 * expm1(-0.1 * (double)(k - 2) / 5), 1e-10);
  }
}

/* NEURON's IntFire1, event by event. */
typedef struct event_cell {
  double m, at; /* 1, ms */
  double free;  /* ms: the end of its refractoriness */
} event_cell;

static bool take_event(event_cell *cell, double t, double weight)
{
  if (t < cell->free - 1e-9) return false;
  if (cell->free > cell->at) *cell = (event_cell){0, cell->free, cell->free};
  cell->m = cell->m * exp(-(t - cell->at) / 10) + weight;
  cell->at = t;
  if (!(cell->m > 1)) return false;
  *cell = (event_cell){0, t, t + 5};
  return true;
}

static void intfire1_is_that_of_events(void **state)
{
  (void)state;
  cell_block cells;
  event_cell events = {0, 0, 0};
  uint64_t drawn = 1;
  int spikes = 0;
  cell_open(&cells, "intfire1", 1, 0.1);
  cell_start(&cells);
  for (long k = 1; k <= 20000; k++) {
    drawn = drawn * 6364136223846793005u + 1442695040888963407u;
    const double weight = (double)(drawn >> 40) / (1 << 24) - 0.25;
    const bool comes = (drawn >> 33) % 16 == 0;
    if (comes) cells.input[weight < 0][0] = weight;
    const bool fires = comes && take_event(&events, (double)k * 0.1, weight);
    cell_step(&cells);
    assert_int_equal(cells.spike[0], fires);
    spikes += fires;
  }
  assert_true(spikes > 100);
}

static void parrot_emits_what_it_receives(void **state)
{
  (void)state;
  static const double weights[] = {0, 1, 2, 7, 0.49, 0.5, 1.4, -1, 1e6};
  static const int64_t emitted[] = {0, 1, 2, 7, 0, 1, 1, 0, 1000000};
  cell_block cells;
  cell_open(&cells, "parrot", 9, 0.1);
  cell_start(&cells);
  memcpy(cells.input[0], weights, sizeof weights);
  cell_step(&cells);
  assert_memory_equal(cells.spike, emitted, sizeof emitted);
  cell_step(&cells);
  for (int i = 0; i < 9; i++) assert_int_equal(cells.spike[i], 0);
}

static void contradictions_are_refused(void **state)
{
  (void)state;
  static const char *const models[] = {"iaf_psc_exp", "iaf_psc_alpha", "iaf_psc_delta", "iaf_cond_exp",
                                       "iaf_cond_alpha"};
  for (int m = 0; m < 5; m++) {
    cell_block cells;
    cell_open(&cells, models[m], 1, 0.1);
    cell_set(&cells, "V_reset", -55);
    cell_refuse(&cells, "V_reset");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(constant_current_charges_exactly),
      cmocka_unit_test(one_spike_makes_the_closed_form_psp),
      cmocka_unit_test(propagator_is_smooth_where_time_constants_meet),
      cmocka_unit_test(spikes_come_at_the_closed_form_period),
      cmocka_unit_test(delta_jumps_and_ignores_input_while_refractory),
      cmocka_unit_test(conductances_are_integrated_to_second_order),
      cmocka_unit_test(potentials_are_those_of_nest),
      cmocka_unit_test(threshold_of_mat2_jumps_and_decays),
      cmocka_unit_test(intfire1_is_that_of_events),
      cmocka_unit_test(parrot_emits_what_it_receives),
      cmocka_unit_test(contradictions_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
