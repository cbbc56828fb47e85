/** What the distributions that are made from normal variates share. */
#ifndef LOLIGO_BASE_RANDOM_NORMAL_H
#define LOLIGO_BASE_RANDOM_NORMAL_H

#include "base/random/distribution.h"

/* Rows of their tables. */
#define NORMAL_MEAN                                                                                                    \
  {                                                                                                                    \
    "mean", LOLIGO_PARAM_REAL, NULL, NULL, LOLIGO_RANGE_ANY, NULL, "mean", offsetof(loligo_distribution, mean)         \
  }
#define NORMAL_STD                                                                                                     \
  {                                                                                                                    \
    "std", LOLIGO_PARAM_REAL, NULL, NULL, LOLIGO_RANGE_NON_NEGATIVE, NULL, "standard deviation",                       \
        offsetof(loligo_distribution, std)                                                                             \
  }

/** INPUT unless mean and std are finite, and std >= 0. */
loligo_status normal_check_moments(const loligo_distribution *of, const char *key);

/** INPUT where a value would not be a number: parameters too large, or too far apart. */
loligo_status normal_check_reach(const loligo_distribution *of, const char *key, distribution_range range);

/** Values without bounds. */
void normal_draw(const loligo_distribution *of, random_key key, uint64_t item, size_t n, double *out);
distribution_range normal_range(const loligo_distribution *of);

/** Probability that a standard normal variate lies between two bounds; without cancellation in either tail. */
double normal_mass(double low, double high);

/** Probability of a standard normal variate below x where it lies between two bounds; and of one with the mean and std
 * of a distribution within its range. */
double normal_below(double low, double high, double x);
double normal_below_within(const loligo_distribution *of, distribution_range range, double x);

#endif
