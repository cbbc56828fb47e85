/** How far a training is, and what it has learned, as a checkpoint holds both. */
#ifndef LOLIGO_LEARN_PROGRESS_H
#define LOLIGO_LEARN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** Where a training stands. Written to a checkpoint and read from it; the next sample follows from it alone. */
typedef struct training_position {
  uint64_t updates;                 /* of the weights, done */
  uint64_t epoch;                   /* of the stages together, under way */
  uint64_t samples;                 /* of that epoch, done */
  double loss;                      /* sum over them, in their order */
  double information;               /* likewise, that of codes which a loss names, nat */
  double reward;                    /* in an environment: mean over the episodes of that update; else 0 */
  uint64_t correct;                 /* answers over all tasks */
  uint64_t spikes, synaptic_events; /* in them; spikes of cells with a threshold in trials */
} training_position;

/** Rows of a matrix that this rank is to write, or to fill: weights, and what the optimiser keeps for them. */
typedef struct training_field {
  const char *projection, *name; /* name: weight, bias, shared parameters by name, or these with /m, /v */
  bool is_state;                 /* of the optimiser; else what weights.h5 holds too */
  uint64_t rows, columns;
  uint64_t first_row, n_rows; /* of this rank */
  void *values;               /* [n_rows][columns] of the precision */
} training_field;

#endif
