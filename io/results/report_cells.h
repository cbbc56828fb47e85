/**
 * Whose columns stand in a report, and in which order: those of one target, or those of several that are parts of one
 * whole, by the numbers that their cells have there. Not collective, all of it.
 */
#ifndef LOLIGO_IO_REPORT_CELLS_H
#define LOLIGO_IO_REPORT_CELLS_H

#include "io/results/state_recording.h"
#include "loligo/network.h"

/** A cell of a target. */
typedef struct report_row {
  uint64_t node_id;
  uint64_t position; /* in the target's selection */
  uint64_t before;   /* columns of the rows before it */
  size_t target;     /* of the recording */
} report_row;

typedef struct report_cells {
  const char *name; /* the network's */
  const loligo_network *network;
  const state_recording *recording;
  size_t variable;  /* which of the recording's */
  size_t target;    /* the first, or only one */
  report_row *rows; /* [n_rows] by ascending node id; NULL: cells of the one target, in its order; owned */
  uint64_t n_rows;
  uint64_t n_columns;
} report_cells;

/** How many reports the targets of a recording make. */
size_t report_cells_count(const loligo_network *network, const state_recording *recording);

/** The cells of report number `report`; report_cells_free() also after a failure (MACHINE). */
loligo_status report_cells_init(report_cells *cells, const loligo_network *network, const state_recording *recording,
                                size_t variable, size_t report);

void report_cells_free(report_cells *cells);

/** Row `i`; the row that a column is of; the columns of a target's cells. */
report_row report_cells_row(const report_cells *cells, uint64_t i);
uint64_t report_cells_row_of(const report_cells *cells, uint64_t column);
const state_columns *report_cells_columns(const report_cells *cells, size_t target);

/** Where the columns of this rank stand, whose targets' cells are samples[targets]: column[*n], ascending, for
 * memory_free(). MACHINE without memory. */
loligo_status report_cells_find(const report_cells *cells, const loligo_samples *samples, uint64_t **column,
                                uint64_t *n);

/** Frames of several targets. */
typedef struct report_join {
  double *values; /* owned */
  size_t capacity;
} report_join;

/** What waits of a report: the samples of its one target as they are, or, in *join, those of its targets together.
 * MACHINE without memory. */
loligo_status report_cells_join(const report_cells *cells, const loligo_samples *samples, report_join *join,
                                loligo_samples *joined);

#endif
