/** Which samples an epoch is made of, and in which order: functions of the settings and the seed. Not collective. */
#ifndef LOLIGO_LEARN_ORDER_H
#define LOLIGO_LEARN_ORDER_H

#include <stdbool.h>

#include "base/random/permutation.h"
#include "learn/dataset.h"
#include "learn/settings.h"

/** One epoch of a training. */
typedef struct order_epoch {
  size_t data;      /* number of the dataset */
  uint64_t samples; /* of it: all, or fewer where a stage ends within an epoch; a last batch that is not full is left
                       out */
} order_epoch;

/** False, and no samples, behind the last epoch. Epochs count through the stages, each of which begins one; what of a
 * stage lies beyond settings->epochs is left out. In an environment an epoch has one sample, which is an update. */
bool order_find(const learn_settings *settings, const dataset *sets, uint64_t epoch, order_epoch *found);

/** The fewest samples of an epoch of a stage, with those that are left out; UINT64_MAX where it has no epoch. */
uint64_t order_fewest(const learn_settings *settings, const dataset *sets, size_t stage);

/** The order of all samples of a dataset in an epoch; random_permutation_free() also after a failure (MACHINE). */
loligo_status order_init(uint64_t seed, const dataset *set, uint64_t epoch, random_permutation *order);

/**
 * Epochs that are done as the settings count them, so many samples into an epoch of order_find(). Part of an epoch
 * counts by the samples of a whole one, wherever its stage ends, so that a training that is to be longer goes on as if
 * it had always been; only the end of a stage is where the settings say, whatever its last batch left out.
 */
double order_done(const learn_settings *settings, const dataset *sets, uint64_t epoch, uint64_t samples);

/** What the optimiser's rate is multiplied by in a batch that begins when so many epochs are done. */
double order_rate(const learn_settings *settings, double epochs);

#endif
