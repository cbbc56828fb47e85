/*
 * Epochs of a training, and the order of samples in each.
 */
#include "learn/order.h"

#include <math.h>
#include <stdio.h>

/* A part of an epoch that is less comes of adding up what a user wrote. */
static const double NO_EPOCH = 1e-9;

/* Epochs of stage i; none goes beyond the end of the training, and the last one lasts until there. */
static double stage_epochs(const learn_settings *settings, size_t i)
{
  double before = 0;
  for (size_t k = 0; k < i; k++) before += settings->stages[k].epochs;
  const double left = fmax(settings->epochs - before, 0);
  return i + 1 < settings->n_stages ? fmin(settings->stages[i].epochs, left) : left;
}

static uint64_t stage_samples(const learn_settings *settings, const dataset *sets, size_t i)
{
  return sets[settings->stages[i].data].n;
}

static uint64_t in_batches(const learn_settings *settings, uint64_t samples)
{
  return samples / settings->batch * settings->batch;
}

/* How many epochs a stage has, and samples of the last one where that is not whole, else 0. */
static uint64_t count_epochs(const learn_settings *settings, const dataset *sets, size_t i, uint64_t *part)
{
  const double epochs = stage_epochs(settings, i), whole = floor(epochs + NO_EPOCH), rest = epochs - whole;
  *part = rest > NO_EPOCH ? (uint64_t)ceil((rest - NO_EPOCH) * (double)stage_samples(settings, sets, i)) : 0;
  return (uint64_t)whole + (*part > 0);
}

uint64_t order_fewest(const learn_settings *settings, const dataset *sets, size_t stage)
{
  uint64_t part;
  if (count_epochs(settings, sets, stage, &part) == 0) return UINT64_MAX;
  return part > 0 ? part : stage_samples(settings, sets, stage);
}

/* An epoch within its stage. */
typedef struct place {
  size_t stage;
  double before;     /* epochs of the stages before it */
  uint64_t epoch, n; /* of the stage, and how many that has */
  uint64_t samples;  /* of the epoch */
} place;

/* False behind the last one; `before` is then all that there are. */
static bool find_place(const learn_settings *settings, const dataset *sets, uint64_t epoch, place *found)
{
  *found = (place){.epoch = epoch};
  for (; found->stage < settings->n_stages; found->stage++) {
    uint64_t part;
    found->n = count_epochs(settings, sets, found->stage, &part);
    if (found->epoch < found->n) {
      const bool is_part = part > 0 && found->epoch + 1 == found->n;
      found->samples = in_batches(settings, is_part ? part : stage_samples(settings, sets, found->stage));
      return true;
    }
    found->before += stage_epochs(settings, found->stage);
    found->epoch -= found->n;
  }
  return false;
}

bool order_find(const learn_settings *settings, const dataset *sets, uint64_t epoch, order_epoch *found)
{
  place place;
  *found = (order_epoch){.samples = settings->environment && (double)epoch < settings->epochs};
  if (settings->environment) return found->samples > 0;
  if (!find_place(settings, sets, epoch, &place)) return false;
  *found = (order_epoch){settings->stages[place.stage].data, place.samples};
  return true;
}

loligo_status order_init(uint64_t seed, const dataset *set, uint64_t epoch, random_permutation *order)
{
  char part[24];
  snprintf(part, sizeof part, "%llu", (unsigned long long)epoch);
  return random_permutation_init(order, random_key_make(seed, RANDOM_ORDER, set->name, part), set->n);
}

double order_done(const learn_settings *settings, const dataset *sets, uint64_t epoch, uint64_t samples)
{
  place place;
  if (settings->environment) return (double)(epoch + samples);
  if (!find_place(settings, sets, epoch, &place)) return place.before;
  if (place.epoch + 1 == place.n && samples >= place.samples) return place.before + stage_epochs(settings, place.stage);
  const uint64_t whole = in_batches(settings, stage_samples(settings, sets, place.stage));
  return place.before + (double)place.epoch + (double)samples / (double)whole;
}

double order_rate(const learn_settings *settings, double epochs)
{
  double factor = 1;
  for (size_t i = 0; i < settings->n_rate_epochs; i++)
    if (epochs > settings->rate_epochs[i] - NO_EPOCH) factor *= settings->rate_factor;
  return factor;
}
