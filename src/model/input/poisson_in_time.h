/** What the Poisson inputs share whose rate changes in time: each step has a mean of its own, the integral of the rate.
 */
#ifndef LOLIGO_MODEL_INPUT_POISSON_IN_TIME_H
#define LOLIGO_MODEL_INPUT_POISSON_IN_TIME_H

#include "model/input/input_model.h"

/** INPUT where a mean per step is more than can be drawn. */
static inline loligo_status poisson_in_time_check(double mean)
{
  if (mean < POISSON_MAX_MEAN) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "rate: %g events per step are more than a Poisson process may have here (1e6)",
                     mean);
}

/** Counts of the steps from `first` on; mean[k] is that of step first + k. */
static inline void poisson_in_time_count(random_key key, const double *mean, int64_t first, size_t n,
                                         const uint64_t *index, poisson_row *rows)
{
  for (int k = 0; k < POISSON_STEPS; k++) poisson_draw_same(mean[k], key, first + k, n, index, rows[k]);
}

#endif
