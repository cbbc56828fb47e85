/*
 * Rows of sums, and their carries.
 */
#include "sim/layout/sums.h"

#include "base/memory.h"
#include "base/vector.h"

enum { USUAL_ROWS = 8 };

loligo_status sums_init(sums *sums, size_t n_rows, const port_layout *layout)
{
  *sums = (struct sums){.rows = memory_allocate(n_rows, sizeof *sums->rows, "synaptic input"),
                        .narrow = memory_allocate(n_rows * layout->n_narrow, sizeof *sums->narrow, "synaptic input"),
                        .wide = memory_allocate(n_rows * layout->n_wide, sizeof *sums->wide, "synaptic input")};
  if (!sums->rows || !sums->narrow || !sums->wide) return LOLIGO_MACHINE_ERROR;
  for (sums->n_rows = 0; sums->n_rows < n_rows; sums->n_rows++)
    sums->rows[sums->n_rows] = (sum_row){.narrow = sums->narrow + sums->n_rows * layout->n_narrow,
                                         .wide = sums->wide + sums->n_rows * layout->n_wide,
                                         .n_narrow = layout->n_narrow};
  return LOLIGO_OK;
}

void sums_free(sums *sums)
{
  for (size_t i = 0; i < sums->n_rows; i++) memory_free(sums->rows[i].carried);
  memory_free(sums->rows);
  memory_free(sums->narrow);
  memory_free(sums->wide);
  *sums = (struct sums){0};
}

VECTOR_CLONES static void move_narrow(size_t n, int32_t *restrict from, int64_t *restrict to)
{
  for (size_t i = 0; i < n; i++) {
    to[i] += from[i];
    from[i] = 0;
  }
}

VECTOR_CLONES static void move_wide(size_t n, int64_t *restrict from, int64_t *restrict to)
{
  for (size_t i = 0; i < n; i++) {
    to[i] += from[i];
    from[i] = 0;
  }
}

double sums_row_bytes_of_cell(const fixed_point *format, size_t population, bool all_wide)
{
  size_t bytes = 0;
  for (size_t i = format->first[population]; i < format->first[population + 1]; i++)
    bytes += all_wide || format->accumulators[i].wide ? sizeof(int64_t) : sizeof(int32_t);
  return (double)bytes;
}

double sums_bytes_of_cell(const fixed_point *format, size_t population, bool all_wide)
{
  return USUAL_ROWS * sums_row_bytes_of_cell(format, population, all_wide);
}

loligo_status sum_row_carry(sum_row *row)
{
  if (!row->carried) row->carried = memory_allocate(row->n_narrow, sizeof *row->carried, "synaptic input");
  if (!row->carried) return LOLIGO_MACHINE_ERROR;
  move_narrow(row->n_narrow, row->narrow, row->carried);
  row->has_carried = true;
  return LOLIGO_OK;
}

void sum_row_take(sum_row *row, const port_range *range, uint64_t first, size_t n, int64_t *total)
{
  const uint64_t port = port_of_cell(range, first);
  if (range->wide) {
    move_wide(n, row->wide + port, total);
    return;
  }
  move_narrow(n, row->narrow + port, total);
  if (row->has_carried) move_wide(n, row->carried + port, total);
}
