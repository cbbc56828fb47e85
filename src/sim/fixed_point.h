/**
 * Weights in fixed point: integers in units of one quantum per receptor of a population, so that sums do not depend on
 * their order.
 *
 * The quantum makes all weights exact where they are constants with a common divisor; else the largest fills 15 bits
 * and each is within a relative error of 1e-3; where their range is too wide for that, the projection stores 32-bit
 * weights.
 */
#ifndef LOLIGO_SIM_FIXED_POINT_H
#define LOLIGO_SIM_FIXED_POINT_H

#include <stdbool.h>
#include <stddef.h>

#include "loligo/network.h"
#include "loligo/status.h"
#include "model/model.h"

enum { FIXED_POINT_NARROW_MAX = 32767 };

/** One channel of a projection: its synapses go from a signal of one population to a receptor of another. */
typedef struct pathway {
  size_t projection;     /* number */
  size_t channel;        /* of the projection */
  size_t source, target; /* populations */
  int signal;            /* of the source's model; 0: spikes */
  size_t receptor;       /* of the target's model */
  double fixed;          /* weight of all synapses in the receptor's base unit; 0: the projection's */
  bool wide;             /* 32-bit instead of 16-bit weights */
} pathway;

typedef struct fixed_point {
  double (*quantum)[MODEL_MAX_RECEPTORS]; /* [populations][receptors] receptor's base unit */
  pathway *pathways;                      /* [n_pathways] in the order of projections and their channels */
  size_t n_pathways;
} fixed_point;

/** Chooses from the description alone, so that all ranks choose the same. Not collective. */
loligo_status fixed_point_init(fixed_point *format, const loligo_network *network);
void fixed_point_free(fixed_point *format);

#endif
