/**
 * Sums of what arrives at one step, in quanta: one per port.
 *
 * Narrow weights are summed in 32 bits. Where more events come than these can surely hold, what was summed is carried
 * over to 64 bits, and the 32 bits begin anew; so no sum wraps, and sums do not depend on when that was.
 */
#ifndef LOLIGO_SIM_LAYOUT_SUMS_H
#define LOLIGO_SIM_LAYOUT_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"
#include "sim/layout/ports.h"

/** So many narrow weights cannot wrap a sum of 32 bits. */
enum { SUMS_SAFE_EVENTS = INT32_MAX / (NARROW_MAX + 1) };

typedef struct sum_row {
  int32_t *narrow;  /* [n_narrow] */
  int64_t *wide;    /* [n_wide] */
  int64_t *carried; /* [n_narrow] belongs to `narrow` where has_carried; NULL until it is needed */
  bool has_carried;
  uint64_t n_narrow;
} sum_row;

typedef struct sums {
  sum_row *rows; /* [n_rows] all 0 */
  size_t n_rows;
  int32_t *narrow; /* [n_rows][n_narrow] the memory of the rows */
  int64_t *wide;   /* [n_rows][n_wide] */
} sums;

loligo_status sums_init(sums *sums, size_t n_rows, const port_layout *layout);
void sums_free(sums *sums);

/** Bytes of the sums of a cell of a population, in a row, and in about as many as a simulation takes; `all_wide`:
 * whatever its accumulators are, there being too many ports for narrow ones. */
double sums_row_bytes_of_cell(const fixed_point *format, size_t population, bool all_wide);
double sums_bytes_of_cell(const fixed_point *format, size_t population, bool all_wide);

/** Carries the narrow sums over; MACHINE without memory, the first time. */
loligo_status sum_row_carry(sum_row *row);

/**
 * Takes the sums of the ports of n local cells from the one at `first` on, which become 0, and adds them to total[n].
 * For every row after its delivery: sum_row_clear() when all were taken.
 */
void sum_row_take(sum_row *row, const port_range *range, uint64_t first, size_t n, int64_t *total);

/** After all sums of a row were taken. */
static inline void sum_row_clear(sum_row *row)
{
  row->has_carried = false;
}

#endif
