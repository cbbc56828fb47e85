/**
 * The gradient of a batch from the trials of its samples, in one of two ways that the model file chooses: owners sum
 * their rows over all samples in order, for which deltas and what they meet are given to all ranks; or a rank sums
 * whole gradients over leaves of a few samples, in order, and leaves are added as whole numbers. Either has the same
 * bits on any number of ranks.
 */
#ifndef LOLIGO_LEARN_GRADIENT_H
#define LOLIGO_LEARN_GRADIENT_H

#include "learn/share.h"
#include "learn/trials.h"
#include "learn/weights.h"

/** The most leaves of a batch: so many numbers below 2^50 do not exceed 63 bits. */
enum { GRADIENT_MAX_LEAVES = 4096 };

typedef struct gradient {
  size_t leaf;      /* samples of one; 0: owners sum */
  size_t n_numbers; /* of all that learns */
  size_t n_leaves;  /* of this rank, so far */
  void *leaves;     /* [leaves of this rank][n_numbers] */
  int64_t *sum;     /* [n_numbers] in units of each array */
  int64_t *owned;   /* [most that this rank owns of an array] */
  double *largest;  /* [arrays] */
  bool is_first;    /* no samples were added yet */
  uint64_t bytes;
} gradient;

/** For batches, of which up to `capacity` samples are at work at a time. Not collective; MACHINE without memory,
 * INPUT where leaves have more numbers than MPI counts; gradient_free() also then. */
loligo_status gradient_init(const loligo_context *context, const weights *weights, const learn_settings *settings,
                            size_t capacity, gradient *made);
void gradient_free(gradient *gradient);

/** Begins a batch. Not collective. */
void gradient_begin(gradient *gradient);

/** Adds the samples at work, which follow those that were added before. Collective. */
void gradient_add(const sharing *sharing, gradient *gradient, trials *trials, weights *weights);

/** Leaves in each array's `gradient` the mean over so many samples. Collective; returns whether all of it is finite,
 * the same on all ranks. */
bool gradient_end(const sharing *sharing, gradient *gradient, weights *weights, uint64_t samples);

#endif
