/** What weights can be, one sign at a time, as far as weights that are listed tell. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_LISTED_WEIGHTS_H
#define LOLIGO_NETWORK_LISTED_WEIGHTS_H

#include "base/decimal.h"

enum { POSITIVE, NEGATIVE, SIGNS };

typedef enum weight_kind {
  WEIGHTS_NONE,    /* no weight has this sign */
  WEIGHTS_DECIMAL, /* multiples in `grid` */
  WEIGHTS_ONE,     /* `high` alone */
  WEIGHTS_APART,   /* listed decimals that are too far apart for one grid of 32 bits */
  WEIGHTS_LISTED,  /* listed, with more digits */
  WEIGHTS_LAW,     /* drawn */
  WEIGHTS_PLASTIC  /* whatever they become, up to `high` */
} weight_kind;

/** Magnitudes of the weights of one sign; 0 counts as positive where other weights are. */
typedef struct weight_set {
  weight_kind kind;
  decimal_grid grid;
  double low, high; /* base unit; low: smallest but 0, or 0 where arbitrarily small ones can be drawn */
} weight_set;

static inline int weight_sign(double weight)
{
  return weight < 0 ? NEGATIVE : POSITIVE;
}

/** The set of one number. */
weight_set weight_set_of_one(double weight);

/** Adds a listed weight to the set of its sign; in whatever order, the sets are the same in the end. */
void listed_weights_include(weight_set sets[SIGNS], double weight);

/** Adds all that other sets have. */
void listed_weights_merge(weight_set sets[SIGNS], const weight_set others[SIGNS]);

/** Behind the last of a list. */
void listed_weights_end(weight_set sets[SIGNS]);

#endif
