/** What a checkpoint is made of. */
#ifndef LOLIGO_IO_PLAN_H
#define LOLIGO_IO_PLAN_H

#include <stddef.h>

#include "io/results/provenance.h"
#include "loligo/snapshot.h"

/** A text that the caller wants back. */
typedef struct checkpoint_note {
  const char *name; /* without '/' */
  const char *value;
} checkpoint_note;

/** What to write; all owned elsewhere. Equal on all ranks but for the simulation's cells; notes count on rank 0. */
typedef struct checkpoint_plan {
  const char *directory; /* made if its parent is there */
  size_t keep;           /* checkpoints that stay, this one included; at least 1 */
  const loligo_network *network;
  loligo_simulation *simulation; /* of checkpoint_write() */
  const provenance *provenance;
  const checkpoint_note *notes; /* [n_notes] */
  size_t n_notes;
} checkpoint_plan;

enum { CHECKPOINT_FLIGHT_BYTES = 40 }; /* of each signal on its way */

/** Bytes of the fields of all cells and of what plastic synapses keep, the larger part of a checkpoint. Not collective.
 */
double checkpoint_state_bytes(const loligo_network *network);

#endif
