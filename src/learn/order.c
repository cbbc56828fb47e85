/*
 * Epochs of a training, and the order of samples in each.
 */
#include "learn/order.h"

#include <math.h>
#include <stdio.h>

/* A part of an epoch that is less comes of adding up what a user wrote. */
static const double NO_EPOCH = 1e-9;

/* Epochs of stage i; the last one lasts to the end. */
static double stage_epochs(const learn_settings *settings, size_t i)
{
  if (i + 1 < settings->n_stages) return settings->stages[i].epochs;
  double before = 0;
  for (size_t k = 0; k < i; k++) before += settings->stages[k].epochs;
  return settings->epochs > before ? settings->epochs - before : 0;
}

/* How many epochs a stage has, and samples of the last one where that is not whole, else 0. */
static uint64_t count_epochs(const learn_settings *settings, const dataset *sets, size_t i, uint64_t *part)
{
  const double epochs = stage_epochs(settings, i), whole = floor(epochs + NO_EPOCH), rest = epochs - whole;
  *part = rest > NO_EPOCH ? (uint64_t)ceil(rest * (double)sets[settings->stages[i].data].n) : 0;
  return (uint64_t)whole + (*part > 0);
}

uint64_t order_fewest(const learn_settings *settings, const dataset *sets, size_t stage)
{
  uint64_t part;
  if (count_epochs(settings, sets, stage, &part) == 0) return UINT64_MAX;
  return part > 0 ? part : sets[settings->stages[stage].data].n;
}

bool order_find(const learn_settings *settings, const dataset *sets, uint64_t epoch, order_epoch *found)
{
  *found = (order_epoch){.samples = settings->environment && (double)epoch < settings->epochs};
  if (settings->environment) return found->samples > 0;
  for (size_t i = 0; i < settings->n_stages; i++) {
    uint64_t part;
    const uint64_t n = count_epochs(settings, sets, i, &part);
    if (epoch < n) {
      const size_t data = settings->stages[i].data;
      const uint64_t samples = part > 0 && epoch + 1 == n ? part : sets[data].n;
      *found = (order_epoch){data, samples / settings->batch * settings->batch};
      return true;
    }
    epoch -= n;
  }
  return false;
}

loligo_status order_init(uint64_t seed, const dataset *set, uint64_t epoch, random_permutation *order)
{
  char part[24];
  snprintf(part, sizeof part, "%llu", (unsigned long long)epoch);
  return random_permutation_init(order, random_key_make(seed, RANDOM_ORDER, set->name, part), set->n);
}

double order_done(const learn_settings *settings, uint64_t epoch, double fraction)
{
  double before = 0;
  if (settings->environment) return (double)epoch + fraction;
  for (size_t i = 0; i < settings->n_stages; i++) {
    const double epochs = stage_epochs(settings, i), length = fmin(1, epochs - (double)epoch);
    const uint64_t n = (uint64_t)ceil(epochs - NO_EPOCH);
    if (epoch < n) return before + (double)epoch + fraction * length;
    before += epochs;
    epoch -= n;
  }
  return before;
}

double order_rate(const learn_settings *settings, double epochs)
{
  double factor = 1;
  for (size_t i = 0; i < settings->n_rate_epochs; i++)
    if (epochs >= settings->rate_epochs[i]) factor *= settings->rate_factor;
  return factor;
}
