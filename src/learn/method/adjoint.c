/*
 * Learning by the gradient: backpropagation through the integrators of the models, exact where these are smooth, with a
 * surrogate where they have a threshold.
 */
#include <math.h>

#include "learn/method.h"
#include "learn/training.h"
#include "learn/training_state.h"

static loligo_status refuse(const training *training, const char *what)
{
  const training_position *at = &training->position;
  return loligo_fail(LOLIGO_NUMERICS_ERROR,
                     "learning: %s is not finite in epoch %llu, batch %llu; the weights are those before it: try a "
                     "smaller rate of the optimiser, or a bound by learning.clip",
                     what, (unsigned long long)at->epoch + 1,
                     (unsigned long long)(at->samples / training->settings->batch) + 1);
}

/* The samples of a batch, as many at a time as are well held. */
static void add_samples(training *training, uint64_t n, training_position *sums)
{
  for (uint64_t first = 0; first < n; first += training->trials.capacity) {
    const uint64_t rest = n - first, most = training->trials.capacity;
    training_work(training, training->position.samples + first, (size_t)(rest < most ? rest : most), true);
    training_sum(training, sums);
    gradient_add(&training->sharing, &training->gradient, &training->trials, &training->weights);
  }
}

static double rate_now(const training *training)
{
  const learn_settings *settings = training->settings;
  return settings->optimiser_params[0] * order_rate(settings, training_epochs(training));
}

static loligo_status update(training *training)
{
  const learn_settings *settings = training->settings;
  const uint64_t n = settings->batch;
  training_position sums = training->position;
  gradient_begin(&training->gradient);
  add_samples(training, n, &sums);
  if (!isfinite(sums.loss)) return refuse(training, "the loss");
  if (!gradient_end(&training->sharing, &training->gradient, &training->weights, n))
    return refuse(training, "the gradient");
  const weights_stride stride = {.optimiser = settings->optimiser,
                                 .precision = settings->precision,
                                 .param = settings->optimiser_params,
                                 .rate = rate_now(training),
                                 .update = sums.updates + 1};
  weights_move(&training->weights, &stride);
  weights_share(&training->sharing, &training->weights, false);
  sums.updates++;
  sums.samples += n;
  training->position = sums;
  return LOLIGO_OK;
}

const learn_method learn_method_adjoint = {
    .name = "adjoint",
    .summary = "the gradient through the models' own integrators; thresholds by a surrogate",
    .update = update,
};
