/*
 * Adaptive exponential integrate-and-fire neurons against solutions in continuous time: DOP853 at 1e-12, with V_m as
 * the independent variable in the upstroke.
 */
#include "cell.h"

enum { MOST = 16 };

static const char *const models[] = {"aeif_cond_exp", "aeif_psc_exp", "aeif_cond_alpha", "aeif_psc_alpha", NULL};

typedef struct setting {
  double current, w, end; /* pA, pA, ms */
  bool bursts;            /* parameters of NEST's test of its integrator, test_aeif_lsodar */
  int n_spikes;
  double spike[MOST]; /* ms */
} setting;

static const setting settings[] = {
    {1000,
     0,
     400,
     false,
     15,
     {11.7915728, 21.4151362, 32.9392165, 47.0573193, 64.7050168, 86.8893989, 114.0379924, 145.2694379, 178.90049,
      213.6128234, 248.7452686, 284.0307091, 319.3705018, 354.7294307, 390.0950756}},
    {700, 0, 400, false, 5, {24.6112585, 57.1635174, 139.5065458, 268.7933043, 399.9717996}},
    {420,
     5,
     200,
     true,
     15,
     {18.7160483, 30.5619003, 42.4970861, 54.5201169, 66.6294545, 78.8235151, 91.1006734, 103.4592662, 115.8975969,
      128.4139393, 141.0065419, 153.6736323, 166.4134206, 179.224104, 192.1038707}},
};

static void open_as(cell_block *cells, const char *model, const setting *s, double dt)
{
  static const struct {
    const char *name;
    double value;
  } bursting[] = {{"C_m", 200}, {"g_L", 11},    {"E_L", -70}, {"V_th", -50},
                  {"a", 3},     {"tau_w", 300}, {"b", 0},     {"V_reset", -58}};
  cell_open(cells, model, 1, dt);
  for (size_t i = 0; s->bursts && i < sizeof bursting / sizeof bursting[0]; i++)
    cell_set(cells, bursting[i].name, bursting[i].value);
  cell_set(cells, "I_e", s->current);
  cell_init(cells, "w", s->w);
  cell_start(cells);
}

/* Stamps in ms; returns how many there are. */
static int run(const char *model, const setting *s, double dt, double *stamps)
{
  cell_block cells;
  open_as(&cells, model, s, dt);
  int n = 0;
  for (long k = 1; k <= lround(s->end / dt); k++) {
    cell_step(&cells);
    if (cells.spike[0] && n < MOST) stamps[n++] = (double)k * dt;
  }
  return n;
}

/* A stamp is the end of the step that holds a spike; late: how much later than it is one may be found, ms. */
static void check_spikes(const char *model, const setting *s, double dt, double early, double late)
{
  double stamps[MOST];
  assert_int_equal(run(model, s, dt, stamps), s->n_spikes);
  for (int i = 0; i < s->n_spikes; i++) {
    const double after = stamps[i] - s->spike[i];
    if (!(after >= -early && after <= dt + late))
      fail_msg("%s, dt %g: spike %d at %g ms is stamped %g ms", model, dt, i, s->spike[i], stamps[i]);
  }
}

static void spikes_are_those_of_continuous_time(void **state)
{
  (void)state;
  for (int i = 0; i < 3; i++) {
    check_spikes("aeif_cond_exp", &settings[i], 0.002, 2e-4, 5e-5);
    for (int m = 0; models[m]; m++) check_spikes(models[m], &settings[i], 0.1, 7e-3, 3e-3);
  }
}

/* V_m and w of rest under 600 pA at 30 ms, after an event at each synapse; exact values of the four models. */
static double error_below_threshold(int m, double dt, double *w_error)
{
  static const double exact[][2] = {{-51.83178314739344, 10.335811457023508},
                                    {-51.32432034972826, 10.687055800895221},
                                    {-53.66643513185863, 9.70549049241516},
                                    {-52.386273775488746, 10.51801171273908}};
  cell_block cells;
  open_as(&cells, models[m], &(setting){.current = 600}, dt);
  const bool cond = strstr(models[m], "cond");
  for (long k = 1; k <= lround(30 / dt); k++) {
    if (k == lround(5 / dt)) cell_input(&cells, "exc")[0] = cond ? 40 : 2000;
    if (k == lround(12 / dt)) cell_input(&cells, "inh")[0] = cond ? 20 : -300;
    cell_step(&cells);
  }
  *w_error = fabs(cell_state(&cells, "w")[0] - exact[m][1]);
  return fabs(cell_state(&cells, "V_m")[0] - exact[m][0]);
}

static void synapses_and_adaptation_are_of_second_order(void **state)
{
  (void)state;
  for (int m = 0; models[m]; m++) {
    double w_coarse, coarse = error_below_threshold(m, 0.1, &w_coarse);
    for (int l = 1; l < 4; l++) {
      double w_error;
      const double error = error_below_threshold(m, 0.1 / (1 << l), &w_error);
      print_message("  %s: error of V_m %.3g -> %.3g, w %.3g -> %.3g\n", models[m], coarse, error, w_coarse, w_error);
      assert_true(coarse < 0.01 && log2(coarse / error) > 1.9 && log2(w_coarse / w_error) > 1.9);
      coarse = error;
      w_coarse = w_error;
    }
  }
}

static void potential_is_held_while_refractory_and_adaptation_goes_on(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "aeif_cond_exp", 1, 0.1);
  cell_set(&cells, "t_ref", 2);
  cell_set(&cells, "I_e", 1000);
  cell_start(&cells);
  long k = 0;
  do cell_step(&cells);
  while (++k < 200 && !cells.spike[0]);
  assert_int_equal(k, 118);
  const double *v = cell_state(&cells, "V_m"), *w = cell_state(&cells, "w"), at_spike = *w, settled = 4 * (-60 + 70.6);
  for (int i = 1; i <= 20; i++) {
    cell_step(&cells);
    assert_near(*v, -60, 0);
    assert_near(*w, settled + (at_spike - settled) * exp(-0.1 * i / 144), 1e-10);
  }
  cell_step(&cells);
  assert_true(*v > -60 && !cells.spike[0]);
}

static void a_step_holds_one_spike_at_most(void **state)
{
  (void)state;
  for (int m = 0; models[m]; m++) {
    cell_block cells;
    open_as(&cells, models[m], &(setting){.current = 1e6}, 0.1);
    long spikes = 0;
    for (int k = 0; k < 200; k++) {
      cell_step(&cells);
      assert_in_range(cells.spike[0], 0, 1);
      assert_true(cell_state(&cells, "V_m")[0] <= 1e5 && cell_state(&cells, "V_m")[0] >= -1e5);
      spikes += cells.spike[0];
    }
    assert_int_equal(spikes, 200);
  }
}

static void contradictions_are_refused(void **state)
{
  (void)state;
  static const char *const names[] = {"V_reset", "V_th"};
  for (int i = 0; i < 2; i++) {
    cell_block cells;
    cell_open(&cells, "aeif_psc_exp", 1, 0.1);
    cell_set(&cells, names[i], 0);
    cell_refuse(&cells, names[i]);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spikes_are_those_of_continuous_time),
      cmocka_unit_test(synapses_and_adaptation_are_of_second_order),
      cmocka_unit_test(potential_is_held_while_refractory_and_adaptation_goes_on),
      cmocka_unit_test(a_step_holds_one_spike_at_most),
      cmocka_unit_test(contradictions_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
