/*
 * The loops of a surrogate in one precision (model/both_precisions.h), from DERIVATIVE(w, x) and PRIMITIVE(w, x), which
 * are expressions of REAL.
 */
VECTOR_CLONES
static void NAMED(derivative)(double width, size_t n, const void *x, void *out)
{
  const REAL w = (REAL)width, *from = x;
  REAL *to = out;
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) to[i] = DERIVATIVE(w, from[i]);
}

VECTOR_CLONES
static void NAMED(primitive)(double width, size_t n, const void *x, void *out)
{
  const REAL w = (REAL)width, *from = x;
  REAL *to = out;
  for (size_t i = 0; i < n; i++) to[i] = PRIMITIVE(w, from[i]);
}
