/** A number, or a distribution from which one number per cell or per synapse is drawn. */
#ifndef LOLIGO_DISTRIBUTION_H
#define LOLIGO_DISTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Those that are drawn from: one line each, and one file each, src/base/random/NAME.c. */
#define LOLIGO_DISTRIBUTIONS(X)                                                                                        \
  X(distribution, normal, NORMAL)                                                                                      \
  X(distribution, normal_clipped, NORMAL_CLIPPED)                                                                      \
  X(distribution, lognormal, LOGNORMAL)                                                                                \
  X(distribution, uniform, UNIFORM)

#define LOLIGO_DISTRIBUTION_KIND(kind, name, NAME) LOLIGO_##NAME,

typedef enum loligo_distribution_kind {
  LOLIGO_UNSET = 0, /* not given: the default holds; what a zeroed struct says */
  LOLIGO_CONSTANT,  /* mean */
  LOLIGO_LIST,      /* values[i] for item i */
  LOLIGO_DISTRIBUTIONS(LOLIGO_DISTRIBUTION_KIND)
} loligo_distribution_kind;

struct loligo_cell_values;

typedef struct loligo_distribution {
  loligo_distribution_kind kind;
  double mean, std;     /* base unit of the quantity */
  double low, high;     /* base unit; -INFINITY, INFINITY where a bound is left out */
  const double *values; /* [n_values] base unit; kept alive by the owner of the description */
  uint64_t n_values;
  struct loligo_cell_values *listed; /* NULL, but where a network has a list of which not all values are here */
} loligo_distribution;

static inline loligo_distribution loligo_constant(double value)
{
  const loligo_distribution constant = {LOLIGO_CONSTANT, value, 0, 0, 0, NULL, 0, NULL};
  return constant;
}

/** values[n] must stay as long as the list is used; who adds or sets it in a network makes a copy. */
static inline loligo_distribution loligo_list(const double *values, uint64_t n)
{
  const loligo_distribution list = {LOLIGO_LIST, 0, 0, 0, 0, values, n, NULL};
  return list;
}

#ifdef __cplusplus
}
#endif

#endif
