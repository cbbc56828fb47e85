/*
 * The counts go to stretches of cells, one for each rank, and come back as sums.
 */
#include "io/hdf5/ragged.h"

#include "base/memory.h"
#include "io/hdf5/tiles.h"

/* Makes of n counts the sums before each; returns how many there are on all ranks. Collective. */
static uint64_t add_up(const loligo_context *context, uint64_t n, uint64_t *counts)
{
  uint64_t own = 0, before = 0, all;
  for (uint64_t i = 0; i < n; i++) own += counts[i];
  MPI_Exscan(&own, &before, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  MPI_Allreduce(&own, &all, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  uint64_t at = context->rank ? before : 0;
  for (uint64_t i = 0; i < n; i++) {
    const uint64_t count = counts[i];
    counts[i] = at;
    at += count;
  }
  return all;
}

loligo_status ragged_places(const loligo_context *context, uint64_t n_all, uint64_t n_local, const uint64_t *index,
                            const uint64_t *n, uint64_t *first, uint64_t *total)
{
  tiles tiles;
  uint64_t *stretch = NULL;
  loligo_status status = tiles_init(&tiles, context, n_all, n_local, index, 0, n_all / (uint64_t)context->size + 1);
  if (status == LOLIGO_OK) {
    stretch = memory_allocate(tiles_of_rank(&tiles, context->rank, 1).columns, sizeof *stretch, "counts of cells");
    status = loligo_agree(context, stretch ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  }
  if (status == LOLIGO_OK) {
    const tile own = tiles_of_rank(&tiles, context->rank, 1);
    tiles_exchange(&tiles, 1, n, stretch);
    *total = add_up(context, own.rows * own.columns, stretch);
    tiles_return(&tiles, 1, stretch, first);
  }
  memory_free(stretch);
  tiles_free(&tiles);
  return status;
}
