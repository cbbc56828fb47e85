/*
 * Elementary functions against long double, at their limits, and bit for bit the same one at a time, in loops of any
 * alignment and length, and on every instruction set of this processor.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/vector.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ON_X86_64 true
#define TARGET(name) __attribute__((target(name)))
#define SUPPORTS(name) __builtin_cpu_supports(name)
#else
#define ON_X86_64 false
#define TARGET(name)
#define SUPPORTS(name) false
#endif

typedef void loop(size_t n, const double *restrict x, double *restrict y);

#define FUNCTION_LIST(X) X(exp) X(expm1) X(linoid) X(log) X(log1p) X(cos2pi) X(sin2pi)

#define LOOP_BODY(function)                                                                                            \
  for (size_t i = 0; i < n; i++) y[i] = vector_##function(x[i]);

/* Each function one at a time, chosen at run time, and for the instruction sets that it may be chosen from. */
#define DEFINE_LOOPS(function)                                                                                         \
  static __attribute__((noinline)) double single_##function(double x)                                                  \
  {                                                                                                                    \
    return vector_##function(x);                                                                                       \
  }                                                                                                                    \
  VECTOR_CLONES static void chosen_##function(size_t n, const double *restrict x, double *restrict y){                 \
      LOOP_BODY(function)} TARGET("avx2,fma") static void avx2_##function(size_t n, const double *restrict x,          \
                                                                          double *restrict y){LOOP_BODY(               \
      function)} TARGET("avx512f,avx512dq,avx512vl,avx512bw") static void avx512_##function(size_t n,                  \
                                                                                            const double *restrict x,  \
                                                                                            double *restrict y)        \
  {                                                                                                                    \
    LOOP_BODY(function)                                                                                                \
  }
FUNCTION_LIST(DEFINE_LOOPS)

static long double exact_linoid(long double x)
{
  return fabsl(x) < 1e-12L ? 1 + x / 2 : x / -expm1l(-x);
}

/* Reduced to an eighth of a turn, where long double is precise. */
static long double exact_sin2pi(long double x)
{
  const long double two_pi = 6.283185307179586476925286766559L;
  const long double quarters = roundl(4 * x), r = two_pi * (x - quarters / 4);
  switch ((long long)quarters & 3) {
  case 0:
    return sinl(r);
  case 1:
    return cosl(r);
  case 2:
    return -sinl(r);
  default:
    return -cosl(r);
  }
}

static long double exact_cos2pi(long double x)
{
  return exact_sin2pi(x + 0.25L);
}

static uint64_t bits_of(double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* Largest error in units of the last place over 200,000 values of x, equally spaced but for their last bits. */
static double largest_error(loop *function, long double (*exact)(long double), double low, double high)
{
  enum { CHUNK = 1000, CHUNKS = 200 };
  double x[CHUNK], y[CHUNK], largest = 0;
  for (int chunk = 0; chunk < CHUNKS; chunk++) {
    for (int i = 0; i < CHUNK; i++) x[i] = low + (high - low) * ((chunk * CHUNK + i + 0.618) / (CHUNKS * CHUNK));
    function(CHUNK, x, y);
    for (int i = 0; i < CHUNK; i++) {
      const long double truth = exact(x[i]);
      const double place = fmax(nextafter(fabs((double)truth), INFINITY) - fabs((double)truth), DBL_MIN);
      const double error = (double)fabsl(y[i] - truth) / place;
      if (!(error <= largest)) largest = error;
    }
  }
  return largest;
}

static void assert_error_below(double bound, loop *function, long double (*exact)(long double), double low, double high)
{
  const double error = largest_error(function, exact, low, high);
  if (!(error <= bound)) fail_msg("%g units of the last place in [%g, %g], allowed %g", error, low, high, bound);
}

static void exp_is_accurate(void **state)
{
  (void)state;
  assert_error_below(1.1, chosen_exp, expl, -700, 700);
  assert_error_below(1.1, chosen_exp, expl, -1, 1);
  assert_error_below(1.1, chosen_exp, expl, -708.39, -700);
  assert_error_below(1.1, chosen_exp, expl, 700, 709.78);
}

/* exp() in single precision: one at a time, chosen at run time, and for the instruction sets that it may be chosen
 * from. */
#define EXPF_BODY                                                                                                      \
  for (size_t i = 0; i < n; i++) y[i] = vector_expf(x[i]);
static __attribute__((noinline)) float single_expf(float x)
{
  return vector_expf(x);
}
VECTOR_CLONES static void chosen_expf(size_t n, const float *restrict x, float *restrict y){
    EXPF_BODY} TARGET("avx2,fma") static void avx2_expf(size_t n, const float *restrict x, float *restrict y){
    EXPF_BODY} TARGET("avx512f,avx512dq,avx512vl,avx512bw") static void avx512_expf(size_t n, const float *restrict x,
                                                                                    float *restrict y)
{
  EXPF_BODY
}

/* Every 97th float between two of one sign. */
static void single_exp_is_accurate_between(float from, float to)
{
  for (vector_single_word x = {.value = from}, end = {.value = to}; x.bits <= end.bits; x.bits += 97) {
    const float y = single_expf(x.value);
    const long double truth = expl(x.value);
    const float place = nextafterf((float)truth, INFINITY) - (float)truth;
    if (!(fabsl(y - truth) <= 1.1 * place)) fail_msg("expf(%a) is %a, not %La", x.value, y, truth);
  }
}

static void single_exp_is_accurate(void **state)
{
  (void)state;
  single_exp_is_accurate_between(0x1p-30f, 88.7f);
  single_exp_is_accurate_between(-0x1p-30f, -87.3f);
}

static void single_exp_has_graceful_limits(void **state)
{
  (void)state;
  const float least = -0x1.5d589ep+6f;
  assert_true(isnan(single_expf(NAN)));
  assert_true(single_expf(INFINITY) == INFINITY && single_expf(89) == INFINITY && single_expf(1e30f) == INFINITY);
  assert_true(isfinite(single_expf(88.72f)));
  assert_true(single_expf(-INFINITY) == 0 && single_expf(-90) == 0 && single_expf(-1e30f) == 0);
  assert_true(single_expf(least) >= FLT_MIN && single_expf(nextafterf(least, -INFINITY)) == 0);
  assert_true(single_expf(0) == 1 && single_expf(-0.0f) == 1);
}

static void single_exp_has_the_same_bits_everywhere(void **state)
{
  (void)state;
  enum { N = 80 };
  void (*const loops[])(size_t n, const float *restrict x, float *restrict y) = {
      chosen_expf, SUPPORTS("avx2") && SUPPORTS("fma") ? avx2_expf : chosen_expf,
      SUPPORTS("avx512dq") && SUPPORTS("avx512vl") && SUPPORTS("avx512bw") ? avx512_expf : chosen_expf};
  float x[N], y[N];
  uint64_t hash = 0;
  for (size_t n = 1; n < N; n++) {
    for (size_t i = 0; i < n; i++) x[i] = -90 + 180 * (float)fmod(0.618034 * (double)(i + 97 * n), 1);
    for (int k = 0; k < 3; k++) {
      loops[k](n, x, y);
      for (size_t i = 0; i < n; i++) {
        const vector_single_word alone = {.value = single_expf(x[i])}, one = {.value = y[i]};
        assert_int_equal(one.bits, alone.bits);
        hash = hash * 0x100000001b3u + one.bits;
      }
    }
  }
  if (hash != UINT64_C(0xd109c4a13a85e7bf)) fail_msg("hash %llx", (unsigned long long)hash);
}

static void expm1_is_accurate(void **state)
{
  (void)state;
  assert_error_below(2.5, chosen_expm1, expm1l, -700, 700);
  assert_error_below(2.5, chosen_expm1, expm1l, -2, 2);
  assert_error_below(2.5, chosen_expm1, expm1l, -41, -39);
  assert_error_below(2.5, chosen_expm1, expm1l, 39, 41);
  assert_error_below(1, chosen_expm1, expm1l, -1e-3, 1e-3);
  assert_error_below(1, chosen_expm1, expm1l, 1e-300, 1e-290);
}

static void linoid_is_accurate_through_zero(void **state)
{
  (void)state;
  assert_error_below(3, chosen_linoid, exact_linoid, -700, 700);
  assert_error_below(3, chosen_linoid, exact_linoid, -2, 2);
  assert_error_below(3, chosen_linoid, exact_linoid, -1e-3, 1e-3);
  assert_error_below(3, chosen_linoid, exact_linoid, -3e-9, 3e-9);
  assert_true(single_linoid(0) == 1);
}

static void log_is_accurate(void **state)
{
  (void)state;
  assert_error_below(1, chosen_log, logl, 0.5, 2);
  assert_error_below(1, chosen_log, logl, 0.999, 1.001);
  assert_error_below(1, chosen_log, logl, DBL_MIN, 1e-290);
  assert_error_below(1, chosen_log, logl, 1, DBL_MAX);
  assert_true(single_log(1) == 0);
  for (int power = -1022; power < 1024; power += 7) {
    assert_true(fabsl(single_log(ldexp(1, power)) - power * logl(2)) <= 1.2e-16L * fabsl(power * logl(2)));
  }
}

static void log1p_is_accurate(void **state)
{
  (void)state;
  assert_error_below(3, chosen_log1p, log1pl, -0.9999, 10);
  assert_error_below(3, chosen_log1p, log1pl, -1e-3, 1e-3);
  assert_error_below(3, chosen_log1p, log1pl, -1e-15, 1e-15);
  assert_error_below(3, chosen_log1p, log1pl, 1e10, 1e100);
}

static void sine_and_cosine_are_accurate(void **state)
{
  (void)state;
  assert_error_below(2, chosen_cos2pi, exact_cos2pi, 0, 1);
  assert_error_below(2, chosen_sin2pi, exact_sin2pi, 0, 1);
  assert_error_below(2, chosen_cos2pi, exact_cos2pi, -1e6, 1e6);
  assert_error_below(2, chosen_sin2pi, exact_sin2pi, -1e6, 1e6);
  assert_true(single_cos2pi(0) == 1 && single_cos2pi(0.25) == 0 && single_cos2pi(0.5) == -1 &&
              single_cos2pi(0.75) == 0);
  assert_true(single_sin2pi(0) == 0 && single_sin2pi(0.25) == 1 && single_sin2pi(0.5) == 0 &&
              single_sin2pi(0.75) == -1);
}

static void limits_are_graceful(void **state)
{
  (void)state;
  const double least = -0x1.6232bdd7abcd2p+9;
  assert_true(isnan(single_exp(NAN)) && isnan(single_expm1(NAN)) && isnan(single_linoid(NAN)));
  assert_true(single_exp(INFINITY) == INFINITY && single_exp(710) == INFINITY && single_exp(1e300) == INFINITY);
  assert_true(isfinite(single_exp(709.78)));
  assert_true(single_exp(-INFINITY) == 0 && single_exp(-746) == 0 && single_exp(-1e300) == 0);
  assert_true(single_exp(least) >= DBL_MIN && single_exp(nextafter(least, -INFINITY)) == 0);
  assert_true(single_exp(0) == 1 && single_exp(-0.0) == 1);
  assert_true(single_expm1(0) == 0 && single_expm1(-INFINITY) == -1 && single_expm1(INFINITY) == INFINITY);
  assert_true(single_linoid(1e300) == 1e300 && single_linoid(-1e300) == 0 && single_linoid(-750) == 0);
}

typedef struct variants {
  const char *name;
  double (*single)(double x);
  loop *chosen, *avx2, *avx512;
  double low, high;
} variants;

#define VARIANTS(function, low, high)                                                                                  \
  {                                                                                                                    \
#function, single_##function, chosen_##function, avx2_##function, avx512_##function, low, high                     \
  }

static const variants all_variants[] = {
    VARIANTS(exp, -750, 750),    VARIANTS(expm1, -50, 50), VARIANTS(linoid, -50, 50), VARIANTS(log, 1e-3, 1e3),
    VARIANTS(log1p, -0.999, 10), VARIANTS(cos2pi, -1, 2),  VARIANTS(sin2pi, -1, 2),
};
enum { N_VARIANTS = sizeof all_variants / sizeof all_variants[0] };

static void assert_same_bits(const variants *v, loop *function, size_t n, const double *x)
{
  double y[64];
  assert_true(n <= 64);
  function(n, x, y);
  for (size_t i = 0; i < n; i++) {
    if (bits_of(y[i]) != bits_of(v->single(x[i]))) fail_msg("%s(%a) differs at %zu of %zu", v->name, x[i], i, n);
  }
}

static void check_everywhere(loop *variants_loop(const variants *v))
{
  _Alignas(64) double x[80];
  for (size_t f = 0; f < N_VARIANTS; f++) {
    const variants *v = &all_variants[f];
    for (size_t offset = 0; offset < 8; offset++) {
      for (size_t n = 0; n <= 64; n++) {
        for (size_t i = 0; i < 80; i++) x[i] = v->low + (v->high - v->low) * fmod(0.618034 * (double)(i + 97 * n), 1);
        assert_same_bits(v, variants_loop(v), n, x + offset);
      }
    }
  }
}

static loop *chosen_loop(const variants *v)
{
  return v->chosen;
}

static loop *avx2_loop(const variants *v)
{
  return v->avx2;
}

static loop *avx512_loop(const variants *v)
{
  return v->avx512;
}

static void bits_do_not_depend_on_place(void **state)
{
  (void)state;
  check_everywhere(chosen_loop);
}

static void bits_do_not_depend_on_instructions(void **state)
{
  (void)state;
  if (!ON_X86_64 || !SUPPORTS("avx2") || !SUPPORTS("fma")) skip();
  check_everywhere(avx2_loop);
  if (SUPPORTS("avx512dq") && SUPPORTS("avx512vl") && SUPPORTS("avx512bw")) check_everywhere(avx512_loop);
}

/* So that a change of a coefficient, which would change every result, does not go unnoticed. */
static void bits_are_those_of_ever(void **state)
{
  (void)state;
  uint64_t hash = 0;
  for (size_t f = 0; f < N_VARIANTS; f++) {
    const variants *v = &all_variants[f];
    for (int i = 0; i < 1000; i++) {
      hash = hash * 0x100000001b3u + bits_of(v->single(v->low + (v->high - v->low) * (i / 1024.0)));
    }
  }
  assert_true(hash == UINT64_C(0xff49cfd9ae475c54));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exp_is_accurate),
      cmocka_unit_test(single_exp_is_accurate),
      cmocka_unit_test(single_exp_has_graceful_limits),
      cmocka_unit_test(single_exp_has_the_same_bits_everywhere),
      cmocka_unit_test(expm1_is_accurate),
      cmocka_unit_test(linoid_is_accurate_through_zero),
      cmocka_unit_test(log_is_accurate),
      cmocka_unit_test(log1p_is_accurate),
      cmocka_unit_test(sine_and_cosine_are_accurate),
      cmocka_unit_test(limits_are_graceful),
      cmocka_unit_test(bits_do_not_depend_on_place),
      cmocka_unit_test(bits_do_not_depend_on_instructions),
      cmocka_unit_test(bits_are_those_of_ever),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
