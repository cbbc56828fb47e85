/** Inputs of the network bound to the local cells that they reach. */
#ifndef LOLIGO_SIM_INPUTS_H
#define LOLIGO_SIM_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/network.h"
#include "model/drive.h"
#include "sim/cells.h"

/** One input on this rank. */
typedef struct bound_input {
  const loligo_input *input;
  void *shared;         /* what the drive prepared */
  uint64_t first, last; /* local positions in the target's group, half open */
} bound_input;

/** Inputs, sorted by target population. */
typedef struct inputs {
  bound_input *bound; /* [n] */
  size_t n;
  size_t *group_first; /* [n_groups + 1] those of group g are group_first[g] ... group_first[g + 1] - 1 */
} inputs;

/** Binds all inputs. Not collective; inputs_free() also after a failure. */
loligo_status inputs_init(inputs *inputs, const loligo_network *network, const cells *cells);
void inputs_free(inputs *inputs);

/** Whether any input gives group g a current, or arrivals on a receptor. */
bool inputs_have_current(const inputs *inputs, size_t g);
bool inputs_have_arrivals(const inputs *inputs, size_t g, int receptor);

/**
 * Adds what the inputs give to the n cells from local position `first` of group g at a step.
 *
 * @param current   [n] pA, or NULL where inputs_have_current() is false
 * @param arriving  [receptors] -> [n] receptor's unit, what arrives at (step + 1) * dt
 */
void inputs_add(const inputs *inputs, const cell_group *group, uint64_t first, size_t n, int64_t step, double *current,
                double *const *arriving);

#endif
