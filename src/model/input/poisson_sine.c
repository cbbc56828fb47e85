/*
 * Poisson spike trains onto a receptor, independent from cell to cell, of rate mean + amplitude sin(2 pi frequency t +
 * phase). The mean number of a step is the integral over it, in closed form.
 */
#include <math.h>

#include "base/vector.h"
#include "model/input/current.h"
#include "model/input/poisson_in_time.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("mean", "Hz", NULL, LOLIGO_RANGE_NON_NEGATIVE, "mean rate of each source" POISSON_HELP),
    LOLIGO_REAL_ROW("amplitude", "Hz", NULL, LOLIGO_RANGE_NON_NEGATIVE, "of its modulation, at most the mean"),
    LOLIGO_REAL_ROW("frequency", "Hz", NULL, LOLIGO_RANGE_NON_NEGATIVE, "periods per second"),
    LOLIGO_REAL_ROW("phase", "rad", "0", LOLIGO_RANGE_ANY, "angle at time 0, whenever the input starts"),
    LOLIGO_REAL_ROW("sources", "", "1", LOLIGO_RANGE_NON_NEGATIVE, "sources per target cell"),
};

enum { MEAN, AMPLITUDE, FREQUENCY, PHASE, SOURCES };

typedef struct background {
  random_key key;
  double mean, amplitude; /* spikes in a step */
  double per_step, phase; /* turns */
} background;

static loligo_status prepare(const input_setup *setup, void **shared)
{
  const double pi = 3.141592653589793, *p = setup->param;
  const double in_step = p[SOURCES] * setup->dt * 1e-3, turns = p[FREQUENCY] * setup->dt * 1e-3;
  const double smoothed = turns > 0 ? vector_sin2pi(0.5 * turns) / (pi * turns) : 1; /* by the mean over a step */
  const background made = {setup->key, p[MEAN] * in_step, p[AMPLITUDE] * in_step * smoothed, turns,
                           p[PHASE] / (2 * pi)};
  if (p[AMPLITUDE] > p[MEAN])
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "amplitude %g Hz is larger than the mean of %g Hz, so that the rate would be "
                       "negative at times",
                       p[AMPLITUDE], p[MEAN]);
  LOLIGO_TRY(poisson_in_time_check(2 * made.mean));
  return current_keep(&made, sizeof made, shared);
}

static void count(const void *shared, int64_t first, size_t n, const uint64_t *index, poisson_row *rows)
{
  const background *from = shared;
  double mean[POISSON_STEPS];
  for (int k = 0; k < POISSON_STEPS; k++) {
    const double turns = ((double)(first + k) + 0.5) * from->per_step + from->phase;
    mean[k] = fmax(0, from->mean + from->amplitude * vector_sin2pi(turns));
  }
  poisson_in_time_count(from->key, mean, first, n, index, rows);
}

const input_model input_model_poisson_sine = {
    .name = "poisson_sine",
    .summary = "Poisson spike trains of sinusoidal rate; also model: poisson, rate: {sine: {mean: ..., ...}}",
    .form = {"poisson", "rate", "sine"},
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = memory_free,
    .count = count,
};
