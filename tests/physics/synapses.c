/*
 * Synapses that rise before they decay: potentials after one event against closed forms and DOP853 at 1e-11, the
 * courses themselves, and how long a step may be.
 */
#include "cell.h"

enum { TIMES = 8, MOST_FRAMES = 512 };

static const double times[TIMES] = {0.5, 1, 2, 3, 5, 10, 20, 50}; /* ms after the event */

/* Potentials (mV) at these times after one event at the first receptor. */
static void potentials(const char *model, double tau, double weight, double dt, double *v)
{
  cell_block cells;
  cell_open(&cells, model, 1, dt);
  cell_set(&cells, "tau_syn_ex", tau);
  cell_start(&cells);
  cells.input[0][0] = weight;
  cell_step(&cells);
  for (long k = 1, t = 0; t < TIMES; k++) {
    cell_step(&cells);
    if (k == lround(times[t] / dt)) v[t++] = cell_state(&cells, "V_m")[0];
  }
}

static void alpha_currents_make_the_closed_form_psp(void **state)
{
  (void)state;
  static const double exact[TIMES] = {0.0566370492, 0.1892416652, 0.5319261606, 0.8492315701,
                                      1.2241634878, 1.1355272569, 0.4584609412, 0.0228945476};
  for (int l = 0; l < 3; l++) {
    double v[TIMES];
    potentials("iaf_psc_alpha", 2, 100, 0.1 / (1 << l), v);
    for (int t = 0; t < TIMES; t++) assert_near(v[t] + 70, exact[t], 6e-11);
  }
}

static void propagators_are_smooth_where_time_constants_meet(void **state)
{
  (void)state;
  double equal = 0;
  for (int i = 0; i < 14; i++) {
    double v[TIMES];
    potentials("iaf_psc_alpha", i == 0 ? 10 : 10 * (1 + pow(10, -i - 2)), 100, 0.1, v);
    if (i == 0) equal = v[5];
    assert_near(v[5], equal, i == 0 ? 0 : 5 * pow(10, -i - 2) + 1e-12);
    if (i == 0) assert_near(v[5], -68, 1e-10);
  }
}

typedef struct psp {
  double tau, exact[TIMES];
} psp;

static void alpha_conductances_are_of_second_order(void **state)
{
  (void)state;
  static const psp psps[] = {
      {0.2, {-68.9407512, -68.6140874, -68.6469098, -68.7334743, -68.8915643, -69.2057717, -69.5922301, -69.9448146}},
      {2, {-69.6023955, -68.6723887, -66.2861275, -64.0881289, -61.3954198, -61.1867227, -65.1506786, -69.3425860}}};
  for (int i = 0; i < 2; i++) {
    double coarse = 0;
    for (int l = 0; l < 4; l++) {
      double v[TIMES], error = 0;
      potentials("iaf_cond_alpha", psps[i].tau, 10, 0.1 / (1 << l), v);
      for (int t = 0; t < TIMES; t++) error = fmax(error, fabs(v[t] - psps[i].exact[t]));
      print_message("  tau %g, dt %g: error %.3g mV\n", psps[i].tau, 0.1 / (1 << l), error);
      assert_true(l == 0 ? error < 2e-3 : log2(coarse / error) > 1.9);
      coarse = error;
    }
  }
}

static double beta(double t, double rise, double decay)
{
  const double peak = rise * decay / (decay - rise) * log(decay / rise);
  return (exp(-t / decay) - exp(-t / rise)) / (exp(-peak / decay) - exp(-peak / rise));
}

static double alpha(double t, double tau)
{
  return t / tau * exp(1 - t / tau);
}

/* Of a variable, after an event of weight 3 at the first receptor. */
static void check_course(cell_block *cells, const char *variable, double rise, double decay)
{
  cell_start(cells);
  cells->input[0][0] = 3;
  cell_step(cells);
  for (int k = 1; k <= 300; k++) {
    const double t = k * cells->dt;
    cell_step(cells);
    assert_near(cell_state(cells, variable)[0], 3 * (rise == decay ? alpha(t, decay) : beta(t, rise, decay)), 1e-11);
  }
}

static void courses_peak_at_their_weight(void **state)
{
  (void)state;
  static const char *const betas[] = {"hh_cond_beta", "hh_cond_beta_traub"};
  static const char *const alphas[][2] = {{"hh_psc_alpha", "I_syn_ex"},
                                          {"iaf_psc_alpha", "I_syn_ex"},
                                          {"iaf_cond_alpha", "g_ex"},
                                          {"aeif_psc_alpha", "I_syn_ex"},
                                          {"aeif_cond_alpha", "g_ex"}};
  static const double taus[][2] = {{0.5, 5}, {5, 0.5}, {2, 2}, {0.05, 3}};
  cell_block cells;
  for (int m = 0; m < 2; m++) {
    for (int i = 0; i < 4; i++) {
      cell_open(&cells, betas[m], 1, 0.05);
      cell_set(&cells, "tau_rise_ex", taus[i][0]);
      cell_set(&cells, "tau_decay_ex", taus[i][1]);
      check_course(&cells, "g_ex", taus[i][0], taus[i][1]);
    }
  }
  for (int m = 0; m < 5; m++) {
    cell_open(&cells, alphas[m][0], 1, 0.1);
    cell_set(&cells, "tau_syn_ex", 2);
    check_course(&cells, alphas[m][1], 2, 2);
  }
}

/* V_m (mV) of Hodgkin-Huxley neurons at 30 ms, after an event at each synapse. */
static double after_events(const char *model, const char *integrator, double dt)
{
  cell_block cells;
  cell_open(&cells, model, 1, dt);
  cell_choose(&cells, "integrator", integrator);
  cell_start(&cells);
  const bool cond = strstr(model, "cond");
  for (long k = 1; k <= lround(30 / dt); k++) {
    if (k == lround(5 / dt)) cell_input(&cells, "exc")[0] = cond ? 2 : 300;
    if (k == lround(12 / dt)) cell_input(&cells, "inh")[0] = cond ? 5 : -150;
    cell_step(&cells);
  }
  return cell_state(&cells, "V_m")[0];
}

static void hodgkin_huxley_neurons_keep_their_order_under_rising_synapses(void **state)
{
  (void)state;
  static const char *const models[] = {"hh_psc_alpha", "hh_cond_beta", "hh_cond_beta_traub"};
  for (int m = 0; m < 3; m++) {
    const double exact = after_events(models[m], "rk4", 0.003125);
    const double rk4[] = {after_events(models[m], "rk4", 0.025), after_events(models[m], "rk4", 0.0125)};
    print_message("  %s: rk4 %.3g -> %.3g\n", models[m], rk4[0] - exact, rk4[1] - exact);
    assert_true(log2(fabs((rk4[0] - exact) / (rk4[1] - exact))) > 3.7);
    double coarse = after_events(models[m], "staggered_crank_nicolson", 0.0125) - exact;
    for (int l = 1; l < 3; l++) {
      const double error = after_events(models[m], "staggered_crank_nicolson", 0.0125 / (1 << l)) - exact;
      print_message("  %s: staggered %.3g -> %.3g\n", models[m], coarse, error);
      assert_near(log2(fabs(coarse / error)), 2, 0.1);
      coarse = error;
    }
  }
}

/* V_m (mV) at every `per` steps over 40 ms of events every 2 ms; returns how many. */
static size_t course_of_events(const loligo_model *model, double dt, long per, double *v)
{
  cell_block cells;
  const bool cond = model->receptors[0].kind == LOLIGO_RECEPTOR_CONDUCTANCE;
  cell_open(&cells, model->name, 1, dt);
  if (model_param_index(model, "V_peak") < 0) cell_set(&cells, "V_th", 1e6);
  cell_start(&cells);
  cells.current[0] = 100;
  const long every = lround(2 / dt);
  size_t n = 0;
  for (long k = 1; k <= 20 * every; k++) {
    if (k % every == 0) cells.input[0][0] = cond ? 50 : 3000;
    if (k % every == 0) cells.input[1][0] = cond ? 20 : -300;
    cell_step(&cells);
    assert_int_equal(cells.spike[0], 0);
    assert_in_range(n, 0, MOST_FRAMES - 1);
    if (k % per == 0) v[n++] = cell_state(&cells, "V_m")[0];
  }
  cell_close(&cells);
  return n;
}

/* The largest error of V_m against steps 64 times as short, over how far it goes. */
static double error_of_events(const loligo_model *model, double dt)
{
  double coarse[MOST_FRAMES], fine[MOST_FRAMES], error = 0, low = INFINITY, high = -INFINITY;
  const size_t n = course_of_events(model, dt, 1, coarse);
  assert_int_equal(course_of_events(model, dt / 64, 64, fine), n);
  for (size_t i = 0; i < n; i++) {
    error = fmax(error, fabs(coarse[i] - fine[i]));
    low = fmin(low, fine[i]);
    high = fmax(high, fine[i]);
  }
  return error / (high - low);
}

static void potentials_are_right_up_to_the_longest_step(void **state)
{
  (void)state;
  for (size_t m = 0; loligo_model_at(m); m++) {
    const loligo_model *model = loligo_model_at(m);
    const bool has_threshold = model_param_index(model, "V_th") >= 0; /* others: escape.c */
    if (!model->max_dt || model_integrator(model) || !has_threshold) continue;
    const double at = error_of_events(model, *model->max_dt), beyond = error_of_events(model, 2 * *model->max_dt);
    print_message("  %s: error %.3g at %g ms, %.3g at twice that\n", model->name, at, *model->max_dt, beyond);
    assert_true(at <= 0.01 && beyond > 0.01);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(alpha_currents_make_the_closed_form_psp),
      cmocka_unit_test(propagators_are_smooth_where_time_constants_meet),
      cmocka_unit_test(alpha_conductances_are_of_second_order),
      cmocka_unit_test(courses_peak_at_their_weight),
      cmocka_unit_test(hodgkin_huxley_neurons_keep_their_order_under_rising_synapses),
      cmocka_unit_test(potentials_are_right_up_to_the_longest_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
