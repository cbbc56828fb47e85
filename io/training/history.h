/** How a training went, epoch by epoch: /history, /evaluation and /confusion of training.h5 and of checkpoints. Rank 0
 * keeps, writes and reads it. Not collective, all of it. */
#ifndef LOLIGO_IO_TRAINING_HISTORY_H
#define LOLIGO_IO_TRAINING_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_read.h"
#include "loligo/status.h"

/** An epoch that ended, or an evaluation. All members have 8 bytes. */
typedef struct history_row {
  double epoch;    /* that are done */
  double loss;     /* mean over samples */
  double accuracy; /* fraction of all answers; NAN where none can be right */
  double rate_hz;  /* mean over cells that spike; NAN where none do */
  uint64_t synaptic_events;
  double seconds; /* of wall time that it took */
} history_row;

typedef struct history_rows {
  history_row *rows; /* [n] owned */
  size_t n, capacity;
} history_rows;

typedef struct history {
  history_rows epochs, evaluations;
  uint64_t *confusion; /* [classes][classes] label, answer, of the last evaluation; NULL: none; owned */
  uint64_t classes;
} history;

/** MACHINE without memory. */
loligo_status history_add(history_rows *rows, const history_row *row);

/** Keeps a copy of [classes][classes] numbers in place of those before. MACHINE without memory. */
loligo_status history_keep_confusion(history *history, size_t classes, const uint64_t *confusion);

/** The last row, or NULL. */
const history_row *history_last(const history_rows *rows);

/** Adds the datasets to a draft. */
void history_draft(const history *history, h5_draft *draft);

/** Reads what history_draft() wrote into an empty history. MACHINE error. */
loligo_status history_read(const h5_reader *reader, history *history);

void history_free(history *history);

#endif
