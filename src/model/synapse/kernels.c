/*
 * Loops that the compiler vectorises.
 */
#include "model/synapse/kernels.h"

#include "base/vector.h"

VECTOR_CLONES static void add(size_t n, double c, const double *restrict trace, double *restrict what)
{
  for (size_t i = 0; i < n; i++) what[i] += c * trace[i];
}

VECTOR_CLONES static void add_in_proportion(size_t n, double c, const double *restrict trace, double *restrict w)
{
  for (size_t i = 0; i < n; i++) w[i] += c * w[i] * trace[i];
}

void synapse_add(const synapse_tile *tile, double c, double *what)
{
  add(tile->n, c, tile->trace, what);
}

void synapse_add_in_proportion(const synapse_tile *tile, double c)
{
  add_in_proportion(tile->n, c, tile->trace, tile->weight);
}
