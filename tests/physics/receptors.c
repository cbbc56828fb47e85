/*
 * Receptors that are listed, against closed forms and golden values.
 */
#include "cell.h"

static const double DT = 0.1;

typedef struct subject {
  cell_block cells;
  loligo_model described;
} subject;

static void open_subject(subject *s, const char *model, size_t n, const double (*lists)[4], double dt)
{
  static const char *const names[] = {"receptor_tau", "receptor_tau_rise", "receptor_E", "receptor_Mg"};
  cell_open(&s->cells, model, 1, dt);
  for (int k = 0; k < 4; k++)
    if (model_param_index(s->cells.model, names[k]) >= 0) cell_set_list(&s->cells, names[k], lists[k], n);
  cell_describe(&s->cells, &s->described);
}

static void close_subject(subject *s)
{
  cell_close(&s->cells);
  s->described.forget(&s->described);
}

/* PSP on a membrane of tau and C by a current of w that starts at 1 and decays with tau_s. */
static double exp_psp(double w, double c, double tau, double tau_s, double t)
{
  return w / c * (exp(-t / tau) - exp(-t / tau_s)) / (1 / tau_s - 1 / tau);
}

static double alpha_psp(double w, double c, double tau, double tau_s, double t)
{
  const double k = 1 / tau_s - 1 / tau;
  return w * exp(1) / tau_s / c * exp(-t / tau) * (1 - exp(-k * t) * (1 + k * t)) / (k * k);
}

static double beta_psp(double w, double c, double tau, double rise, double decay, double t)
{
  const double peak = rise * decay / (decay - rise) * log(decay / rise);
  const double scale = w / (exp(-peak / decay) - exp(-peak / rise));
  return exp_psp(scale, c, tau, decay, t) - exp_psp(scale, c, tau, rise, t);
}

static void currents_make_the_closed_form_psp(void **state)
{
  static const double lists[4][4] = {{2, 2, 9, 40}, {0, 2, 1.5, 0}};
  static const double times[] = {0.5, 1, 2, 3, 5, 10, 20, 50};
  static const double exponential[] = {.1724286414, .2983067583, .4508513119, .5176880605,
                                       .5244456611, .3611414942, .1352898833, .0067379470};
  static const double alpha[] = {.0566370492,  .1892416652,  .5319261606, .8492315701,
                                 1.2241634878, 1.1355272569, .4584609412, .0228945476};
  (void)state;
  for (size_t r = 0; r < 4; r++) {
    subject s;
    size_t found = 0;
    open_subject(&s, "iaf_psc_multisynapse", 4, lists, DT);
    assert_int_equal(s.described.n_receptors, 6);
    cell_start(&s.cells);
    s.cells.input[2 + r][0] = 100;
    for (int k = 0; k <= 500; k++) {
      const double t = k * DT;
      const double closed[] = {exp_psp(100, 250, 10, 2, t), alpha_psp(100, 250, 10, 2, t),
                               beta_psp(100, 250, 10, 1.5, 9, t), exp_psp(100, 250, 10, 40, t)};
      cell_step(&s.cells);
      const double above = cell_state(&s.cells, "V_m")[0] + 70;
      assert_near(above, closed[r], 1e-10);
      if (r > 1 || fabs(t - times[found]) > 1e-9) continue;
      assert_near(above, r == 0 ? exponential[found] : alpha[found], 1e-9);
      found++;
    }
    close_subject(&s);
  }
}

/* The peak is the weight, whatever the time constants, also where they meet. */
static void weights_are_peaks(void **state)
{
  static const double rises[] = {0, 0.5, 5 - 1e-9, 5, 20};
  (void)state;
  for (int r = 0; r < 5; r++) {
    subject s;
    double highest = 0;
    open_subject(&s, "iaf_cond_multisynapse", 1, (const double[4][4]){{5}, {rises[r]}, {-60}, {0}}, 0.01);
    cell_start(&s.cells);
    s.cells.input[2][0] = 7;
    for (int k = 0; k < 5000; k++) {
      cell_step(&s.cells);
      highest = fmax(highest, cell_state(&s.cells, "g_1")[0]);
    }
    assert_near(highest, 7, 1e-4);
    close_subject(&s);
  }
}

static double nmda_error(double dt, double weight, const double *times, const double *golden, size_t n)
{
  subject s;
  double largest = 0;
  size_t found = 0;
  open_subject(&s, "iaf_cond_multisynapse", 1, (const double[4][4]){{100}, {2}, {0}, {1}}, dt);
  cell_set(&s.cells, "V_th", 1e6);
  cell_start(&s.cells);
  s.cells.input[2][0] = weight;
  for (int k = 0; found < n; k++) {
    cell_step(&s.cells);
    if (fabs(k * dt - times[found]) > 1e-9) continue;
    largest = fmax(largest, fabs(cell_state(&s.cells, "V_m")[0] - golden[found++]));
  }
  close_subject(&s);
  return largest;
}

static void nmda_has_its_golden_course(void **state)
{
  static const double times[] = {0.5, 1, 2, 3, 5, 10, 20, 50};
  static const double golden[] = {-69.9961656, -69.9860035, -69.9529718, -69.9101615,
                                  -69.8149237, -69.6009584, -69.3548452, -69.2908185};
  (void)state;
  const double coarse = nmda_error(0.1, 5, times, golden, 8), fine = nmda_error(0.05, 5, times, golden, 8);
  print_message("  NMDA 5 nS: error %.3g mV at 0.1 ms, %.3g at 0.05 ms\n", coarse, fine);
  assert_true(coarse < 5e-5 && fine < 2e-5);
}

/* A strong event against RK4 of the same equations. */
static void the_block_is_of_second_order(void **state)
{
  enum { FINE = 20000 };
  (void)state;
  const double end = 20, h = end / FINE, rise = 2, decay = 100, w = 150;
  const double peak = rise * decay / (decay - rise) * log(decay / rise);
  const double scale = w / (exp(-peak / decay) - exp(-peak / rise));
  double v = -70;
  for (int f = 0; f < FINE; f++) {
    double k[4], shift[] = {0, 0.5, 0.5, 1};
    for (int s = 0; s < 4; s++) {
      const double x = v + (s ? shift[s] * h * k[s - 1] : 0), t = (f + shift[s]) * h;
      const double g = scale * (exp(-t / decay) - exp(-t / rise)) / (1 + exp(-0.062 * x) / 3.57);
      k[s] = (-16.6667 * (x + 70) - g * x) / 250;
    }
    v += h / 6 * (k[0] + 2 * k[1] + 2 * k[2] + k[3]);
  }
  assert_true(v > -60);
  double coarse = nmda_error(0.2, w, &end, &v, 1);
  for (int l = 1; l < 4; l++) {
    const double error = nmda_error(0.2 / (1 << l), w, &end, &v, 1);
    print_message("  NMDA %g nS to %.4g mV: error %.3g -> %.3g\n", w, v, coarse, error);
    assert_true(coarse / error > 3.5 && coarse / error < 4.5);
    coarse = error;
  }
}

/* Without a list they are the models with two receptors; a list of the same gives the same. */
static void two_receptors_are_those_of_the_plain_models(void **state)
{
  static const char *const models[][2] = {{"iaf_psc_exp", "iaf_psc_multisynapse"},
                                          {"iaf_cond_exp", "iaf_cond_multisynapse"}};
  (void)state;
  for (int m = 0; m < 2; m++) {
    cell_block plain, more;
    subject listed;
    cell_open(&plain, models[m][0], 1, DT);
    cell_open(&more, models[m][1], 1, DT);
    const double tau_ex = plain.param[0][cell_param_index(&plain, "tau_syn_ex")];
    open_subject(&listed, models[m][1], 2, (const double[4][4]){{tau_ex, 2}, {0, 0}, {0, -85}, {0, 0}}, DT);
    cell_start(&plain);
    cell_start(&more);
    cell_start(&listed.cells);
    int spikes = 0;
    for (int k = 0; k < 2000; k++) {
      for (int r = 0; r < 2 && k % 7 == 0; r++)
        plain.input[r][0] = more.input[r][0] = listed.cells.input[2 + r][0] = r ? 3 : 160;
      cell_step(&plain);
      cell_step(&more);
      cell_step(&listed.cells);
      spikes += (int)plain.spike[0];
      assert_true(plain.spike[0] == more.spike[0] && plain.spike[0] == listed.cells.spike[0]);
      assert_near(plain.state[0][0], more.state[0][0], 1e-10);
      assert_near(plain.state[0][0], listed.cells.state[0][0], 1e-10);
    }
    assert_true(spikes > 5);
    cell_close(&more);
    close_subject(&listed);
  }
}

static void lists_must_match(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "iaf_cond_multisynapse", 1, DT);
  cell_set_list(&cells, "receptor_tau", (const double[]){1, 2}, 2);
  cell_set_list(&cells, "receptor_tau_rise", (const double[]){1}, 1);
  cell_refuse(&cells, "receptor_tau_rise has 1");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(currents_make_the_closed_form_psp),
      cmocka_unit_test(weights_are_peaks),
      cmocka_unit_test(nmda_has_its_golden_course),
      cmocka_unit_test(the_block_is_of_second_order),
      cmocka_unit_test(two_receptors_are_those_of_the_plain_models),
      cmocka_unit_test(lists_must_match),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
