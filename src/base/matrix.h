/**
 * Products of matrices in which every element is summed in one order. Not collective.
 *
 * An element of C begins with 0, or with what it holds, and takes its terms in ascending order of the index that is
 * summed over, each by one fused multiply-add. So its bits, a NaN's aside, depend on one row or column of each factor
 * alone: not on the instruction set, nor on which other rows and columns of C are computed with it, nor on where the
 * matrices lie. What a sample does is independent of its batch, and a sum over samples, of who forms which part of it:
 * a rank that owns rows [first, end) of a gradient [n_targets][n_sources] sums them over all samples in order by
 *
 *     matrix_multiply_float(&(matrix_product){.form = MATRIX_AT_B, .m = end - first, .n = n_sources, .k = n_samples,
 *                                             .a_stride = n_targets, .b_stride = n_sources, .c_stride = n_sources},
 *                           delta + first, input, gradient + first * n_sources);
 *
 * and a sum of a million samples by thousands, with `adds` from the second on, has the bits of one in a single call.
 */
#ifndef LOLIGO_BASE_MATRIX_H
#define LOLIGO_BASE_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

typedef enum matrix_form {
  MATRIX_A_BT, /* C[m][n] = sum of A[m][k] B[n][k] over k: samples x weights */
  MATRIX_A_B,  /* C[m][n] = sum of A[m][k] B[k][n]: what comes back through weights */
  MATRIX_AT_B, /* C[m][n] = sum of A[k][m] B[k][n]: gradients of weights */
} matrix_form;

/** What is to be multiplied; row r of a matrix begins r strides behind its first number. */
typedef struct matrix_product {
  matrix_form form;
  bool adds;                           /* to what C holds; else C is only written */
  size_t m, n, k;                      /* any may be 0; a sum without terms is 0 */
  size_t a_stride, b_stride, c_stride; /* at least the length of a row */
} matrix_product;

/**
 * Multiplies. Needs 200 KiB of stack and nothing else, so that it cannot fail.
 *
 * @param a, b  the factors, in the shapes of product->form; of any alignment
 * @param c     the result; overlaps neither factor
 */
void matrix_multiply_float(const matrix_product *product, const float *a, const float *b, float *c);
void matrix_multiply_double(const matrix_product *product, const double *a, const double *b, double *c);

/** The same for one instruction set. */
typedef struct matrix_kernel {
  const char *name;
  bool (*runs)(void); /* whether this processor has what the kernel needs */
  void (*multiply_float)(const matrix_product *product, const float *a, const float *b, float *c);
  void (*multiply_double)(const matrix_product *product, const double *a, const double *b, double *c);
} matrix_kernel;

/** From the fastest to the portable one, which runs everywhere; its name is the last that is not NULL. */
extern const matrix_kernel matrix_kernels[];

#endif
