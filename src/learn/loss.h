/**
 * How wrong the answer to a sample is. A loss is one file, src/learn/loss/NAME.c, and one line in its registry.c. Not
 * collective.
 */
#ifndef LOLIGO_LEARN_LOSS_H
#define LOLIGO_LEARN_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/registry.h"

typedef struct loss {
  const char *name, *summary; /* name as in loss: {cross_entropy: {target: classes}} */
  bool takes_labels;          /* else targets, one for each cell */
  bool of_codes;              /* judges what the cells of a code tell (nat) in place of answers, and takes neither */

  /** Loss of one sample from answer[n], and its derivative by them into gradient[n]. `label` < n or target[n] or
   * neither. Sums go in the order of the cells. */
  double (*of)(size_t n, const double *answer, size_t label, const double *target, double *gradient);
} loss;

REGISTRY_OF(loss);

#endif
