/**
 * What was done in trials and to weights, counted as it is done, for what it takes in energy. A tally is an array, so
 * that ranks can add theirs: the sum is the same on any number of ranks, but for bytes between them.
 */
#ifndef LOLIGO_LEARN_TALLY_H
#define LOLIGO_LEARN_TALLY_H

#include <stddef.h>

/** Numbers of a tally; behind them stands one for each layer, of cell updates: steps of its cells, forward, forward
 * again for the way back, and backward. */
enum {
  /* Forward: each spike of a cell, and each event of a sample that falls into its trial, times the rows of weights that
   * it meets, which are the inputs of all cells that its layer projects to. Spikes of cells that hand on a rate count
   * likewise; what stays over a trial is no event. trials_count_events() is where they are counted. */
  TALLY_SYNAPTIC_EVENTS,
  TALLY_MAC,            /* multiply-adds of products of matrices: forward, backward, gradients */
  TALLY_WEIGHT_UPDATES, /* of each number that learns */
  TALLY_NUMBERS,        /* that products of samples and updates of weights read and write */
  TALLY_NETWORK_BYTES,  /* handed to other ranks: samples, gradients, weights */
  TALLY_LAYERS          /* the first of them */
};

static inline size_t tally_length(size_t n_layers)
{
  return TALLY_LAYERS + n_layers;
}

#endif
