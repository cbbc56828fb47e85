/** What is recorded of states. */
#ifndef LOLIGO_IO_STATE_RECORDING_H
#define LOLIGO_IO_STATE_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "io/results/frames.h"
#include "network/selection.h"

/** What is recorded of each cell of a target: one column after the other. */
typedef struct state_columns {
  size_t *variables; /* [n] of the target's model */
  size_t *elements;  /* [n] compartments that they are of, or sections; NULL: cells as such, which have one column */
  double *places;    /* [n] of these along the sections; NULL: the middle of a compartment */
  size_t n;
} state_columns;

/** One entry of record.state: one file NAME.VARIABLE.h5 per variable, with a report for each target. */
typedef struct state_recording {
  char *name;
  selections targets;     /* one at least */
  state_columns *columns; /* [n_variables][targets.n] */
  size_t n_variables;
  frame_clock clock; /* its stop is cut to the duration */
  bool float64;      /* else float32 */
} state_recording;

typedef struct state_recordings {
  state_recording *items; /* [n] owned, with names and columns */
  size_t n;
} state_recordings;

/** Columns of one of the targets. */
static inline const state_columns *state_columns_of(const state_recording *recording, size_t variable, size_t target)
{
  return &recording->columns[variable * recording->targets.n + target];
}

#endif
