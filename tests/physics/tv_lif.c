/*
 * tv-LIF neurons are Hodgkin-Huxley neurons: step by step with the soma unit seeing F from before the step, within an
 * error of first order as in the paper's code (He et al. 2024, 10.1038/s43588-024-00674-9, whose initial state and
 * current these are).
 */
#include <stdio.h>

#include "cell.h"

static void open_as_published(cell_block *cells, const char *model, const char *integrator, double dt)
{
  cell_open(cells, model, 1, dt);
  cell_choose(cells, "integrator", integrator);
  cell_init(cells, "V_m", -70);
  cell_init(cells, "m", 0.0289);
  cell_init(cells, "n", 0.2446);
  cell_init(cells, "h", 0.7541);
}

/* Largest |V_HH - V_tv-LIF| over 40 ms at 4000 pA, with or without synaptic events. */
static double difference(const char *hh_model, const char *integrator, const char *order, double dt, bool synapses)
{
  cell_block hh, tv;
  char tv_model[64];
  snprintf(tv_model, sizeof tv_model, "tv_lif_%s", hh_model);
  open_as_published(&hh, hh_model, integrator, dt);
  open_as_published(&tv, tv_model, integrator, dt);
  cell_choose(&tv, "order", order);
  cell_start(&hh);
  cell_start(&tv);
  hh.current[0] = tv.current[0] = 4000;
  double largest = 0;
  int spikes = 0, differing = 0;
  for (long k = 1; k <= lround(40 / dt); k++) {
    if (synapses && k % 1000 == 0) hh.input[k / 1000 % 2][0] = tv.input[k / 1000 % 2][0] = 3;
    cell_step(&hh);
    cell_step(&tv);
    largest = fmax(largest, fabs(cell_state(&hh, "V_m")[0] - cell_state(&tv, "V_m")[0]));
    spikes += hh.spike[0] != 0;
    differing += hh.spike[0] != tv.spike[0];
  }
  assert_in_range(spikes, 2, 40);
  if (strcmp(order, "exact") == 0) assert_int_equal(differing, 0);
  return largest;
}

static void exact_order_is_hodgkin_huxley(void **state)
{
  (void)state;
  static const char *const models[] = {"hh_psc_exp", "hh_cond_exp", "hh_cond_exp_traub"};
  for (int m = 0; m < 3; m++) {
    assert_near(difference(models[m], "forward_euler", "exact", 0.001, true), 0, 1e-8);
    assert_near(difference(models[m], "staggered_crank_nicolson", "exact", 0.025, true), 0, 1e-8);
  }
}

static void published_order_has_an_error_of_first_order(void **state)
{
  (void)state;
  assert_near(difference("hh_psc_exp", "forward_euler", "published", 0.001, false), 0.478, 0.005);
  assert_near(difference("hh_psc_exp", "forward_euler", "published", 0.01, false), 5.14, 0.05);
}

static void equality_holds_for_long_as_f_is_shifted_back(void **state)
{
  (void)state;
  cell_block hh, tv;
  open_as_published(&hh, "hh_psc_exp", "forward_euler", 0.001);
  open_as_published(&tv, "tv_lif_hh", "forward_euler", 0.001);
  cell_start(&hh);
  cell_start(&tv);
  hh.current[0] = tv.current[0] = 1000;
  double largest = 0, largest_f = 0;
  long shifts = 0;
  for (long k = 0; k < 10000000; k++) {
    const double f = cell_state(&tv, "F")[0];
    hh.model->step(&hh.block);
    tv.model->step(&tv.block);
    const double v = cell_state(&tv, "V_m")[0];
    largest = fmax(largest, fabs(cell_state(&hh, "V_m")[0] - v));
    largest_f = fmax(largest_f, fabs(cell_state(&tv, "F")[0]));
    shifts += fabs(cell_state(&tv, "F")[0] - f) > 50;
    assert_true(cell_state(&tv, "F")[0] + cell_state(&tv, "u4")[0] == v);
  }
  print_message("  10 s: largest difference %.3g mV, %ld shifts of F\n", largest, shifts);
  assert_true(largest < 1e-6);
  assert_true(largest_f <= 100);
  assert_in_range(shifts, 400, 700);
}

static void published_order_needs_forward_euler(void **state)
{
  (void)state;
  cell_block cells;
  double derived[CELL_DERIVED];
  cell_open(&cells, "tv_lif_hh", 1, 0.01);
  cell_choose(&cells, "order", "published");
  assert_int_equal(cells.model->derive(cells.param[0], 0.01, derived), LOLIGO_OK);
  cell_choose(&cells, "integrator", "staggered_crank_nicolson");
  cell_refuse(&cells, "published");
}

static void initial_soma_unit_sets_the_potential(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "tv_lif_hh_cond_exp", 1, 0.01);
  cell_init(&cells, "F", 3);
  cell_init(&cells, "u4", -73);
  cell_start(&cells);
  assert_near(cell_state(&cells, "V_m")[0], -70, 0);
  assert_near(cell_state(&cells, "u_in")[0], 0, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_order_is_hodgkin_huxley),
      cmocka_unit_test(published_order_has_an_error_of_first_order),
      cmocka_unit_test(equality_holds_for_long_as_f_is_shifted_back),
      cmocka_unit_test(published_order_needs_forward_euler),
      cmocka_unit_test(initial_soma_unit_sets_the_potential),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
