/*
 * Surrogates: each derivative is that of its primitive, which begins with 0 and ends with the area; the same bits in
 * all lanes and in place.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/surrogate/surrogate.h"

enum { N = 64 * LOLIGO_LANES };

static double width_of(const surrogate *surrogate)
{
  return 1.25 * param_default(surrogate->params.rows);
}

static void fill(surrogate_function function, double width, double low, double high, double *y)
{
  static _Alignas(64) double x[N], out[N];
  for (int i = 0; i < N; i++) x[i] = low + (high - low) * (i + 0.4375) / N;
  function(width, N, x, out);
  memcpy(y, out, sizeof out);
}

static void surrogates_are_described(void **state)
{
  (void)state;
  size_t n = 0;
  for (const surrogate *surrogate; (surrogate = surrogate_at(n)); n++) {
    assert_ptr_equal(surrogate_find(surrogate->name), surrogate);
    assert_true(*surrogate->summary && *surrogate->equations);
    assert_int_equal(surrogate->params.n, 1);
    assert_int_equal(surrogate->params.rows->type, LOLIGO_PARAM_REAL);
    assert_int_equal(surrogate->params.rows->range, LOLIGO_RANGE_POSITIVE);
    assert_true(param_default(surrogate->params.rows) > 0);
  }
  assert_true(n > 0);
  assert_null(surrogate_find("nothing"));
}

/* Sums of the derivative by the midpoint rule follow the primitive, all the way. */
static void derivatives_are_those_of_primitives(void **state)
{
  (void)state;
  for (size_t s = 0; surrogate_at(s); s++) {
    const surrogate *surrogate = surrogate_at(s);
    const double width = width_of(surrogate), far = 3.3 * width, step = 2 * far / N;
    double psi[N], primitive[N], below = 0;
    fill(surrogate->derivative[LOLIGO_DOUBLE], width, -far, far, psi);
    fill(surrogate->primitive[LOLIGO_DOUBLE], width, -far + step / 2, far + step / 2, primitive);
    for (int i = 1; i < N; i++) {
      below += psi[i] * step;
      if (!(fabs(primitive[i] - primitive[0] - below) < 2e-3 * primitive[N - 1]))
        fail_msg("%s: %g and %g", surrogate->name, primitive[i] - primitive[0], below);
      const double slope = (primitive[i] - primitive[i - 1]) / step;
      if (!(fabs(slope - psi[i]) < 0.01 || strcmp(surrogate->name, "rectangle") == 0))
        fail_msg("%s: slope %g where the derivative is %g", surrogate->name, slope, psi[i]);
    }
  }
}

/* Where the primitive ends; of the Gaussians 0.5 (1.15 - 2 x 0.15). */
static void areas_are_those_of_the_formulas(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    double area; /* in widths; or as it is */
    double far;
  } expected[] = {{"rectangle", 2, 1e3}, {"triangle", 1, 1e3}, {"fast_sigmoid", 2, 1e9}, {"multi_gaussian", 0, 1e3}};
  for (size_t i = 0; i < 4; i++) {
    const surrogate *surrogate = surrogate_find(expected[i].name);
    const double width = width_of(surrogate), area = expected[i].area > 0 ? expected[i].area * width : 0.425;
    for (int p = 0; p < LOLIGO_PRECISIONS; p++) {
      _Alignas(64) double x[LOLIGO_LANES] = {0}, y[LOLIGO_LANES];
      _Alignas(64) float xs[LOLIGO_LANES] = {0}, ys[LOLIGO_LANES];
      x[1] = expected[i].far * width, x[2] = -x[1];
      for (int l = 0; l < LOLIGO_LANES; l++) xs[l] = (float)x[l];
      surrogate->primitive[p](width, LOLIGO_LANES, p == LOLIGO_SINGLE ? (void *)xs : (void *)x,
                              p == LOLIGO_SINGLE ? (void *)ys : (void *)y);
      for (int l = 0; p == LOLIGO_SINGLE && l < LOLIGO_LANES; l++) y[l] = (double)ys[l];
      const double near = p == LOLIGO_SINGLE ? 1e-6 : 1e-8;
      assert_true(fabs(y[0] - area / 2) <= near && fabs(y[1] - area) <= near && fabs(y[2]) <= near);
    }
  }
}

static void check_lanes(surrogate_function function, double width)
{
  _Alignas(64) float x[2 * LOLIGO_LANES], y[2 * LOLIGO_LANES], alone[LOLIGO_LANES], out[LOLIGO_LANES];
  for (int i = 0; i < 2 * LOLIGO_LANES; i++) x[i] = (float)(width * (fmod(0.618034 * i, 1) * 5 - 2.5));
  function(width, 2 * LOLIGO_LANES, x, y);
  for (int i = 0; i < 2 * LOLIGO_LANES; i++) {
    for (int l = 0; l < LOLIGO_LANES; l++) alone[l] = x[i];
    function(width, LOLIGO_LANES, alone, out);
    for (int l = 0; l < LOLIGO_LANES; l++) assert_memory_equal(&out[l], &y[i], sizeof *out);
  }
  function(width, 2 * LOLIGO_LANES, x, x);
  assert_memory_equal(x, y, sizeof x);
}

static void lanes_are_alike(void **state)
{
  (void)state;
  for (size_t s = 0; surrogate_at(s); s++) {
    check_lanes(surrogate_at(s)->derivative[LOLIGO_SINGLE], width_of(surrogate_at(s)));
    check_lanes(surrogate_at(s)->primitive[LOLIGO_SINGLE], width_of(surrogate_at(s)));
  }
}

static void precisions_agree(void **state)
{
  (void)state;
  for (size_t s = 0; surrogate_at(s); s++) {
    const double width = 0.5; /* a float */
    _Alignas(64) float x[LOLIGO_LANES], y[LOLIGO_LANES];
    _Alignas(64) double whole[LOLIGO_LANES], exact[LOLIGO_LANES];
    for (int l = 0; l < LOLIGO_LANES; l++) whole[l] = x[l] = (float)(0.13 * l - 1);
    surrogate_at(s)->derivative[LOLIGO_SINGLE](width, LOLIGO_LANES, x, y);
    surrogate_at(s)->derivative[LOLIGO_DOUBLE](width, LOLIGO_LANES, whole, exact);
    for (int l = 0; l < LOLIGO_LANES; l++) assert_true(fabs((double)y[l] - exact[l]) < 1e-6);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(surrogates_are_described),
      cmocka_unit_test(derivatives_are_those_of_primitives),
      cmocka_unit_test(areas_are_those_of_the_formulas),
      cmocka_unit_test(lanes_are_alike),
      cmocka_unit_test(precisions_agree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
