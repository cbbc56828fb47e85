/*
 * Kernels of products of matrices, blocked as in Goto and van de Geijn (2008, 10.1145/1356052.1356053), but with sums
 * that are never split. Plain loops do not do: left to the compiler, sums leave the registers, and a fused
 * multiply-add lane by lane is not found.
 */
#include "base/matrix.h"

#include <string.h>

#include "base/least.h"

/* Terms that are summed while sums stay in registers, and what is copied of a factor at a time: both fit into the
 * second cache. */
enum { DEPTH = 256, BAND_BYTES = 128 << 10 };

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define X86_KERNELS
#include <immintrin.h>

#define NAME float_avx512
#define TARGET __attribute__((target("arch=x86-64-v4")))
#define NUMBER float
#define VECTOR_BYTES 64
#define ROWS 6
#define VECTORS 4
#define ADD_PRODUCT(sum, x, y) sum = (lanes)_mm512_fmadd_ps(x, y, sum)
#include "base/matrix_kernel.h"

#define NAME double_avx512
#define TARGET __attribute__((target("arch=x86-64-v4")))
#define NUMBER double
#define VECTOR_BYTES 64
#define ROWS 6
#define VECTORS 4
#define ADD_PRODUCT(sum, x, y) sum = (lanes)_mm512_fmadd_pd(x, y, sum)
#include "base/matrix_kernel.h"

#define NAME float_avx2
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define NUMBER float
#define VECTOR_BYTES 32
#define ROWS 6
#define VECTORS 2
#define ADD_PRODUCT(sum, x, y) sum = (lanes)_mm256_fmadd_ps(x, y, sum)
#include "base/matrix_kernel.h"

#define NAME double_avx2
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define NUMBER double
#define VECTOR_BYTES 32
#define ROWS 6
#define VECTORS 2
#define ADD_PRODUCT(sum, x, y) sum = (lanes)_mm256_fmadd_pd(x, y, sum)
#include "base/matrix_kernel.h"

static bool has_avx512(void)
{
  return __builtin_cpu_supports("x86-64-v4");
}

static bool has_avx2(void)
{
  return __builtin_cpu_supports("x86-64-v3");
}
#endif

/* Where the processor has no fused multiply-add, the C library's has the same bits, slowly. */
#define NAME float_portable
#define TARGET
#define NUMBER float
#define VECTOR_BYTES 16
#define ROWS 6
#define VECTORS 2
#define ADD_PRODUCT(sum, x, y)                                                                                         \
  for (unsigned l = 0; l < LANES; l++) (sum)[l] = __builtin_fmaf((x)[l], (y)[l], (sum)[l])
#include "base/matrix_kernel.h"

#define NAME double_portable
#define TARGET
#define NUMBER double
#define VECTOR_BYTES 16
#define ROWS 6
#define VECTORS 2
#define ADD_PRODUCT(sum, x, y)                                                                                         \
  for (unsigned l = 0; l < LANES; l++) (sum)[l] = __builtin_fma((x)[l], (y)[l], (sum)[l])
#include "base/matrix_kernel.h"

static bool always(void)
{
  return true;
}

const matrix_kernel matrix_kernels[] = {
#ifdef X86_KERNELS
    {"avx512", has_avx512, float_avx512, double_avx512},
    {"avx2", has_avx2, float_avx2, double_avx2},
#endif
    {"portable", always, float_portable, double_portable},
    {0}};

static const matrix_kernel *fastest(void)
{
  const matrix_kernel *kernel = matrix_kernels;
  while (!kernel->runs()) kernel++;
  return kernel;
}

void matrix_multiply_float(const matrix_product *product, const float *a, const float *b, float *c)
{
  fastest()->multiply_float(product, a, b, c);
}

void matrix_multiply_double(const matrix_product *product, const double *a, const double *b, double *c)
{
  fastest()->multiply_double(product, a, b, c);
}
