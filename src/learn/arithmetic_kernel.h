/*
 * The functions of an arithmetic (arithmetic.h) for numbers of type REAL, whose bits are a BITS; OF(name) is a
 * function's name.
 */

static void OF(multiply)(const matrix_product *product, const void *a, const void *b, void *c)
{
  OF(matrix_multiply)(product, a, b, c);
}

VECTOR_CLONES static void OF(affine)(size_t m, size_t n, size_t stride, const void *bias, double scale, void *x)
{
  const REAL *b = bias, s = (REAL)scale;
  for (size_t i = 0; i < m; i++) {
    REAL *row = (REAL *)x + i * stride;
    if (b)
      for (size_t j = 0; j < n; j++) row[j] = s * (row[j] + b[j]);
    else if (s != 1)
      for (size_t j = 0; j < n; j++) row[j] = s * row[j];
  }
}

VECTOR_CLONES static void OF(add_affine)(size_t m, size_t n, const void *x, const void *bias, double scale,
                                         size_t to_stride, void *to)
{
  const REAL *b = bias, s = (REAL)scale;
  for (size_t i = 0; i < m; i++) {
    const REAL *restrict from = (const REAL *)x + i * n;
    REAL *restrict row = (REAL *)to + i * to_stride;
    if (b)
      for (size_t j = 0; j < n; j++) row[j] += s * (from[j] + b[j]);
    else
      for (size_t j = 0; j < n; j++) row[j] += s * from[j];
  }
}

VECTOR_CLONES static void OF(add_to_rows)(size_t m, size_t n, const void *row, void *to)
{
  const REAL *restrict from = row;
  for (size_t i = 0; i < m; i++) {
    REAL *restrict sum = (REAL *)to + i * n;
    for (size_t j = 0; j < n; j++) sum[j] += from[j];
  }
}

VECTOR_CLONES static void OF(sum_rows)(size_t m, size_t n, size_t stride, bool adds, const void *x, void *sum)
{
  REAL *restrict to = sum;
  for (size_t j = 0; !adds && j < n; j++) to[j] = 0;
  for (size_t i = 0; i < m; i++) {
    const REAL *restrict row = (const REAL *)x + i * stride;
    for (size_t j = 0; j < n; j++) to[j] += row[j];
  }
}

VECTOR_CLONES static void OF(bounded)(size_t m, size_t n, size_t stride, double scale, double bound, const void *x,
                                      void *to)
{
  const REAL s = (REAL)scale, most = (REAL)(bound > 0 ? bound : INFINITY);
  for (size_t i = 0; i < m; i++) {
    const REAL *restrict from = (const REAL *)x + i * stride;
    REAL *restrict row = (REAL *)to + i * stride;
    for (size_t j = 0; j < n; j++) {
      const REAL y = s * from[j], below = y > most ? most : y;
      row[j] = below < -most ? -most : below;
    }
  }
}

VECTOR_CLONES static void OF(multiply_by)(size_t n, double factor, void *x)
{
  REAL *restrict to = x;
  const REAL f = (REAL)factor;
  for (size_t i = 0; i < n; i++) to[i] *= f;
}

/* Of numbers without their sign the larger one has the larger bits, and what is not finite the largest. */
VECTOR_CLONES static double OF(largest)(size_t n, const void *x)
{
  BITS most = 0;
  for (size_t i = 0; i < n; i++) {
    BITS bits;
    memcpy(&bits, (const REAL *)x + i, sizeof bits);
    bits = bits << 1 >> 1;
    most = bits > most ? bits : most;
  }
  REAL size;
  memcpy(&size, &most, sizeof size);
  return size < (REAL)INFINITY ? (double)size : INFINITY;
}

VECTOR_CLONES static void OF(add_fixed)(size_t n, double per_unit, const void *x, int64_t *restrict sum)
{
  const REAL *restrict from = x;
  for (size_t i = 0; i < n; i++) sum[i] += (int64_t)rint((double)from[i] * per_unit);
}

VECTOR_CLONES static void OF(of_fixed)(size_t n, double unit, const int64_t *restrict sum, void *x)
{
  REAL *restrict to = x;
  for (size_t i = 0; i < n; i++) to[i] = (REAL)((double)sum[i] * unit);
}

VECTOR_CLONES static void OF(to_double)(size_t n, const void *x, double *restrict out)
{
  const REAL *restrict from = x;
  for (size_t i = 0; i < n; i++) out[i] = (double)from[i];
}

VECTOR_CLONES static void OF(of_double)(size_t n, const double *restrict x, void *out)
{
  REAL *restrict to = out;
  for (size_t i = 0; i < n; i++) to[i] = (REAL)x[i];
}

static void OF(to_lanes)(size_t kinds, size_t cells, size_t first, size_t n, const void *row, void *lanes)
{
  for (size_t k = 0; k < kinds; k++) {
    const REAL *from = (const REAL *)row + k * cells + first;
    REAL *to = (REAL *)lanes + k * LOLIGO_LANES;
    if (n == LOLIGO_LANES) {
      memcpy(to, from, LOLIGO_LANES * sizeof *to);
    } else {
      memset(to, 0, LOLIGO_LANES * sizeof *to);
      memcpy(to, from, n * sizeof *to);
    }
  }
}

static void OF(of_lanes)(size_t kinds, size_t cells, size_t first, size_t n, double factor, const void *lanes,
                         void *row)
{
  for (size_t k = 0; k < kinds; k++) {
    const REAL *restrict from = (const REAL *)lanes + k * LOLIGO_LANES, f = (REAL)factor;
    REAL *restrict to = (REAL *)row + k * cells + first;
    if (n == LOLIGO_LANES)
      for (size_t l = 0; l < LOLIGO_LANES; l++) to[l] = f * from[l];
    else
      for (size_t l = 0; l < n; l++) to[l] = f * from[l];
  }
}

#undef REAL
#undef BITS
#undef OF
