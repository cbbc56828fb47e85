/*
 * Half of the squared distance from the target.
 */
#include "learn/loss.h"

static double of(size_t n, const double *answer, size_t label, const double *target, double *gradient)
{
  double sum = 0;
  (void)label;
  for (size_t i = 0; i < n; i++) {
    gradient[i] = answer[i] - target[i];
    sum += gradient[i] * gradient[i];
  }
  return sum / 2;
}

const loss loss_mean_square = {
    .name = "mean_square",
    .summary = "numbers: half of the squared distance of the answer from the target, summed over the cells",
    .of = of,
};
