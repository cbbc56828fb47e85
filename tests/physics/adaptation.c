/*
 * Models that adapt: glif_psc against the numbers of its levels and against RK4, conductance-based ones against RK4.
 */
#include "cell.h"

/* -- glif_psc -- */

static void set_all(cell_block *cells, const char *const *names, const double *values)
{
  for (size_t k = 0; names[k]; k++) cell_set(cells, names[k], values[k]);
}

static void switch_on(cell_block *cells, int level)
{
  if (level == 2 || level > 3) cell_set(cells, "spike_dependent_threshold", true);
  if (level > 2) cell_set(cells, "after_spike_currents", true);
  if (level > 4) cell_set(cells, "adapting_threshold", true);
}

static void level_three_fires_at_its_golden_steps(void **state)
{
  static const int golden[] = {64, 226, 407, 595, 789, 988, 1194, 1405};
  (void)state;
  cell_block cells;
  int found = 0;
  cell_open(&cells, "glif_psc", 1, 0.1);
  switch_on(&cells, 3);
  cell_set(&cells, "t_ref", 3.8);
  cell_start(&cells);
  cells.current[0] = 400;
  for (int k = 1; k <= 1500; k++) {
    cell_step(&cells);
    if (cells.spike[0]) assert_int_equal(k, found < 8 ? golden[found++] : -1);
  }
  assert_int_equal(found, 8);
}

/* What follows is in mV above E_L, pA, ms, and by another way than the model's. */
typedef struct glif {
  double v, th_spike, th_voltage, asc[2];
  int wait;
} glif;

static const double C = 58.72, G = 9.43, V_TH = -51.68 + 78.85, ADD = 0.37, FADE = 0.009, KEEP = 0.2, RAISE = 18.51,
                    INDEX = 0.005, FALL = 0.09, AMP[] = {-9.18, -198.94}, RATE[] = {0.003, 0.1}, LEFT[] = {0.8, 0.5};

/* A step of RK4 for the potential and the part of the threshold that follows it, under a constant current. */
static void glif_rk4(glif *g, bool adapts, double current, double h)
{
  double kv[4], kt[4];
  const double shift[] = {0, 0.5, 0.5, 1};
  for (int s = 0; s < 4; s++) {
    const double v = g->v + (s ? shift[s] * h * kv[s - 1] : 0), t = g->th_voltage + (s ? shift[s] * h * kt[s - 1] : 0);
    kv[s] = (current - G * v) / C;
    kt[s] = adapts ? INDEX * v - FALL * t : 0;
  }
  g->v += h / 6 * (kv[0] + 2 * kv[1] + 2 * kv[2] + kv[3]);
  g->th_voltage += h / 6 * (kt[0] + 2 * kt[1] + 2 * kt[2] + kt[3]);
}

static void glif_spike(glif *g, int level, double start, int t_ref, double dt)
{
  const bool by_spikes = level == 2 || level > 3;
  g->v = by_spikes ? KEEP * start + RAISE : 0;
  if (by_spikes) g->th_spike = g->th_spike * exp(-FADE * t_ref * dt) + ADD;
  for (int a = 0; a < 2 && level > 2; a++) g->asc[a] = AMP[a] + LEFT[a] * g->asc[a] * exp(-RATE[a] * t_ref * dt);
  g->wait = t_ref;
}

static bool glif_step(glif *g, int level, double current, int t_ref, double dt)
{
  enum { FINE = 20 };
  const double start = g->v;
  if (g->wait > 0) {
    g->wait--;
    return false;
  }
  for (int a = 0; a < 2; a++) {
    current += g->asc[a] * -expm1(-RATE[a] * dt) / (RATE[a] * dt);
    g->asc[a] *= exp(-RATE[a] * dt);
  }
  for (int f = 0; f < FINE; f++) glif_rk4(g, level == 5, current, dt / FINE);
  g->th_spike *= exp(-FADE * dt);
  if (!(g->v > V_TH + g->th_spike + g->th_voltage)) return false;
  glif_spike(g, level, start, t_ref, dt);
  return true;
}

static void levels_agree_with_rk4(void **state)
{
  static const char *const names[] = {"asc_r_1", "asc_r_2", NULL};
  const double dt = 0.1;
  const int t_ref = 25;
  (void)state;
  for (int level = 1; level <= 5; level++) {
    cell_block cells;
    glif g = {0};
    int spikes = 0;
    cell_open(&cells, "glif_psc", 1, dt);
    switch_on(&cells, level);
    set_all(&cells, names, LEFT);
    cell_set(&cells, "t_ref", 2.5);
    cell_start(&cells);
    for (int k = 0; k < 4000; k++) {
      const double current = 350 + 150 * sin(k * 0.02);
      cells.current[0] = current;
      cell_step(&cells);
      const bool fired = glif_step(&g, level, current, t_ref, dt);
      spikes += fired;
      assert_int_equal(cells.spike[0], fired);
      assert_near(cell_state(&cells, "V_m")[0], g.v - 78.85, 1e-8);
      assert_near(cell_state(&cells, "threshold_spike")[0], g.th_spike, 1e-9);
      assert_near(cell_state(&cells, "threshold_voltage")[0], g.th_voltage, 1e-9);
      for (int a = 0; a < 2; a++) assert_near(cell_state(&cells, a ? "asc_2" : "asc_1")[0], g.asc[a], 1e-9);
    }
    print_message("  level %d: %d spikes\n", level, spikes);
    assert_true(spikes > 5);
  }
}

/* What a synapse adds is the closed form of an alpha function (peak w) on a leaky membrane. */
static void synapses_are_alpha_functions(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "glif_psc", 1, 0.1);
  cell_start(&cells);
  cells.input[0][0] = 60;
  cells.input[1][0] = -10;
  for (int k = 0; k <= 300; k++) {
    const double t = k * 0.1, tau = C / G, rate = 1 / 2.0 - 1 / tau;
    cell_step(&cells);
    const double psp = 50 * exp(1) / 2 / C * exp(-t / tau) * (1 - exp(-rate * t) * (1 + rate * t)) / (rate * rate);
    assert_near(cell_state(&cells, "V_m")[0], -78.85 + psp, 1e-10);
  }
}

static void levels_that_are_not_there_are_refused(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "glif_psc", 1, 0.1);
  cell_set(&cells, "adapting_threshold", true);
  cell_refuse(&cells, "level 5");
}

/* -- conductances -- */

enum { MOST = 4 };

/* A cell with conductances g that decay; each event adds jump. */
typedef struct membrane {
  const char *model;
  double c_m, g_l, e_l, v;
  size_t n;
  const char *names[MOST];
  double g[MOST], tau[MOST], e[MOST], jump[MOST];
} membrane;

static const membrane subjects[] = {
    {"gif_cond_exp", 80, 4, -70, -70, 2, {"g_ex", "g_in"}, {0}, {2, 2}, {0, -85}, {10, 4}},
    {"iaf_cond_exp_sfa_rr",
     289.5,
     28.95,
     -70,
     -50,
     4,
     {"g_ex", "g_in", "g_sfa", "g_rr"},
     {0, 0, 30, 3214},
     {1.5, 10, 110, 1.97},
     {0, -75, -70, -70},
     {50, 20}},
};
enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

static double slope(const membrane *m, double v, double t, double current)
{
  double sum = m->g_l * (m->e_l - v) + current;
  for (size_t k = 0; k < m->n; k++) sum += m->g[k] * exp(-t / m->tau[k]) * (m->e[k] - v);
  return sum / m->c_m;
}

static void membrane_rk4(membrane *m, double current, double h)
{
  double k[4], shift[] = {0, 0.5, 0.5, 1};
  for (int s = 0; s < 4; s++) k[s] = slope(m, m->v + (s ? shift[s] * h * k[s - 1] : 0), shift[s] * h, current);
  m->v += h / 6 * (k[0] + 2 * k[1] + 2 * k[2] + k[3]);
  for (size_t j = 0; j < m->n; j++) m->g[j] *= exp(-h / m->tau[j]);
}

static void open_subject(cell_block *cells, const membrane *m, double dt)
{
  cell_open(cells, m->model, 1, dt);
  cell_set(cells, model_param_index(cells->model, "V_th") >= 0 ? "V_th" : "V_T_star", 1e6);
  cell_init(cells, "V_m", m->v);
  for (size_t k = 0; k < m->n; k++) cell_init(cells, m->names[k], m->g[k]);
  cell_start(cells);
  cells->current[0] = 100;
}

/* Over 40 ms with events every 2 ms: largest error of V_m, and how far that goes; mV. */
static double error_of(const membrane *subject, double dt, double *reach)
{
  enum { FINE = 100 };
  membrane m = *subject;
  cell_block cells;
  double largest = 0, low = m.v, high = m.v;
  const long every = lround(2 / dt);
  open_subject(&cells, subject, dt);
  for (long k = 1; k <= 20 * every; k++) {
    for (int f = 0; f < FINE; f++) membrane_rk4(&m, 100, dt / FINE);
    for (size_t r = 0; k % every == 0 && r < 2; r++) m.g[r] += cells.input[r][0] = m.jump[r];
    cell_step(&cells);
    for (size_t j = 0; j < m.n; j++) assert_near(cell_state(&cells, m.names[j])[0], m.g[j], 1e-8);
    largest = fmax(largest, fabs(cell_state(&cells, "V_m")[0] - m.v));
    low = fmin(low, m.v);
    high = fmax(high, m.v);
  }
  cell_close(&cells);
  *reach = high - low;
  return largest;
}

static void conductances_are_integrated_to_second_order(void **state)
{
  (void)state;
  for (size_t s = 0; s < SUBJECTS; s++) {
    double reach, coarse = error_of(&subjects[s], 0.1, &reach);
    for (int l = 1; l < 4; l++) {
      const double error = error_of(&subjects[s], 0.1 / (1 << l), &reach);
      print_message("  %s: error %.3g -> %.3g of %.3g mV\n", subjects[s].model, coarse, error, reach);
      assert_true(log2(coarse / error) > 1.85);
      coarse = error;
    }
  }
}

static void conductances_are_right_up_to_the_longest_step(void **state)
{
  (void)state;
  for (size_t s = 0; s < SUBJECTS; s++) {
    const double longest = *loligo_model_find(subjects[s].model)->max_dt;
    double reach, beyond_reach;
    const double at = error_of(&subjects[s], longest, &reach),
                 beyond = error_of(&subjects[s], 2 * longest, &beyond_reach);
    print_message("  %s: %.3g of %.3g mV at %g ms, %.3g at twice that\n", subjects[s].model, at, reach, longest,
                  beyond);
    assert_true(at <= 0.01 * reach);
    if (!strstr(subjects[s].model, "gif")) assert_true(beyond > 0.01 * beyond_reach); /* gif: escape.c */
  }
}

/* A spike raises both conductances, which then decay, also while the cell is refractory. */
static void spikes_raise_adaptation_and_refractoriness(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "iaf_cond_exp_sfa_rr", 1, 0.1);
  cell_init(&cells, "V_m", -50);
  cell_start(&cells);
  cell_step(&cells);
  assert_int_equal(cells.spike[0], 1);
  for (int k = 0; k <= 30; k++) {
    assert_near(cell_state(&cells, "g_sfa")[0], 14.48 * exp(-k * 0.1 / 110), 1e-10);
    assert_near(cell_state(&cells, "g_rr")[0], 3214 * exp(-k * 0.1 / 1.97), 1e-9);
    assert_near(cell_state(&cells, "refractory")[0], k < 5 ? 5 - k : 0, 0);
    cell_step(&cells);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(level_three_fires_at_its_golden_steps),
      cmocka_unit_test(levels_agree_with_rk4),
      cmocka_unit_test(synapses_are_alpha_functions),
      cmocka_unit_test(levels_that_are_not_there_are_refused),
      cmocka_unit_test(conductances_are_integrated_to_second_order),
      cmocka_unit_test(conductances_are_right_up_to_the_longest_step),
      cmocka_unit_test(spikes_raise_adaptation_and_refractoriness),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
