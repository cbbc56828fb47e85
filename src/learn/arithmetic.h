/**
 * What the engine does with arrays of numbers, once for each precision; all else handles them unseen. Every result is a
 * function of its own operands, summed in the order in which they lie. Not collective, all of it.
 */
#ifndef LOLIGO_LEARN_ARITHMETIC_H
#define LOLIGO_LEARN_ARITHMETIC_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/matrix.h"
#include "loligo/adjoint.h"

typedef struct arithmetic {
  size_t size; /* bytes of a number */
  MPI_Datatype type;

  void (*multiply)(const matrix_product *product, const void *a, const void *b, void *c); /* base/matrix.h */

  /** x[m][n] = scale (x + bias[n]); bias may be NULL. */
  void (*affine)(size_t m, size_t n, size_t stride, const void *bias, double scale, void *x);

  /** to[m][n] += scale (x[m][n] + bias[n]); bias may be NULL. */
  void (*add_affine)(size_t m, size_t n, const void *x, const void *bias, double scale, size_t to_stride, void *to);

  /** to[m][n] += row[n]. */
  void (*add_to_rows)(size_t m, size_t n, const void *row, void *to);

  /** sum[n] = (what it holds, if `adds`, else 0) + rows 0, 1, ... of x[m][n]. */
  void (*sum_rows)(size_t m, size_t n, size_t stride, bool adds, const void *x, void *sum);

  /** to[m][n] = scale x[m][n], within +-bound; bound 0: none. */
  void (*bounded)(size_t m, size_t n, size_t stride, double scale, double bound, const void *x, void *to);

  void (*multiply_by)(size_t n, double factor, void *x);

  /** The largest |x|; INFINITY where one is not finite. */
  double (*largest)(size_t n, const void *x);

  /** sum[n] += x[n] in units of 1 / per_unit, rounded; and x[n] = unit sum[n]. */
  void (*add_fixed)(size_t n, double per_unit, const void *x, int64_t *sum);
  void (*of_fixed)(size_t n, double unit, const int64_t *sum, void *x);

  void (*to_double)(size_t n, const void *x, double *out);
  void (*of_double)(size_t n, const double *x, void *out);

  /** Cells [first, first + n) of row[kinds][cells], n <= LANES, into lanes[kinds][LANES]; zeros in the others. */
  void (*to_lanes)(size_t kinds, size_t cells, size_t first, size_t n, const void *row, void *lanes);

  /** And back, times a factor. */
  void (*of_lanes)(size_t kinds, size_t cells, size_t first, size_t n, double factor, const void *lanes, void *row);
} arithmetic;

extern const arithmetic arithmetics[LOLIGO_PRECISIONS];

/** Number i of an array. */
static inline void *arithmetic_at(const arithmetic *a, const void *array, size_t i)
{
  return (char *)array + i * a->size;
}

#endif
