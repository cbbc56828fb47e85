/** Where the cells of one population are: a formula or a few ranges, never a table of cells. Not collective, all of it.
 */
#ifndef LOLIGO_PARTITION_PLACEMENT_H
#define LOLIGO_PARTITION_PLACEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

typedef enum placement_kind {
  PLACEMENT_CYCLIC, /* cell i on rank (first + i) mod ranks */
  PLACEMENT_EVEN, /* a piece of a line of cells that is cut into one part per rank, of equal numbers but for one cell */
  PLACEMENT_RANGES /* listed */
} placement_kind;

/** Cells from `first` to the first of the next range. */
typedef struct placement_range {
  uint64_t first;
  int rank;
} placement_range;

typedef struct placement {
  placement_kind kind;
  uint64_t size; /* cells of the population */
  uint64_t ranks;
  uint64_t first;              /* cyclic: see there; even: place of cell 0 on the line */
  uint64_t base, extra, lucky; /* even: rank r holds base cells, and one more if (r - lucky) mod ranks < extra */
  placement_range *ranges;     /* [n_ranges] ascending, the first from 0 on; owned */
  size_t n_ranges;
} placement;

placement placement_cyclic(uint64_t size, int ranks, uint64_t first);

/** Cells `first` ... first + size - 1 of a line of `line` cells; surplus cells go to the ranks from `lucky` on,
 * cyclically. */
placement placement_even(uint64_t size, int ranks, uint64_t line, uint64_t first, uint64_t lucky);

/** Ranges that the caller fills: at most `capacity`. MACHINE without memory. */
loligo_status placement_ranges(placement *placement, uint64_t size, int ranks, size_t capacity);

/** Appends the cells from `first` on to a placement by ranges; ascending calls. */
void placement_append(placement *placement, uint64_t first, int rank);

void placement_free(placement *placement);

/** As their namesakes of loligo/decomposition.h. */
int placement_rank(const placement *placement, uint64_t index);
uint64_t placement_count(const placement *placement, int rank);
void placement_cells(const placement *placement, int rank, uint64_t *out);

/** Takes that the ranks [first, end) hold `each` cells more. */
typedef void (*placement_sink)(void *self, uint64_t first, uint64_t end, uint64_t each);

/**
 * Hands the numbers of cells of all ranks to `sink` as runs of ranks, which add up: in as many as the population has
 * ranges, or ranks that it meets on a line of several populations, else in a few, however many ranks there are.
 */
void placement_runs(const placement *placement, placement_sink sink, void *self);

#endif
