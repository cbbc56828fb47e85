/*
 * The rates of the channels, computed from one exponential and as fractions, against their formulas in long double.
 */
#include "cell.h"
#include "model/neuron/squid.h"
#include "model/neuron/traub.h"

static long double linoid(long double x)
{
  return fabsl(x) < 1e-6L ? 1 + x / 2 + x * x / 12 : -x / expm1l(-x);
}

static double worst_of_gate(relaxation r, long double alpha, long double beta)
{
  const double worst = (double)(fabsl(r.a / r.d - alpha) / alpha);
  return fmax(worst, (double)(fabsl(r.s / r.d - (alpha + beta)) / (alpha + beta)));
}

static double worst_squid(double potential)
{
  const long double v = potential;
  const gate_rates r = squid_rates(potential, rate_root(potential, SQUID_MIDDLE));
  const double m = worst_of_gate(r.m, linoid((v + 40) / 10), 4 * expl(-(v + 65) / 18));
  const double h = worst_of_gate(r.h, 0.07L * expl(-(v + 65) / 20), 1 / (1 + expl(-(v + 35) / 10)));
  const double n = worst_of_gate(r.n, 0.1L * linoid((v + 55) / 10), 0.125L * expl(-(v + 65) / 80));
  return fmax(m, fmax(h, n));
}

static double worst_traub(double potential)
{
  const long double u = potential;
  const gate_rates r = traub_rates(potential, rate_root(potential, TRAUB_MIDDLE));
  const double m = worst_of_gate(r.m, 1.28L * linoid((u - 13) / 4), 1.4L * linoid(-(u - 40) / 5));
  const double h = worst_of_gate(r.h, 0.128L * expl((17 - u) / 18), 4 / (1 + expl((40 - u) / 5)));
  const double n = worst_of_gate(r.n, 0.16L * linoid((u - 15) / 5), 0.5L * expl((10 - u) / 40));
  return fmax(m, fmax(h, n));
}

static void rates_follow_their_formulas(void **state)
{
  (void)state;
  double squid = 0, traub = 0;
  for (int k = -200000; k <= 200000; k++) {
    squid = fmax(squid, worst_squid(k * 0.001 - 65));
    traub = fmax(traub, worst_traub(k * 0.001));
  }
  print_message("  largest relative error: squid %.2g, Traub %.2g\n", squid, traub);
  assert_true(squid < 1e-12);
  assert_true(traub < 2e-12);
}

static void rates_are_smooth_at_their_singularities(void **state)
{
  (void)state;
  static const double squid[] = {-40, -55}, traub[] = {13, 40, 15};
  for (int e = -300; e < 0; e += 3) {
    for (int sign = -1; sign <= 1; sign++) {
      for (int i = 0; i < 2; i++) assert_true(worst_squid(squid[i] + sign * pow(10, e)) < 1e-12);
      for (int i = 0; i < 3; i++) assert_true(worst_traub(traub[i] + sign * pow(10, e)) < 2e-12);
    }
  }
}

static void rates_stay_finite_far_out(void **state)
{
  (void)state;
  static const double potential[] = {-1e9, -1e4, -306, 176, 1e4, 1e9};
  for (int i = 0; i < 6; i++) {
    for (int traub = 0; traub < 2; traub++) {
      const double v = potential[i];
      const gate_rates r =
          traub ? traub_rates(v, rate_root(v, TRAUB_MIDDLE)) : squid_rates(v, rate_root(v, SQUID_MIDDLE));
      const relaxation gate[] = {r.m, r.h, r.n};
      for (int g = 0; g < 3; g++) assert_true(isfinite(gate[g].a / gate[g].d) && gate[g].s / gate[g].d > 0);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rates_follow_their_formulas),
      cmocka_unit_test(rates_are_smooth_at_their_singularities),
      cmocka_unit_test(rates_stay_finite_far_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
