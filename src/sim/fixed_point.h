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

typedef struct fixed_point {
  double (*quantum)[MODEL_MAX_RECEPTORS]; /* [populations][receptors] receptor's base unit */
  bool *wide;                             /* [projections] 32-bit instead of 16-bit weights */
} fixed_point;

/** Chooses from the description alone, so that all ranks choose the same. Not collective. */
loligo_status fixed_point_init(fixed_point *format, const loligo_network *network);
void fixed_point_free(fixed_point *format);

#endif
