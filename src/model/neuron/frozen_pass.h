/**
 * The map of hh_frozen and hh_leak: a membrane in the units of its paper, from rest, whose gates have constant rates.
 * Parameters, constants of passes and derived constants are the same numbers in the same order.
 */
#ifndef LOLIGO_MODEL_NEURON_FROZEN_PASS_H
#define LOLIGO_MODEL_NEURON_FROZEN_PASS_H

#include <string.h>

#include "model/neuron/block.h"

enum {
  FROZEN_MOVE, /* ms */
  FROZEN_G_L,
  FROZEN_E_L,
  FROZEN_THRESHOLD,
  FROZEN_I_E,
  FROZEN_LEAK_PARAMS,
  FROZEN_G_NA = FROZEN_LEAK_PARAMS,
  FROZEN_G_K,
  FROZEN_E_NA,
  FROZEN_E_K,
  FROZEN_RATES, /* of n opening and closing, then of m and h */
  FROZEN_PARAMS = FROZEN_RATES + 6
};

#define FROZEN_LEAK_ROWS                                                                                               \
  LOLIGO_REAL_ROW("move", "ms", "0.01", LOLIGO_RANGE_POSITIVE, "time by which a step moves the cell, whatever dt is"), \
      LOLIGO_REAL_ROW("g_L", "", "0.3", LOLIGO_RANGE_NON_NEGATIVE, "leak conductance, mS/cm2 for 1 uF/cm2"),           \
      LOLIGO_REAL_ROW("E_L", "", "10.6", LOLIGO_RANGE_ANY, "leak reversal potential, mV from rest"),                   \
      LOLIGO_REAL_ROW("threshold", "", "0.2", LOLIGO_RANGE_ANY, "the cell fires in each step in which V is above it"), \
      LOLIGO_REAL_ROW("I_e", "", "0", LOLIGO_RANGE_ANY, "constant input, uA/cm2")

/* State variables; hh_leak has the first. */
enum { FROZEN_V, FROZEN_N, FROZEN_M, FROZEN_H, FROZEN_VARIABLES };

/* On the tape; likewise the first two. */
enum { FROZEN_TAPED_V, FROZEN_TAPED_PSI, FROZEN_TAPED_GATES, FROZEN_TAPED = FROZEN_TAPED_GATES + 3 };

#define FROZEN_INTEGRATOR_PAGE                                                                                         \
  "forward Euler by the time `move`, once in a step whatever dt is; in single precision,\n"                            \
  "as trials compute: states are floats that are held in doubles"
#define FROZEN_SPIKE_PAGE "V is above the threshold in a step; nothing is reset; stamped with the end of the step"
#define FROZEN_SOURCE_PAGE                                                                                             \
  "the unit that is trained in He et al. 2024, Nat. Comput. Sci. 4:584, 10.1038/s43588-024-00674-9"
#define FROZEN_GOLDEN_PAGE                                                                                             \
  "the spikes of trials in single precision; the gradient of these: central differences in double precision within\n"  \
  "1e-5; hh_frozen and hh_leak as long as the channels stay closed (tests/physics/passes.c)"

/** A model's complete(): everything at 0, gates too. */
static inline void frozen_complete(double *state, size_t n)
{
  for (size_t v = 0; v < n; v++) {
    if (isnan(state[v])) state[v] = 0;
  }
}

#endif
