/** What models share whose cells fire by chance, at a rate that follows from their state. */
#ifndef LOLIGO_MODEL_NEURON_ESCAPE_H
#define LOLIGO_MODEL_NEURON_ESCAPE_H

#include "base/random/random.h"
#include "model/neuron/adaptation.h"

#define ESCAPE_HELP "; the probability of a spike in a step is a multiple of 2^-32"
#define ESCAPE_SPIKE_PAGE                                                                                              \
  "a step that ends at rate r fires with probability 1 - exp(-r dt), by a number keyed by seed, population, cell\n"    \
  "and step; stamped with that end"

enum { ESCAPE_LISTS = 2 };

/** What such a model prepares for a population: its random numbers, and where its elements lie. */
typedef struct escape_shared {
  random_key key;
  adaptation lists[ESCAPE_LISTS];
} escape_shared;

/**
 * Prepares it.
 *
 * @param n_variables  of the model without elements
 * @param n_derived    likewise
 * @param tau_rows     [ESCAPE_LISTS] rows of the lists of time constants
 */
static inline loligo_status escape_prepare(const loligo_model_setup *setup, size_t n_variables, size_t n_derived,
                                           const size_t *tau_rows, size_t n_lists, void **shared)
{
  escape_shared *made = memory_allocate(1, sizeof *made, "cells that fire by chance");
  if (!made) return LOLIGO_MACHINE_ERROR;
  made->key = random_key_of(setup->key);
  for (size_t k = 0; k < n_lists; k++) {
    const size_t n = adaptation_count(setup->param, tau_rows[k]);
    made->lists[k] = (adaptation){n, n_variables, n_derived};
    n_variables += n;
    n_derived += n * ADAPTATION_DERIVED;
  }
  *shared = made;
  return LOLIGO_OK;
}

/** Fills u[n] with a uniform number in (0, 1) for each cell at the block's step. */
VECTOR_INLINE void escape_uniforms(const loligo_block *block, double *u)
{
  enum { STEPS = 4 /* that a block of random words serves */ };
  const escape_shared *shared = block->shared;
  const size_t n = block->n;
  uint32_t words[STEPS][LOLIGO_BLOCK_CELLS];
  random_blocks(shared->key, (uint64_t)(block->step / STEPS), n, block->index, LOLIGO_BLOCK_CELLS, words[0]);
  const uint32_t *word = words[block->step % STEPS];
  for (size_t i = 0; i < n; i++) u[i] = (word[i] + 0.5) * 0x1p-32;
}

/** 1 with the probability that a cell fires in a step of which `rate` is expected, else 0. */
VECTOR_INLINE double escape_fires(double rate, double u)
{
  return u < -vector_expm1(-rate) ? 1 : 0;
}

#endif
