/**
 * The engine of trials: a network that learns. All ranks hold all weights; each shares the samples of a batch, and owns
 * rows of weights, whose gradient it sums over all samples in their order, and whose optimiser's state it keeps. Hence
 * the same bits on any number of ranks. Knows no files.
 *
 * Weights lie as [target rows][source columns]; row k * cells + j is input k of cell j, column likewise output k.
 */
#ifndef LOLIGO_LEARN_TRAINING_H
#define LOLIGO_LEARN_TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/dataset.h"
#include "learn/progress.h"
#include "learn/settings.h"
#include "learn/tally.h"
#include "loligo/context.h"
#include "loligo/network.h"
#include "loligo/status.h"

typedef struct training training;

/**
 * Draws the first weights and prepares for batches.
 *
 * Collective. `context`, `network`, `settings` and `sets` must outlive it.
 *
 * @param sets  [n_sets] datasets, shared; what the settings number
 * @return      INPUT where the network cannot be trained so (no adjoint, a projection that is not dense, a loop without
 *              steps, shapes that do not fit the data, a label that is none of the readout's cells), MACHINE without
 *              memory; the same on all ranks, and *made is left alone
 */
loligo_status training_create(const loligo_context *context, const loligo_network *network,
                              const learn_settings *settings, const dataset *sets, size_t n_sets, training **made);

/** Collective. NULL is allowed. */
void training_destroy(training *training);

/** Not collective, the same on all ranks. */
training_position training_where(const training *training);

/** Whether all epochs are done. Not collective, the same on all ranks. */
bool training_is_done(const training *training);

/** Epochs that are done as the settings count them, with the part of the one under way. Not collective, the same on all
 * ranks. */
double training_epochs(const training *training);

/** Tasks whose answer is right or wrong: one of several classes, or the sign of one number. Not collective. */
size_t training_judged(const training *training);

/** How many samples the epoch under way has. Not collective. */
uint64_t training_epoch_samples(const training *training);

/** Trials that were done of it: one for each sample, in an environment one for each step of an episode. Not collective,
 * the same on all ranks. */
uint64_t training_epoch_trials(const training *training);

/**
 * The next batch: one update of the weights.
 *
 * Collective. *ends_epoch tells whether the epoch ended with it; training_where() then still tells of that epoch until
 * the next call.
 *
 * @return  NUMERIC (see loligo/status.h) where the loss is not finite: weights are those before the batch; the same on
 * all ranks
 */
loligo_status training_batch(training *training, bool *ends_epoch);

/** What a network answers to all samples of a dataset. */
typedef struct training_score {
  double loss;        /* mean over samples, sum over tasks; in an environment 0 */
  double information; /* of codes that a loss names, mean over samples, nat; else 0 */
  double reward;      /* in an environment: mean over episodes, which are the samples; else 0 */
  uint64_t samples, answers, correct;
  uint64_t trials;     /* one for each sample; in an environment for each step of an episode */
  uint64_t *confusion; /* [classes][classes] of all tasks together: label, answer; NULL without labels; in the memory
                          of the training until the next score */
  size_t classes;
  uint64_t spikes, synaptic_events;
} training_score;

/** Collective. NUMERIC where the loss is not finite. */
loligo_status training_evaluate(training *training, size_t data, training_score *score);

/** [*n]; belongs to the training. Not collective. */
const training_field *training_fields(training *training, size_t *n);

/** Whether a training of these settings can stand at a position that a file tells of. Not collective. */
bool training_can_stand(const training *training, const training_position *position);

/** Goes on from fields that were filled, and a position at which it can stand. Collective. */
loligo_status training_restore(training *training, const training_position *position);

/** Hash of all weights; the same on any number of ranks. Not collective. */
uint64_t training_checksum(const training *training);

/** What was done since the training began, over all ranks and scores too: tally_length() of the populations, in the
 * memory of the training until the next call. Collective. */
uint64_t *training_totals(training *training);

/** Goes on from totals, of which those of rank 0 count; behind training_restore(). Not collective. */
void training_count_from(training *training, const uint64_t *totals);

/** Bytes of a number. Not collective. */
size_t training_number_bytes(const training *training);

/** Bytes that an update of the weights touches, as if one rank had all: weights, what the optimiser keeps, and what the
 * samples of a batch bring and take. Not collective, the same on any number of ranks. */
uint64_t training_working_bytes(const training *training);

/** Bytes that trials hold at most on this rank, besides weights: arrays of a batch, the tape of a block. */
uint64_t training_bytes(const training *training, uint64_t *tape);

#endif
