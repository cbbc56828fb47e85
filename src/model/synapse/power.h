/** Powers of weights, for loops that are vectorised. */
#ifndef LOLIGO_MODEL_SYNAPSE_POWER_H
#define LOLIGO_MODEL_SYNAPSE_POWER_H

#include "base/vector.h"

/** n^mu for n >= 0; 0 where n is. */
VECTOR_INLINE double power(double n, double mu)
{
  const double positive = n > 0 ? n : 1;
  const double raised = vector_exp(mu * vector_log(positive));
  return n > 0 ? raised : 0;
}

#endif
