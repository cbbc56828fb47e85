/** How a training went, epoch by epoch: /history, /evaluation and /confusion of training.h5 and of checkpoints. Rank 0
 * keeps, writes and reads it. Not collective, all of it. */
#ifndef LOLIGO_IO_TRAINING_CURVES_H
#define LOLIGO_IO_TRAINING_CURVES_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

/** An epoch that ended, or an evaluation. All members have 8 bytes. */
typedef struct curve_point {
  double epoch;            /* that are done */
  double loss;             /* mean over samples */
  double accuracy;         /* fraction of all answers; NAN where none can be right */
  double information_bits; /* what codes tell of a sample at most, mean over samples; NAN where no loss names any */
  double reward;           /* mean over episodes in an environment; NAN without one, loss and accuracy with one */
  double rate_hz;          /* mean over cells that spike; NAN where none do */
  uint64_t synaptic_events;
  double seconds; /* of wall time that it took */
} curve_point;

typedef struct curve {
  curve_point *points; /* [n] owned */
  size_t n, capacity;
} curve;

typedef struct curves {
  curve epochs, evaluations;
  uint64_t *confusion; /* [classes][classes] label, answer, of the last evaluation; NULL: none; owned */
  uint64_t classes;
} curves;

/** MACHINE without memory. */
loligo_status curve_add(curve *curve, const curve_point *point);

/** Keeps a copy of [classes][classes] numbers in place of those before. MACHINE without memory. */
loligo_status curves_keep_confusion(curves *curves, size_t classes, const uint64_t *confusion);

/** The last row, or NULL. */
const curve_point *curve_last(const curve *curve);

struct h5_draft;
struct h5_reader;

/** Adds the datasets to a draft. */
void curves_draft(const curves *curves, struct h5_draft *draft);

/** Reads what curves_draft() wrote into an empty history. MACHINE error. */
loligo_status curves_read(const struct h5_reader *reader, curves *curves);

void curves_free(curves *curves);

#endif
