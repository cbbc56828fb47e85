/*
 * Izhikevich's neuron against solutions in continuous time (DOP853, 1e-11) of five of his settings, from V_m = -65 mV
 * and u = b V_m under 10 pA; and its forward Euler against NEST's.
 */
#include "cell.h"

enum { MOST = 80, KINDS = 5 };

typedef struct setting {
  const char *name;
  double a, b, c, d;
  int n_spikes;
  double first[5], last; /* ms, of 500 */
} setting;

static const setting settings[KINDS] = {
    {"RS", 0.02, 0.2, -65, 8, 12, {3.127055, 26.226025, 71.057097, 115.869511, 160.681925}, 474.368820},
    {"IB", 0.02, 0.2, -55, 4, 18, {3.127055, 5.415407, 9.650077, 49.629245, 80.836650}, 486.671151},
    {"CH", 0.02, 0.2, -50, 2, 47, {3.127055, 4.515875, 6.036373, 7.729125, 9.663339}, 488.230528},
    {"FS", 0.1, 0.2, -65, 2, 69, {3.152899, 7.443816, 13.312224, 20.327159, 27.634085}, 497.560262},
    {"LTS", 0.02, 0.25, -65, 2, 41, {2.468165, 5.337104, 8.798272, 13.227560, 19.472717}, 496.828892},
};

static void open_as(cell_block *cells, const setting *s, const char *integrator, double dt)
{
  cell_open(cells, "izhikevich", 1, dt);
  cell_choose(cells, "integrator", integrator);
  cell_set(cells, "a", s->a);
  cell_set(cells, "b", s->b);
  cell_set(cells, "c", s->c);
  cell_set(cells, "d", s->d);
  cell_set(cells, "I_e", 10);
  cell_init(cells, "V_m", -65);
  cell_start(cells);
}

/* Stamps in 500 ms; returns how many there are. */
static int run(const setting *s, const char *integrator, double dt, double *stamps)
{
  cell_block cells;
  open_as(&cells, s, integrator, dt);
  int n = 0;
  for (long k = 1; k <= lround(500 / dt); k++) {
    cell_step(&cells);
    if (cells.spike[0] && n < MOST) stamps[n++] = (double)k * dt;
  }
  return n;
}

/* A stamp is the end of the step that holds a spike; late: by how much the scheme may be, ms. */
static void check_stamp(const setting *s, double stamp, double exact, double dt, double late)
{
  if (!(stamp - exact >= -0.1 * late && stamp - exact <= dt + late))
    fail_msg("%s: spike at %g ms is stamped %g ms at dt %g", s->name, exact, stamp, dt);
}

static void spikes_are_those_of_continuous_time(void **state)
{
  (void)state;
  static const double late_at_last[KINDS] = {0.055, 0.6, 0.6, 0.6, 0.6}; /* ms, at a dt of 0.1 ms */
  for (int i = 0; i < KINDS; i++) {
    const setting *s = &settings[i];
    for (int fine = 0; fine < 2; fine++) {
      double stamps[MOST];
      const double dt = fine ? 0.002 : 0.1, scale = dt * dt / 0.01;
      assert_int_equal(run(s, "moebius", dt, stamps), s->n_spikes);
      for (int j = 0; j < 5; j++) check_stamp(s, stamps[j], s->first[j], dt, 1e-6 + scale * (j == 0 ? 0.003 : 0.05));
      check_stamp(s, stamps[s->n_spikes - 1], s->last, dt, 1e-6 + scale * late_at_last[i]);
    }
  }
}

static void order_is_two_through_spikes(void **state)
{
  (void)state;
  for (int i = 0; i < KINDS; i++) {
    double v[5], u[5];
    for (int l = 0; l < 5; l++) {
      const double dt = 0.025 / (1 << l);
      cell_block cells;
      open_as(&cells, &settings[i], "moebius", dt);
      for (long k = 1; k <= lround(12 / dt); k++) cell_step(&cells);
      v[l] = cell_state(&cells, "V_m")[0];
      u[l] = cell_state(&cells, "u")[0];
    }
    for (int l = 0; l < 3; l++) {
      const double order = log2(fabs((v[l] - v[l + 1]) / (v[l + 1] - v[l + 2])));
      print_message("  %s: change of V_m %.3g, order %.2f\n", settings[i].name, v[l] - v[l + 1], order);
      assert_near(order, 2, 0.1);
      assert_near(log2(fabs((u[l] - u[l + 1]) / (u[l + 1] - u[l + 2]))), 2, 0.1);
    }
  }
}

static void forward_euler_is_that_of_nest(void **state)
{
  (void)state;
  double stamps[MOST];
  assert_int_equal(run(&settings[0], "forward_euler", 0.002, stamps), 12);
  assert_near(stamps[0], 3.132, 1e-9);
  assert_int_equal(run(&settings[3], "forward_euler", 0.002, stamps), 69);
}

static void what_arrives_acts_at_the_end_of_the_step(void **state)
{
  (void)state;
  static const char *const integrators[] = {"moebius", "forward_euler"};
  for (int m = 0; m < 2; m++) {
    cell_block cells;
    cell_open(&cells, "izhikevich", 1, 0.1);
    cell_choose(&cells, "integrator", integrators[m]);
    cell_start(&cells);
    const double *v = cell_state(&cells, "V_m"), *u = cell_state(&cells, "u");
    assert_near(*v, -70, 1e-12);
    cells.input[0][0] = 5;
    cells.input[1][0] = -1;
    cell_step(&cells);
    assert_near(*v, -66, 1e-12);
    cells.input[0][0] = 100;
    const double before = *u;
    cell_step(&cells);
    assert_int_equal(cells.spike[0], 1);
    assert_near(*v, -65, 0);
    assert_near(*u, before + 8, 0.01);
  }
}

static void strong_currents_give_two_spikes_to_a_step_at_most(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "izhikevich", 1, 0.5);
  cell_set(&cells, "d", 0);
  cell_start(&cells);
  cells.current[0] = 1e4;
  for (int k = 0; k < 100; k++) {
    cell_step(&cells);
    assert_in_range(cells.spike[0], 1, 2);
    assert_true(fabs(cell_state(&cells, "V_m")[0]) < 1000);
  }
}

/* Of the number of spikes, and of the time from the fifth to the last, where that is right. */
static double golden_error(const char *integrator, double dt)
{
  double worst = 0;
  for (int i = 0; i < KINDS; i++) {
    double stamps[MOST];
    const setting *s = &settings[i];
    const int n = run(s, integrator, dt, stamps);
    worst = fmax(worst, fabs((double)n / s->n_spikes - 1));
    if (n == s->n_spikes) worst = fmax(worst, fabs((stamps[n - 1] - stamps[4]) / (s->last - s->first[4]) - 1));
  }
  return worst;
}

static void it_is_right_up_to_its_longest_step(void **state)
{
  (void)state;
  const loligo_model *model = loligo_model_find("izhikevich");
  const char *const *integrators = model_integrator(model)->choices;
  for (int i = 0; integrators[i]; i++) {
    const double max_dt = model->max_dt[i];
    const double at = golden_error(integrators[i], max_dt), beyond = golden_error(integrators[i], 2 * max_dt);
    print_message("  %s: error %.3g at %g ms, %.3g at twice that\n", integrators[i], at, max_dt, beyond);
    assert_true(at <= 0.01 && beyond > 0.01);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spikes_are_those_of_continuous_time),
      cmocka_unit_test(order_is_two_through_spikes),
      cmocka_unit_test(forward_euler_is_that_of_nest),
      cmocka_unit_test(what_arrives_acts_at_the_end_of_the_step),
      cmocka_unit_test(strong_currents_give_two_spikes_to_a_step_at_most),
      cmocka_unit_test(it_is_right_up_to_its_longest_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
