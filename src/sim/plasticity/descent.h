/** Synapses whose weights go against the gradient of an error, at the end of a trial. Not collective, all of it. */
#ifndef LOLIGO_SIM_PLASTICITY_DESCENT_H
#define LOLIGO_SIM_PLASTICITY_DESCENT_H

#include <stdint.h>

#include "sim/plasticity/plastic_table.h"

/** A spike of the source reaches the soma: adds the weights of a segment to sums, one for each wide port. */
void descent_deliver(const plastic_table *table, const plastic_segment *segment, int64_t *sums);

/** A trial at its end, for the synapses of a table. */
typedef struct descent_trial {
  int64_t begin, steps; /* it has the steps begin + 1 ... begin + steps */
  uint64_t number;      /* from 1 on */
  const double *credit; /* [steps][cells] what a spike that arrives at a local target then, times its weight, has added
                           to the error */
  size_t cells;         /* local, of the target population */
} descent_trial;

enum { DESCENT_TILE = 256 };

/** Some synapses of a table, at most a tile, in a trial of that number. */
typedef struct descent_part {
  uint64_t first;
  size_t n;
  uint64_t trial;
} descent_part;

/** Changes their weights by gradient[n]; counts the changes. */
void descent_change(plastic_table *table, const descent_part *part, const double *gradient);

/** Changes all weights by the gradient of the error, the sum of the credits of what has arrived. MACHINE without
 * memory, and then none has changed. */
loligo_status descent_learn(plastic_table *table, const descent_trial *trial);

#endif
