/** What the weights of a pathway can be, one sign at a time. Not collective. */
#ifndef LOLIGO_SIM_LAYOUT_WEIGHT_SET_H
#define LOLIGO_SIM_LAYOUT_WEIGHT_SET_H

#include "base/decimal.h"
#include "network/description.h"

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

/** Sets of a projection; of weights that are all `fixed` where that is not 0. */
void weight_sets_of(const loligo_network *network, const loligo_projection *projection, double fixed,
                    weight_set sets[SIGNS]);

/** Magnitudes of the listed weights of one sign into out[n_edges], the largest first; returns their number. */
size_t weight_list(const loligo_projection *projection, int sign, double *out);

#endif
