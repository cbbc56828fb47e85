/** What the loops of all models over the cells of a block have in common. */
#ifndef LOLIGO_MODEL_NEURON_BLOCK_H
#define LOLIGO_MODEL_NEURON_BLOCK_H

#include <math.h>
#include <stddef.h>

#include "base/grid.h"
#include "base/vector.h"
#include "model/neuron/model.h"

/** Number of derived constants where a model keeps them as a structure of doubles. */
#define DERIVED_COUNT(type) (sizeof(type) / sizeof(double))

/** Position of one of them among the derived constants. */
#define DERIVED_INDEX(type, member) (offsetof(type, member) / sizeof(double))

/** Fills constants[n] with the derived constants of cell i from number `first` on; all cells of a uniform block have
 * those of cell 0. */
VECTOR_INLINE void block_constants_from(const loligo_block *block, size_t first, size_t i, size_t n, double *constants)
{
#pragma GCC unroll 64
  for (size_t j = 0; j < n; j++) constants[j] = block->derived[first + j][i];
}

/** The same from the first of all on. */
VECTOR_INLINE void block_constants(const loligo_block *block, size_t i, size_t n, double *constants)
{
  block_constants_from(block, 0, i, n, constants);
}

/** Whether anybody listens to a signal of the block's cells. */
static inline bool block_is_heard(const loligo_block *block, size_t signal)
{
  return block->signal && block->signal[signal];
}

/** Mean over a step of what starts at 1 and decays with time constant tau. */
static inline double block_mean_decay(double tau, double dt)
{
  return -vector_expm1(-dt / tau) * tau / dt;
}

#endif
