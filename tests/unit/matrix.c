/*
 * Products of matrices, bit for bit those of a plain loop of fused multiply-adds: in every form and shape, by every
 * kernel that this processor runs, whole or in parts. Numbers are held as double here; for a product of floats they are
 * floats by value.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/matrix.h"

enum { MOST = 320 * 320, MOST_OFFSET = 16 };

typedef struct matrices {
  double a[MOST], b[MOST], c[MOST];
} matrices;

static matrices given, expected, found;

typedef enum number { FLOAT, DOUBLE, N_NUMBERS } number;
typedef struct offsets {
  size_t a, b, c; /* of the first numbers, from an address that is a multiple of 64 */
} offsets;

static const matrix_form forms[] = {MATRIX_A_BT, MATRIX_A_B, MATRIX_AT_B};
enum { N_FORMS = sizeof forms / sizeof *forms };

/* -- numbers -- */

static uint64_t scramble(uint64_t x)
{
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/* Of both signs and many sizes, a tenth of them zeros of both signs, so that each order of a sum has its own bits. */
static double draw(number type, uint64_t i)
{
  const uint64_t word = scramble(i + 1);
  const double sign = word & 1 ? -1 : 1, value = ldexp((double)(word >> 11), -53 + (int)(word >> 1) % 7);
  if (word >> 4 & 15) return sign * (type == FLOAT ? (double)(float)value : value);
  return sign * 0;
}

static void draw_all(number type)
{
  for (size_t i = 0; i < MOST; i++) {
    given.a[i] = draw(type, i);
    given.b[i] = draw(type, i + MOST);
    given.c[i] = draw(type, i + 2 * MOST);
  }
}

static bool same_bits(double x, double y)
{
  return (isnan(x) && isnan(y)) || memcmp(&x, &y, sizeof x) == 0;
}

/* -- products -- */

static size_t larger(size_t a, size_t b)
{
  return a > b ? a : b;
}

/* So many numbers of each matrix are looked at: all of them and some behind. */
static size_t reach_of(const matrix_product *p)
{
  const size_t a = p->a_stride * (p->form == MATRIX_AT_B ? p->k : p->m);
  const size_t b = p->b_stride * (p->form == MATRIX_A_BT ? p->n : p->k);
  const size_t reach = 64 + larger(a, larger(b, p->c_stride * p->m));
  assert_true(reach <= MOST);
  return reach;
}

/* Rows of A and B lie `gap` numbers apart, those of C one more. */
static matrix_product product_of(matrix_form form, size_t m, size_t n, size_t k, size_t gap)
{
  return (matrix_product){.form = form,
                          .m = m,
                          .n = n,
                          .k = k,
                          .a_stride = (form == MATRIX_AT_B ? m : k) + gap,
                          .b_stride = (form == MATRIX_A_BT ? k : n) + gap,
                          .c_stride = n + gap + 1};
}

static double multiply_add(number type, double x, double y, double sum)
{
  return type == FLOAT ? (double)fmaf((float)x, (float)y, (float)sum) : fma(x, y, sum);
}

/* One loop for each index, in the order in which they are written. */
static void multiply_plainly(number type, const matrix_product *p, const double *a, const double *b, double *c)
{
  for (size_t i = 0; i < p->m; i++) {
    for (size_t j = 0; j < p->n; j++) {
      double sum = p->adds ? c[i * p->c_stride + j] : 0;
      for (size_t l = 0; l < p->k; l++) {
        const double x = p->form == MATRIX_AT_B ? a[l * p->a_stride + i] : a[i * p->a_stride + l];
        const double y = p->form == MATRIX_A_BT ? b[j * p->b_stride + l] : b[l * p->b_stride + j];
        sum = multiply_add(type, x, y, sum);
      }
      c[i * p->c_stride + j] = sum;
    }
  }
}

static void multiply_floats(const matrix_kernel *kernel, const matrix_product *p, offsets at)
{
  static _Alignas(64) float a[MOST + MOST_OFFSET], b[MOST + MOST_OFFSET], c[MOST + MOST_OFFSET];
  const size_t reach = reach_of(p);
  for (size_t i = 0; i < reach; i++) {
    a[at.a + i] = (float)given.a[i];
    b[at.b + i] = (float)given.b[i];
    c[at.c + i] = (float)given.c[i];
  }
  kernel->multiply_float(p, a + at.a, b + at.b, c + at.c);
  for (size_t i = 0; i < reach; i++) found.c[i] = (double)c[at.c + i];
}

static void multiply_doubles(const matrix_kernel *kernel, const matrix_product *p, offsets at)
{
  static _Alignas(64) double a[MOST + MOST_OFFSET], b[MOST + MOST_OFFSET], c[MOST + MOST_OFFSET];
  const size_t bytes = reach_of(p) * sizeof *a;
  memcpy(a + at.a, given.a, bytes);
  memcpy(b + at.b, given.b, bytes);
  memcpy(c + at.c, given.c, bytes);
  kernel->multiply_double(p, a + at.a, b + at.b, c + at.c);
  memcpy(found.c, c + at.c, bytes);
}

/* What is given, multiplied into `found` and compared with what is expected, what lies between rows and behind too. */
static void assert_expected(number type, const matrix_kernel *kernel, const matrix_product *p, offsets at)
{
  (type == FLOAT ? multiply_floats : multiply_doubles)(kernel, p, at);
  const size_t reach = reach_of(p);
  for (size_t i = 0; i < reach; i++) {
    if (same_bits(found.c[i], expected.c[i])) continue;
    fail_msg("%s, %s, form %d, %zu x %zu x %zu: number %zu is %a, not %a", kernel->name,
             type == FLOAT ? "float" : "double", p->form, p->m, p->n, p->k, i, found.c[i], expected.c[i]);
  }
}

static void expect_plain(number type, const matrix_product *p)
{
  memcpy(expected.c, given.c, reach_of(p) * sizeof *given.c);
  multiply_plainly(type, p, given.a, given.b, expected.c);
}

static void assert_same_rows(const matrix_product *p)
{
  for (size_t i = 0; i < p->m; i++) {
    const size_t at = i * p->c_stride;
    assert_memory_equal(found.c + at, expected.c + at, p->n * sizeof *found.c);
  }
}

static const matrix_kernel *next_that_runs(const matrix_kernel *kernel)
{
  while (kernel->name && !kernel->runs()) kernel++;
  return kernel;
}

#define FOR_EACH_KERNEL(kernel)                                                                                        \
  for (const matrix_kernel *kernel = next_that_runs(matrix_kernels); kernel->name; kernel = next_that_runs(kernel + 1))

static void check_shape(number type, size_t m, size_t n, size_t k)
{
  for (size_t f = 0; f < N_FORMS; f++) {
    for (int adds = 0; adds < 2; adds++) {
      matrix_product p = product_of(forms[f], m, n, k, (m + n + k) % 3);
      p.adds = adds;
      expect_plain(type, &p);
      const offsets at = {m % MOST_OFFSET, n % MOST_OFFSET, k % MOST_OFFSET};
      FOR_EACH_KERNEL(kernel) assert_expected(type, kernel, &p, at);
    }
  }
}

/* -- tests -- */

static void small_ones_are_plain_loops(void **state)
{
  (void)state;
  const size_t m[] = {0, 1, 2, 5, 6, 7, 13}, n[] = {0, 1, 3, 8, 10, 17, 31, 32, 50, 64, 65, 131}, k[] = {0, 1, 3, 4, 9};
  for (number type = 0; type < N_NUMBERS; type++) {
    draw_all(type);
    for (size_t i = 0; i < sizeof m / sizeof *m; i++)
      for (size_t j = 0; j < sizeof n / sizeof *n; j++)
        for (size_t l = 0; l < sizeof k / sizeof *k; l++) check_shape(type, m[i], n[j], k[l]);
  }
}

/* Sums of more than one strip, and rows of more than one band. */
static void large_ones_are_plain_loops(void **state)
{
  (void)state;
  const size_t shapes[][3] = {{7, 10, 256}, {6, 64, 257}, {13, 70, 318}, {129, 17, 255}, {300, 9, 257}, {10, 300, 128}};
  for (number type = 0; type < N_NUMBERS; type++) {
    draw_all(type);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
      check_shape(type, shapes[i][0], shapes[i][1], shapes[i][2]);
    }
  }
}

static void alignment_changes_nothing(void **state)
{
  (void)state;
  for (number type = 0; type < N_NUMBERS; type++) {
    draw_all(type);
    for (size_t f = 0; f < N_FORMS; f++) {
      const matrix_product p = product_of(forms[f], 8, 67, 21, 0);
      expect_plain(type, &p);
      for (size_t i = 0; i < MOST_OFFSET; i++) {
        FOR_EACH_KERNEL(kernel)
        assert_expected(type, kernel, &p, (offsets){i, 5 * i % MOST_OFFSET, 3 * i % MOST_OFFSET});
      }
    }
  }
}

/* Where row `row` of C begins to be read from in A. */
static const double *a_of_row(const matrix_product *p, size_t row)
{
  return given.a + row * (p->form == MATRIX_AT_B ? 1 : p->a_stride);
}

static void rows_do_not_depend_on_others(void **state)
{
  (void)state;
  enum { M = 131, N = 70, K = 300 };
  draw_all(DOUBLE);
  for (size_t f = 0; f < N_FORMS; f++) {
    const matrix_product whole = product_of(forms[f], M, N, K, 0);
    FOR_EACH_KERNEL(kernel)
    {
      kernel->multiply_double(&whole, given.a, given.b, expected.c);
      for (size_t rows = 1; rows <= 64; rows = 3 * rows + 1) {
        memset(found.c, 0, sizeof found.c);
        for (size_t row = 0; row < M; row += rows) {
          matrix_product part = whole;
          part.m = M - row < rows ? M - row : rows;
          kernel->multiply_double(&part, a_of_row(&whole, row), given.b, found.c + row * whole.c_stride);
        }
        assert_same_rows(&whole);
      }
    }
  }
}

static void a_sum_may_be_formed_in_parts(void **state)
{
  (void)state;
  enum { M = 9, N = 70, K = 290 };
  draw_all(DOUBLE);
  const matrix_product whole = product_of(MATRIX_AT_B, M, N, K, 0);
  FOR_EACH_KERNEL(kernel)
  {
    kernel->multiply_double(&whole, given.a, given.b, expected.c);
    for (size_t terms = 1; terms <= K; terms = 4 * terms + 3) {
      matrix_product part = whole;
      memset(found.c, 0, sizeof found.c);
      for (size_t first = 0; first < K; first += terms) {
        part.k = K - first < terms ? K - first : terms;
        part.adds = first > 0;
        kernel->multiply_double(&part, given.a + first * whole.a_stride, given.b + first * whole.b_stride, found.c);
      }
      assert_same_rows(&whole);
    }
  }
}

static void transpose(size_t rows, size_t columns, const double *from, double *to)
{
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j];
}

static void forms_agree_on_what_is_transposed(void **state)
{
  (void)state;
  enum { M = 129, N = 75, K = 270 };
  draw_all(DOUBLE);
  transpose(M, K, given.a, found.a);
  transpose(K, N, given.b, found.b);
  const matrix_product plain = product_of(MATRIX_A_B, M, N, K, 0), back = product_of(MATRIX_A_BT, M, N, K, 0),
                       across = product_of(MATRIX_AT_B, M, N, K, 0);
  matrix_multiply_double(&plain, given.a, given.b, expected.c);
  matrix_multiply_double(&back, given.a, found.b, found.c);
  assert_same_rows(&plain);
  memset(found.c, 0, sizeof found.c);
  matrix_multiply_double(&across, found.a, given.b, found.c);
  assert_same_rows(&plain);
}

static void what_is_not_finite_stays_where_it_belongs(void **state)
{
  (void)state;
  for (number type = 0; type < N_NUMBERS; type++) {
    for (size_t f = 0; f < N_FORMS; f++) {
      const matrix_product p = product_of(forms[f], 8, 35, 6, 0);
      draw_all(type);
      given.a[0] = INFINITY;
      given.a[p.a_stride + 1] = NAN;
      given.b[2 * p.b_stride + 3] = -INFINITY;
      given.b[p.b_stride - 1] = type == FLOAT ? 0x1p-149 : 0x1p-1074;
      expect_plain(type, &p);
      FOR_EACH_KERNEL(kernel) assert_expected(type, kernel, &p, (offsets){0});
    }
  }
}

static uint64_t hash_of(const void *bytes, size_t n)
{
  const unsigned char *at = bytes;
  uint64_t hash = 0;
  for (size_t i = 0; i < n; i++) hash = hash * 0x100000001b3u + at[i];
  return hash;
}

/* By the kernel that is chosen here, so that training goes on with the same bits everywhere and ever. */
static void bits_are_those_of_ever(void **state)
{
  (void)state;
  enum { M = 20, N = 75, K = 270 };
  static float a[M * K], b[N * K], c[M * N];
  static double result[M * N];
  const matrix_product p = {.form = MATRIX_A_BT, .m = M, .n = N, .k = K, .a_stride = K, .b_stride = K, .c_stride = N};
  draw_all(FLOAT);
  for (size_t i = 0; i < M * K; i++) a[i] = (float)given.a[i];
  for (size_t i = 0; i < N * K; i++) b[i] = (float)given.b[i];
  matrix_multiply_float(&p, a, b, c);
  matrix_multiply_double(&p, given.a, given.b, result);
  assert_true(hash_of(c, sizeof c) == UINT64_C(0xc1a611e2a45aa7f4));
  assert_true(hash_of(result, sizeof result) == UINT64_C(0x1ec263ea9f56319));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_ones_are_plain_loops),
      cmocka_unit_test(large_ones_are_plain_loops),
      cmocka_unit_test(alignment_changes_nothing),
      cmocka_unit_test(rows_do_not_depend_on_others),
      cmocka_unit_test(a_sum_may_be_formed_in_parts),
      cmocka_unit_test(forms_agree_on_what_is_transposed),
      cmocka_unit_test(what_is_not_finite_stays_where_it_belongs),
      cmocka_unit_test(bits_are_those_of_ever),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
