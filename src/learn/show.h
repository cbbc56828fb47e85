/**
 * Bodies of the loops that turn stored values into inputs; included once for each kind of stored value and precision,
 * after the definition of
 *
 *     NAME(x)  names of the functions, from x
 *     STORED   type of a stored value
 *     REAL     type of an input
 *
 * Each value goes through the same operations in the same order, whatever the width of vectors.
 */

VECTOR_CLONES
static void NAME(show_plain)(size_t n, const STORED *restrict stored, REAL shift, REAL scale, REAL *restrict out)
{
  for (size_t i = 0; i < n; i++) out[i] = ((REAL)stored[i] + shift) * scale;
}

VECTOR_CLONES
static void NAME(show_noisy)(size_t n, const STORED *restrict stored, const double *restrict normal, double std,
                             REAL shift, REAL scale, REAL *restrict out)
{
  for (size_t i = 0; i < n; i++) out[i] = ((REAL)stored[i] + (REAL)(std * normal[i]) + shift) * scale;
}

/* Values first ... first + n - 1 of a sample, with noise unless `normal` is NULL. */
static void NAME(show)(const dataset *set, size_t n, const STORED *stored, const double *normal, REAL *out)
{
  const REAL shift = (REAL)set->shift, scale = (REAL)set->scale;
  if (normal)
    NAME(show_noisy)(n, stored, normal, set->noise.std, shift, scale, out);
  else
    NAME(show_plain)(n, stored, shift, scale, out);
}
