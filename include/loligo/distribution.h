/** A number, or a law from which one number per cell or per synapse is drawn. */
#ifndef LOLIGO_DISTRIBUTION_H
#define LOLIGO_DISTRIBUTION_H

#include <stdint.h>

typedef enum loligo_distribution_kind {
  LOLIGO_UNSET = 0,      /* not given: the default holds; what a zeroed struct says */
  LOLIGO_CONSTANT,       /* mean */
  LOLIGO_NORMAL,         /* mean, std */
  LOLIGO_NORMAL_CLIPPED, /* mean, std, redrawn until within [low, high] */
  LOLIGO_LOGNORMAL,      /* mean and std of the variable itself */
  LOLIGO_UNIFORM,        /* [low, high) */
  LOLIGO_LIST            /* values[i] for item i */
} loligo_distribution_kind;

typedef struct loligo_distribution {
  loligo_distribution_kind kind;
  double mean, std;     /* base unit of the quantity */
  double low, high;     /* base unit; -INFINITY, INFINITY where a bound is left out */
  const double *values; /* [n_values] base unit; kept alive by the owner of the description */
  uint64_t n_values;
} loligo_distribution;

static inline loligo_distribution loligo_constant(double value)
{
  return (loligo_distribution){.kind = LOLIGO_CONSTANT, .mean = value};
}

#endif
