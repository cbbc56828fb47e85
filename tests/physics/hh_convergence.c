/*
 * Order of the integrators of the Hodgkin-Huxley models over dt = 0.1 ... 0.00625 ms, against RK4 at 0.0005 ms written
 * out here from the equations with the C library's functions.
 *
 * Cell 0 stays below threshold under a current and two synaptic events, cell 1 fires. Errors: the largest of V_m on the
 * grid of 0.1 ms below threshold; the largest of interpolated spike times above.
 */
#include "cell.h"

enum { LEVELS = 5, CELLS = 2, MAX_SPIKES = 12, FRAMES = 400 /* 40 ms */, POINTS = 6, MOST_ALPHA = 40 };

static const double event_ms[2] = {5, 12}; /* of the excitatory, the inhibitory synapse */

typedef struct setting {
  const char *model;
  bool traub, conductance;
  double current[CELLS]; /* pA */
  double weight[2];      /* receptor's unit */
} setting;

typedef struct course {
  double v[FRAMES + 1];       /* mV, cell 0 */
  double gate[3][FRAMES + 1]; /* m, h, n of cell 0 */
  double spike[MAX_SPIKES];   /* ms, cell 1 */
  int n_spikes;
} course;

/* V m h n and the two synaptic variables */
typedef struct rk_state {
  double x[6];
} rk_state;

static double linoid(double x)
{
  return fabs(x) < 1e-6 ? 1 + x / 2 : x / -expm1(-x);
}

static void rates(bool traub, double v, double *alpha, double *beta)
{
  const double u = v + 63;
  alpha[0] = traub ? 1.28 * linoid((u - 13) / 4) : linoid((v + 40) / 10);
  beta[0] = traub ? 1.4 * linoid((40 - u) / 5) : 4 * exp(-(v + 65) / 18);
  alpha[1] = traub ? 0.128 * exp((17 - u) / 18) : 0.07 * exp(-(v + 65) / 20);
  beta[1] = traub ? 4 / (1 + exp((40 - u) / 5)) : 1 / (1 + exp(-(v + 35) / 10));
  alpha[2] = traub ? 0.16 * linoid((u - 15) / 5) : 0.1 * linoid((v + 55) / 10);
  beta[2] = traub ? 0.5 * exp((10 - u) / 40) : 0.125 * exp(-(v + 65) / 80);
}

static rk_state slope(const setting *s, rk_state y, double current)
{
  const double *x = y.x, v = x[0];
  const double c = s->traub ? 200 : 100, na = s->traub ? 20000 : 12000, k = s->traub ? 6000 : 3600,
               l = s->traub ? 10 : 30;
  const double e_k = s->traub ? -90 : -77, e_l = s->traub ? -60 : -54.387;
  double alpha[3], beta[3];
  rates(s->traub, v, alpha, beta);
  const double synaptic = s->conductance ? x[4] * (0 - v) + x[5] * (-80 - v) : x[4] + x[5];
  rk_state d;
  d.x[0] =
      (current + synaptic - na * x[1] * x[1] * x[1] * x[2] * (v - 50) - k * pow(x[3], 4) * (v - e_k) - l * (v - e_l)) /
      c;
  for (int g = 0; g < 3; g++) d.x[1 + g] = alpha[g] * (1 - x[1 + g]) - beta[g] * x[1 + g];
  d.x[4] = -x[4] / (s->traub ? 5 : 2);
  d.x[5] = -x[5] / (s->traub ? 10 : 2);
  return d;
}

static rk_state along(rk_state y, rk_state d, double h)
{
  for (int i = 0; i < 6; i++) y.x[i] += h * d.x[i];
  return y;
}

static rk_state rk4(const setting *s, rk_state y, double current, double h)
{
  const rk_state a = slope(s, y, current), b = slope(s, along(y, a, h / 2), current);
  const rk_state c = slope(s, along(y, b, h / 2), current), d = slope(s, along(y, c, h), current);
  return along(along(along(along(y, a, h / 6), b, h / 3), c, h / 3), d, h / 6);
}

/* Value at t of the polynomial through v[0..5] at -2..3. */
static double polynomial(const double *v, double t)
{
  double value = 0;
  for (int j = 0; j < POINTS; j++) {
    double term = v[j];
    for (int k = 0; k < POINTS; k++) term *= k == j ? 1 : (t - k + 2) / (j - k);
    value += term;
  }
  return value;
}

/* Time in units of the step, from v[2] on, at which that polynomial reaches 0; v[2] < 0 <= v[3]. */
static double crossing(const double *v)
{
  double low = 0, high = 1;
  for (int i = 0; i < 60; i++) {
    const double t = 0.5 * (low + high);
    if (polynomial(v, t) < 0)
      low = t;
    else
      high = t;
  }
  return low;
}

/* Looks at v[k-5..k] of a trace for a crossing between k-3 and k-2. */
static void find_spike(course *course, const double *last, long k, double dt)
{
  if (k < POINTS - 1 || !(last[2] < 0 && last[3] >= 0)) return;
  assert_true(course->n_spikes < MAX_SPIKES);
  course->spike[course->n_spikes++] = ((double)(k - 3) + crossing(last)) * dt;
}

static void push(double *last, double v)
{
  memmove(last, last + 1, (POINTS - 1) * sizeof *last);
  last[POINTS - 1] = v;
}

static rk_state reference_start(const setting *s)
{
  rk_state y = {{s->traub ? -60 : -65}};
  double alpha[3], beta[3];
  rates(s->traub, y.x[0], alpha, beta);
  for (int g = 0; g < 3; g++) y.x[1 + g] = alpha[g] / (alpha[g] + beta[g]);
  return y;
}

static void keep_frame(course *course, long frame, const double *v_and_gates)
{
  course->v[frame] = v_and_gates[0];
  for (int g = 0; g < 3; g++) course->gate[g][frame] = v_and_gates[1 + g];
}

static void run_reference(const setting *s, course *course)
{
  const double h = 0.0005;
  const int per_frame = 200;
  *course = (struct course){0};
  for (int cell = 0; cell < CELLS; cell++) {
    rk_state y = reference_start(s);
    double last[POINTS] = {0, 0, 0, 0, 0, y.x[0]};
    if (cell == 0) keep_frame(course, 0, y.x);
    for (long k = 1; k <= (long)FRAMES * per_frame; k++) {
      y = rk4(s, y, s->current[cell], h);
      for (int r = 0; cell == 0 && r < 2; r++) {
        if (k == lround(event_ms[r] / h)) y.x[4 + r] += s->weight[r];
      }
      if (cell == 0 && k % per_frame == 0) keep_frame(course, k / per_frame, y.x);
      push(last, y.x[0]);
      if (cell == 1) find_spike(course, last, k, h);
    }
  }
}

static void observe_frame(cell_block *cells, course *course, long frame)
{
  static const char *const names[] = {"V_m", "m", "h", "n"};
  double value[4];
  for (int i = 0; i < 4; i++) value[i] = cell_observe(cells, names[i], 0);
  keep_frame(course, frame, value);
}

static void run_model(const setting *s, const char *integrator, double dt, course *course)
{
  cell_block cells;
  cell_open(&cells, s->model, CELLS, dt);
  cell_choose(&cells, "integrator", integrator);
  cell_start(&cells);
  memcpy(cells.current, s->current, sizeof s->current);
  const double *v = cell_state(&cells, "V_m");
  const long per_frame = lround(0.1 / dt);
  double last[POINTS] = {0, 0, 0, 0, 0, v[1]};
  *course = (struct course){0};
  observe_frame(&cells, course, 0);
  for (long k = 1; k <= FRAMES * per_frame; k++) {
    for (int r = 0; r < 2; r++) {
      if (k == lround(event_ms[r] / dt)) cells.input[r][0] = s->weight[r];
    }
    cell_step(&cells);
    if (k % per_frame == 0) observe_frame(&cells, course, k / per_frame);
    push(last, v[1]);
    find_spike(course, last, k, dt);
  }
}

static double largest_difference(const double *a, const double *b, int n)
{
  double largest = 0;
  for (int i = 0; i < n; i++) largest = fmax(largest, fabs(a[i] - b[i]));
  return largest;
}

/* Checks the order in dt by which errors fall from one level to the next. */
static void check_order(const char *what, const double *error, int from, double low, double high)
{
  for (int l = from; l + 1 < LEVELS; l++) {
    const double order = log2(error[l] / error[l + 1]);
    print_message("  %s: error %.3g -> %.3g, order %.3f\n", what, error[l], error[l + 1], order);
    assert_true(order >= low && order <= high);
  }
}

/* Orders from level `from` on below threshold, from level `spikes_from` on of spike times. */
static void check_convergence(const setting *s, const char *integrator, int from, int spikes_from, double low,
                              double high)
{
  course exact, found;
  double v_error[LEVELS], gate_error[LEVELS], spike_error[LEVELS];
  run_reference(s, &exact);
  assert_true(exact.n_spikes >= 2);
  for (int l = 0; l < LEVELS; l++) {
    run_model(s, integrator, 0.1 / (1 << l), &found);
    v_error[l] = largest_difference(found.v, exact.v, FRAMES + 1);
    gate_error[l] = 0;
    for (int g = 0; g < 3; g++)
      gate_error[l] = fmax(gate_error[l], largest_difference(found.gate[g], exact.gate[g], FRAMES + 1));
    assert_true(l < from || found.n_spikes == exact.n_spikes);
    spike_error[l] = largest_difference(found.spike, exact.spike, exact.n_spikes);
  }
  print_message("%s, %s, %d spikes\n", s->model, integrator, exact.n_spikes);
  check_order("V_m below threshold", v_error, from, low, high);
  check_order("gates below threshold", gate_error, from, low, high);
  check_order("spike times", spike_error, spikes_from, low, high);
}

static const setting squid_psc = {"hh_psc_exp", false, false, {200, 1000}, {100, -150}};
static const setting squid_cond = {"hh_cond_exp", false, true, {200, 1000}, {1, 5}};
static const setting traub_cond = {"hh_cond_exp_traub", true, true, {-100, 200}, {2, 5}};

static void staggered_squid_is_of_second_order(void **state)
{
  (void)state;
  check_convergence(&squid_psc, "staggered_crank_nicolson", 0, 0, 1.9, 2.3);
  check_convergence(&squid_cond, "staggered_crank_nicolson", 0, 0, 1.9, 2.3);
}

static void staggered_traub_is_of_second_order(void **state)
{
  (void)state;
  check_convergence(&traub_cond, "staggered_crank_nicolson", 0, 1, 1.9, 2.3);
}

static void euler_is_of_first_order(void **state)
{
  (void)state;
  check_convergence(&squid_psc, "exponential_euler", 1, 1, 0.8, 1.2);
  check_convergence(&squid_psc, "forward_euler", 2, 2, 0.8, 1.2);
}

static void rk4_is_of_fourth_order(void **state)
{
  (void)state;
  check_convergence(&squid_psc, "rk4", 1, 2, 3.7, 4.4);
  check_convergence(&squid_cond, "rk4", 1, 2, 3.7, 4.4);
  check_convergence(&traub_cond, "rk4", 2, 3, 3.3, 4.4);
}

/* V_m of the squid (mV) on the grid of 0.1 ms under a sine about 200 pA, with its value at the middle of each step. */
static void run_under_sine(const char *integrator, double dt, double *v)
{
  const double per_ms = 2 * 3.14159265358979323846 * 0.06;
  const long per_frame = lround(0.1 / dt);
  cell_block cells;
  cell_open(&cells, "hh_psc_exp", 1, dt);
  cell_choose(&cells, "integrator", integrator);
  cell_start(&cells);
  for (long k = 0; k < FRAMES * per_frame; k++) {
    cells.current[0] = 200 + 400 * sin(per_ms * ((double)k + 0.5) * dt);
    cell_step(&cells);
    if ((k + 1) % per_frame == 0) v[k / per_frame] = cell_state(&cells, "V_m")[0];
  }
}

static void all_are_of_second_order_at_most_under_a_current_that_changes(void **state)
{
  (void)state;
  static const char *const integrators[] = {"staggered_crank_nicolson", "rk4"};
  static double v[LEVELS + 1][FRAMES];
  for (int i = 0; i < 2; i++) {
    double error[LEVELS];
    for (int l = 0; l <= LEVELS; l++) run_under_sine(integrators[i], 0.0125 / (1 << l), v[l]);
    for (int l = 0; l < LEVELS; l++) error[l] = largest_difference(v[l], v[l + 1], FRAMES);
    check_order(integrators[i], error, 2, 1.9, 2.1);
  }
}

/* The last 11 of 69 spikes (ms after the step) of the squid under 1000 pA, by rk4. */
static void last_spikes(double dt, double *spike)
{
  const long rest = lround(100 / dt);
  cell_block cells;
  cell_open(&cells, "hh_psc_exp", 1, dt);
  cell_choose(&cells, "integrator", "rk4");
  cell_start(&cells);
  course course = {.n_spikes = 0};
  double last[POINTS] = {0};
  for (long k = 1, found = 0; found < 69; k++) {
    cells.current[0] = k > rest ? 1000 : 0;
    cell_step(&cells);
    push(last, cell_state(&cells, "V_m")[0]);
    course.n_spikes = 0;
    find_spike(&course, last, k, dt);
    if (course.n_spikes == 1 && ++found > 58) spike[found - 59] = course.spike[0] - 100;
  }
}

/* Against RK4 of the plain equations in double precision at 0.001 ms, with spike times interpolated alike. */
static void rk4_keeps_spikes_in_time_for_a_second(void **state)
{
  (void)state;
  double spike[11];
  last_spikes(0.05, spike);
  assert_near(spike[10], 997.462788, 2e-3);
  assert_near((spike[10] - spike[0]) / 10, 14.63620999, 2e-5);
  last_spikes(0.025, spike);
  assert_near(spike[10], 997.462788, 1e-4);
  assert_near((spike[10] - spike[0]) / 10, 14.63620999, 1.5e-6);
}

typedef struct alpha_case {
  double current; /* pA */
  int spikes;     /* in 500 ms */
  double first, second, interval;
} alpha_case;

/* hh_psc_alpha from -65 mV on, spike times interpolated, against DOP853 at 1e-10 of the plain equations. */
static void check_alpha_case(const alpha_case *exact, double dt, double tolerance)
{
  cell_block cells;
  cell_open(&cells, "hh_psc_alpha", 1, dt);
  cell_choose(&cells, "integrator", "rk4");
  cell_set(&cells, "I_e", exact->current);
  cell_start(&cells);
  course course;
  double last[POINTS] = {0}, spike[MOST_ALPHA];
  int n = 0;
  for (long k = 1; k <= lround(500 / dt); k++) {
    cell_step(&cells);
    push(last, cell_state(&cells, "V_m")[0]);
    course.n_spikes = 0;
    find_spike(&course, last, k, dt);
    assert_in_range(n, 0, MOST_ALPHA - 1);
    if (course.n_spikes == 1) spike[n++] = course.spike[0];
  }
  assert_int_equal(n, exact->spikes);
  assert_near(spike[0], exact->first, tolerance);
  assert_near(spike[1], exact->second, tolerance);
  assert_near(spike[n - 1] - spike[n - 2], exact->interval, tolerance);
}

static void hh_psc_alpha_keeps_its_golden_values(void **state)
{
  (void)state;
  static const alpha_case cases[] = {{650, 28, 2.494986, 20.595136, 18.176479},
                                     {1000, 35, 1.901490, 16.825413, 14.638650}};
  for (int i = 0; i < 2; i++) {
    check_alpha_case(&cases[i], 0.025, 5e-5);
    check_alpha_case(&cases[i], 0.0125, 5e-6);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(staggered_squid_is_of_second_order),
      cmocka_unit_test(staggered_traub_is_of_second_order),
      cmocka_unit_test(euler_is_of_first_order),
      cmocka_unit_test(rk4_is_of_fourth_order),
      cmocka_unit_test(all_are_of_second_order_at_most_under_a_current_that_changes),
      cmocka_unit_test(rk4_keeps_spikes_in_time_for_a_second),
      cmocka_unit_test(hh_psc_alpha_keeps_its_golden_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
