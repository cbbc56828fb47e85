/*
 * Products of matrices of floats on one core: by each kernel of base/matrix.h that this processor runs and what the
 * core can do at most ("products ours"), or by the OpenBLAS that is installed ("products openblas"). Prints JSON, one
 * measurement a line. The bench compiles it with -march=native and links the kernels of the program that it measures.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/matrix.h"

enum { LANES = 16, CHAINS = 12, ROUNDS = 10, MOST = 1280 * 1280 };
static const double enough = 0.5; /* seconds for a shape, where a round takes long */

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));
typedef void product_function(const void *self, const matrix_product *product, const float *a, const float *b,
                              float *c);
typedef void sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a,
                   int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride);

static const struct shape {
  matrix_form form;
  size_t m, n, k;
} shapes[] = {{MATRIX_A_BT, 128, 128, 784},  {MATRIX_AT_B, 128, 784, 128},  {MATRIX_A_BT, 128, 10, 128},
              {MATRIX_A_B, 128, 128, 10},    {MATRIX_AT_B, 10, 128, 128},   {MATRIX_A_BT, 128, 512, 1280},
              {MATRIX_A_B, 128, 1280, 512},  {MATRIX_AT_B, 512, 1280, 128}, {MATRIX_A_BT, 1, 128, 784},
              {MATRIX_A_B, 1024, 1024, 1024}};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

static float a[MOST], b[MOST], c[MOST];
static volatile float sink;

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Operations per second where nothing is loaded; a fused multiply-add is two. */
static double measure_ceiling(void)
{
  const long repeats = 5000000;
  vector x[CHAINS], factor = 0.999f - (vector){0}, term = 1e-3f - (vector){0};
  for (int i = 0; i < CHAINS; i++) x[i] = (float)i - (vector){0};
  const double begin = now();
  for (long r = 0; r < repeats; r++)
#pragma GCC unroll 16
    for (int i = 0; i < CHAINS; i++) x[i] = x[i] * factor + term;
  const double seconds = now() - begin;
  for (int i = 0; i < CHAINS; i++) sink = x[i][0];
  return 2.0 * (double)repeats * CHAINS * LANES / seconds;
}

static double measure(product_function *multiply, const void *self, const struct shape *s)
{
  const matrix_product product = {.form = s->form,
                                  .m = s->m,
                                  .n = s->n,
                                  .k = s->k,
                                  .a_stride = s->form == MATRIX_AT_B ? s->m : s->k,
                                  .b_stride = s->form == MATRIX_A_BT ? s->k : s->n,
                                  .c_stride = s->n};
  const double operations = 2.0 * (double)(s->m * s->n * s->k);
  const long repeats = 1 + (long)(2e7 / operations);
  double best = 0, spent = 0;
  for (int round = 0; round < ROUNDS && spent < enough; round++) {
    const double begin = now();
    for (long r = 0; r < repeats; r++) multiply(self, &product, a, b, c);
    const double seconds = now() - begin, rate = operations * (double)repeats / seconds;
    best = rate > best ? rate : best;
    spent += seconds;
  }
  return best;
}

static void multiply_by_kernel(const void *self, const matrix_product *product, const float *x, const float *y,
                               float *z)
{
  ((const matrix_kernel *)self)->multiply_float(product, x, y, z);
}

static void multiply_by_blas(const void *self, const matrix_product *p, const float *x, const float *y, float *z)
{
  enum { BY_ROWS = 101, AS_IT_IS = 111, TRANSPOSED = 112 };
  (*(sgemm *const *)self)(BY_ROWS, p->form == MATRIX_AT_B ? TRANSPOSED : AS_IT_IS,
                          p->form == MATRIX_A_BT ? TRANSPOSED : AS_IT_IS, (int)p->m, (int)p->n, (int)p->k, 1, x,
                          (int)p->a_stride, y, (int)p->b_stride, 0, z, (int)p->c_stride);
}

static void print_shapes(const char *by, product_function *multiply, const void *self)
{
  static const char *const names[] = {[MATRIX_A_BT] = "A B^T", [MATRIX_A_B] = "A B", [MATRIX_AT_B] = "A^T B"};
  for (size_t i = 0; i < N_SHAPES; i++) {
    const struct shape *s = &shapes[i];
    printf("{\"by\": \"%s\", \"form\": \"%s\", \"m\": %zu, \"n\": %zu, \"k\": %zu, \"rate\": %g}\n", by, names[s->form],
           s->m, s->n, s->k, measure(multiply, self, s));
  }
}

static int print_blas(void)
{
  void *library = dlopen("libopenblas.so.0", RTLD_NOW);
  if (!library) return 77;
  sgemm *multiply = (sgemm *)dlsym(library, "cblas_sgemm");
  char *(*core_name)(void) = (char *(*)(void))dlsym(library, "openblas_get_corename");
  char by[64];
  snprintf(by, sizeof by, "OpenBLAS, %s", core_name());
  print_shapes(by, multiply_by_blas, &multiply);
  return 0;
}

int main(int n_arguments, char **arguments)
{
  for (size_t i = 0; i < MOST; i++) {
    a[i] = (float)rand() / (float)RAND_MAX;
    b[i] = (float)rand() / (float)RAND_MAX - 0.5f;
  }
  if (n_arguments == 2 && strcmp(arguments[1], "openblas") == 0) return print_blas();
  double ceiling = 0;
  for (int round = 0; round < ROUNDS; round++) {
    const double rate = measure_ceiling();
    ceiling = rate > ceiling ? rate : ceiling;
  }
  printf("{\"by\": \"ceiling\", \"rate\": %g}\n", ceiling);
  for (const matrix_kernel *kernel = matrix_kernels; kernel->name; kernel++)
    if (kernel->runs()) print_shapes(kernel->name, multiply_by_kernel, kernel);
  return 0;
}
