/** What a training is made of, for the files of this folder that move it. */
#ifndef LOLIGO_LEARN_TRAINING_STATE_H
#define LOLIGO_LEARN_TRAINING_STATE_H

#include "learn/answers.h"
#include "learn/gradient.h"
#include "learn/order.h"
#include "learn/progress.h"

typedef struct training {
  const loligo_context *context;
  const loligo_network *network;
  const learn_settings *settings;
  const dataset *sets; /* [n_sets] */
  size_t n_sets;

  layers layers;
  weights weights;
  trials trials;
  gradient gradient;
  answers answers;
  sharing sharing;
  uint64_t *number; /* [capacity of the trials] of the samples at work within their set */

  training_position position;
  order_epoch epoch;        /* that is under way; without samples behind the last one */
  random_permutation order; /* of it */

  uint64_t trials_of_epoch; /* in an environment: that the last update took */

  uint64_t *tally;  /* [tally_length()] of this rank; rank 0's goes on from what other runs had done */
  uint64_t *totals; /* [tally_length()] the sum over ranks, when it was last asked for */
} training;

/** The n samples whose numbers are in number[] go to work, forward. Not collective. */
void training_show(training *training, const dataset *set, size_t n, uint64_t epoch, bool all);

/** Samples [first, first + n) of the epoch under way go to work, forward, and are judged; `learns`: for a gradient. Not
 * collective. */
void training_work(training *training, uint64_t first, size_t n, bool learns);

/** Gives all ranks the answers to the samples at work and adds them to *sums, in their order. Collective. */
void training_sum(training *training, training_position *sums);

/** Adds up numbers of all ranks. Collective. */
void training_add_up(const training *training, uint64_t *numbers, size_t n);

#endif
