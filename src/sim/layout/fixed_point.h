/**
 * Weights in fixed point: integers in units of a quantum, so that sums do not depend on their order.
 *
 * What synapses bring to a receptor is summed in one accumulator or in several, each with a quantum of its own; so what
 * a weight is rounded to does not depend on what else is in the network. Onto one receptor
 *
 *   - constants and listed weights of up to nine decimal digits share an accumulator whose quantum divides them all, as
 *     long as they are at most 32,767 quanta; what does not fit gets another, or weights of 32 bits;
 *   - a law whose largest weight is at most 65 times its smallest has weights of 16 bits, within 3.1e-5 of the largest
 * and 1e-3 of themselves; laws share an accumulator as far as that holds for each;
 *   - any other law, and lists with more digits, have weights of 32 bits, within 2^-31 of the largest, or 3.1e-5 of
 *     themselves where that is finer: small ones go to accumulators of finer quanta. None but 0 becomes 0.
 *
 *   - weights that change have accumulators of their own, one for each projection, in units of |Wmax| 2^-31.
 *
 * Accumulators of 32-bit weights sum in 64 bits; those of 16-bit weights in 32, and in 64 where a step brings too much.
 */
#ifndef LOLIGO_SIM_LAYOUT_FIXED_POINT_H
#define LOLIGO_SIM_LAYOUT_FIXED_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"
#include "network/description.h"
#include "sim/layout/weight_set.h"

enum { NARROW_MAX = INT16_MAX, WIDE_MAX = INT32_MAX };

/** A sum onto one receptor of each cell of a population. n quanta stand for n * quantum + n * rest. */
typedef struct accumulator {
  size_t population, receptor;
  double quantum, rest; /* receptor's base unit */
  double limit;         /* largest magnitude of a weight that comes here, receptor's base unit */
  bool wide;            /* weights of 32 bits instead of 16 */
} accumulator;

/** Where weights of one sign go: the first of accumulators first ... first + n - 1 whose limit they do not exceed. */
typedef struct accumulator_range {
  uint32_t first, n;
} accumulator_range;

/** One pathway of a projection: its synapses go from a signal of one population to receptors of another. There may be
 * hundreds of thousands, on every rank. */
typedef struct pathway {
  uint32_t projection;           /* number */
  uint32_t number;               /* of the pathway within the projection */
  uint32_t source, target;       /* populations */
  int signal;                    /* of the source's model; 0: spikes */
  bool wide;                     /* like all its accumulators */
  double fixed;                  /* weight of all synapses in the receptor's base unit; 0: the projection's */
  accumulator_range sums[SIGNS]; /* of weights of each sign; empty where none can occur; 0 is positive if it can */
} pathway;

typedef struct fixed_point {
  accumulator *accumulators; /* [n_accumulators] by population, then receptor */
  size_t n_accumulators, n_populations;
  size_t *first;     /* [n_populations + 1] those of population p are first[p] ... first[p + 1] - 1 */
  pathway *pathways; /* [n_pathways] in the order of projections and their pathways */
  size_t n_pathways;
  double error_bound; /* largest rounding error of any weight, relative to the largest that its projection can have */
  size_t rounded;     /* first projection whose constant or listed weights are rounded; network's number without one */
} fixed_point;

/** Chooses from the description alone, so that all ranks choose the same. INPUT where a network is for learning in
 * trials only, and no simulation can be. Not collective; fixed_point_free() also after
 * a failure. */
loligo_status fixed_point_init(fixed_point *format, const loligo_network *network);
void fixed_point_free(fixed_point *format);

/** The quantum as one number, for dividing by it. */
static inline double accumulator_quantum(const accumulator *a)
{
  return a->quantum + a->rest;
}

/** The weight that n quanta stand for. */
static inline double accumulator_value(const accumulator *a, int64_t n)
{
  return (double)n * a->quantum + (double)n * a->rest;
}

/** The only accumulator that weights of a pathway go to; NULL if there are several. */
const accumulator *fixed_point_only(const fixed_point *format, const pathway *way);

#endif
