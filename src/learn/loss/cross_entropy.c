/*
 * Cross entropy of the label under the softmax of the answer.
 */
#include "base/vector.h"
#include "learn/loss.h"

static double of(size_t n, const double *answer, size_t label, const double *target, double *gradient)
{
  double most = answer[0], sum = 0;
  (void)target;
  for (size_t i = 1; i < n; i++)
    if (answer[i] > most) most = answer[i];
  for (size_t i = 0; i < n; i++) {
    gradient[i] = vector_exp(answer[i] - most);
    sum += gradient[i];
  }
  for (size_t i = 0; i < n; i++) gradient[i] = gradient[i] / sum - (i == label ? 1 : 0);
  return vector_log(sum) - (answer[label] - most);
}

const loss loss_cross_entropy = {
    .name = "cross_entropy",
    .summary = "classes: minus the logarithm of the probability that the softmax of the answer gives to the label",
    .takes_labels = true,
    .of = of,
};
